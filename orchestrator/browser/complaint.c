#include "browser/complaint.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAIL_SIZE = 16 * 1024 };

/* Words of Chromium 156 and of ld.so. */
static const struct complaint {
	const char *says, *advice;
} known[] = {
	{"No usable sandbox", "Chromium finds no usable sandbox; install chromium-sandbox or allow unprivileged user namespaces"},
	{"Running as root without", "Chromium refuses to run as root with a sandbox; give --browser-user another user"},
	{"Missing X server or $DISPLAY", "there is no display for a headed browser; set DISPLAY or use --browser-mode headless"},
	{"Socket path too long", "the scratch folder's path is too long; set TMPDIR to a shorter folder"},
	{"No space left on device", "no space is left for the browser's profile or in /dev/shm"},
	{"error while loading shared libraries", "the browser lacks a shared library; reinstall its package"},
};

static void copy_last_line(const char *log, size_t length, char *text, size_t size)
{
	while (length > 0 && isspace((unsigned char)log[length - 1]))
		length--;
	size_t start = length;
	while (start > 0 && log[start - 1] != '\n')
		start--;
	size_t line = length - start;
	if (line >= size)
		line = size - 1;
	memcpy(text, log + start, line);
	text[line] = '\0';
}

void browser_complaint_find(const char *log, size_t length, char *text, size_t size)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (memmem(log, length, known[i].says, strlen(known[i].says))) {
			snprintf(text, size, "%s", known[i].advice);
			return;
		}
	copy_last_line(log, length, text, size);
}

void browser_complaint_read(int log_fd, char *text, size_t size)
{
	char path[64], tail[TAIL_SIZE];
	struct stat status;
	text[0] = '\0';
	if (fstat(log_fd, &status) < 0 || !S_ISREG(status.st_mode))
		return;
	snprintf(path, sizeof path, "/proc/self/fd/%d", log_fd);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	off_t start = status.st_size > TAIL_SIZE ? status.st_size - TAIL_SIZE : 0;
	ssize_t got = pread(fd, tail, sizeof tail, start);
	close(fd);
	if (got > 0)
		browser_complaint_find(tail, (size_t)got, text, size);
}
