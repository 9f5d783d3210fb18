#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void abort_exhausted(void)
{
	/* write(), for stdio may allocate. */
	static const char line[] = "wasmograph: out of memory; free some or raise the limit, then run again\n";
	ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
	(void)ignored;
	abort();
}

void *mem_check(void *allocated)
{
	if (!allocated)
		abort_exhausted();
	return allocated;
}

void *mem_alloc_zero(size_t count, size_t size_bytes)
{
	return mem_check(calloc(count ? count : 1, size_bytes ? size_bytes : 1));
}

void *mem_resize(void *old, size_t count, size_t size_bytes)
{
	/* A size of 0 would free `old` and give NULL (glibc). */
	return mem_check(reallocarray(old, count ? count : 1, size_bytes ? size_bytes : 1));
}

char *mem_strdup(const char *text)
{
	return text ? mem_check(strdup(text)) : NULL;
}

char *mem_strndup(const char *text, size_t length)
{
	return text ? mem_check(strndup(text, length)) : NULL;
}

char *mem_format(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	return mem_check(length < 0 ? NULL : text);
}
