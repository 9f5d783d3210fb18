#include "browser/complaint.h"

#include <ctype.h>
#include <fcntl.h>
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

bool browser_complaint_is_heap_full(const char *log, size_t length)
{
	static const char *const says[] = {"V8 javascript OOM (", "V8 process OOM ("};
	for (size_t i = 0; i < sizeof says / sizeof *says; i++)
		if (memmem(log, length, says[i], strlen(says[i])))
			return true;
	return false;
}

/* The log's end; its length, 0 when there is nothing, or no file. */
static size_t read_tail(int log_fd, char tail[TAIL_SIZE])
{
	char path[64];
	struct stat status;
	if (fstat(log_fd, &status) < 0 || !S_ISREG(status.st_mode))
		return 0;
	snprintf(path, sizeof path, "/proc/self/fd/%d", log_fd);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	off_t start = status.st_size > TAIL_SIZE ? status.st_size - TAIL_SIZE : 0;
	ssize_t got = pread(fd, tail, TAIL_SIZE, start);
	close(fd);
	return got > 0 ? (size_t)got : 0;
}

void browser_complaint_read(int log_fd, char *text, size_t size)
{
	char tail[TAIL_SIZE];
	size_t length = read_tail(log_fd, tail);
	text[0] = '\0';
	if (length > 0)
		browser_complaint_find(tail, length, text, size);
}

bool browser_complaint_read_heap_full(int log_fd)
{
	char tail[TAIL_SIZE];
	return browser_complaint_is_heap_full(tail, read_tail(log_fd, tail));
}
