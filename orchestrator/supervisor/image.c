#include "supervisor/image.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* Before Linux 6.3 there is no such flag, and before glibc 2.38 no such name: memory files can be executed then. */
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

/* Made by the Makefile. */
extern const unsigned char supervisor_image_start[], supervisor_image_end[];

static int make_file(void)
{
	int fd = memfd_create("wasmograph-supervisor", MFD_CLOEXEC | MFD_EXEC);
	return fd < 0 && errno == EINVAL ? memfd_create("wasmograph-supervisor", MFD_CLOEXEC) : fd;
}

int supervisor_image_open(void)
{
	const unsigned char *at = supervisor_image_start;
	int fd = at < supervisor_image_end ? make_file() : -1;
	while (fd >= 0 && at < supervisor_image_end) {
		ssize_t wrote = write(fd, at, (size_t)(supervisor_image_end - at));
		if (wrote > 0) {
			at += wrote;
		} else {
			close(fd);
			fd = -1;
		}
	}
	return fd;
}
