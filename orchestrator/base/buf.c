#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_CAPACITY = 64 };

void buf_init(struct buf *buf, size_t ceiling_bytes)
{
	/* One byte of address space is kept for the terminator. */
	size_t ceiling = ceiling_bytes < SIZE_MAX ? ceiling_bytes : SIZE_MAX - 1;
	*buf = (struct buf){.ceiling = ceiling};
}

void buf_release(struct buf *buf)
{
	free(buf->data);
	buf->data = NULL;
	buf->length = 0;
	buf->capacity = 0;
}

void buf_clear(struct buf *buf)
{
	buf->length = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

/* Room for `more` bytes and the terminator, or -1. Doubles, so that appending n bytes
 * one at a time copies O(n). */
static int reserve(struct buf *buf, size_t more)
{
	if (more > buf->ceiling - buf->length)
		return -1;
	size_t need = buf->length + more + 1;
	if (need <= buf->capacity)
		return 0;
	size_t capacity = buf->capacity ? buf->capacity : FIRST_CAPACITY;
	while (capacity < need)
		capacity = capacity <= SIZE_MAX / 2 ? capacity * 2 : need;
	if (capacity > buf->ceiling + 1)
		capacity = buf->ceiling + 1;
	buf->data = mem_resize(buf->data, capacity, 1);
	buf->capacity = capacity;
	return 0;
}

int buf_append(struct buf *buf, const void *bytes, size_t length)
{
	if (reserve(buf, length) < 0)
		return -1;
	if (length > 0)
		memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
	return 0;
}

int buf_append_text(struct buf *buf, const char *text)
{
	return buf_append(buf, text, strlen(text));
}

static int append_arguments(struct buf *buf, size_t length, const char *format, va_list arguments)
{
	if (reserve(buf, length) < 0)
		return -1;
	vsnprintf(buf->data + buf->length, length + 1, format, arguments);
	buf->length += length;
	return 0;
}

int buf_append_format(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return -1;
	va_start(arguments, format);
	int result = append_arguments(buf, (size_t)length, format, arguments);
	va_end(arguments);
	return result;
}

void buf_consume(struct buf *buf, size_t length)
{
	if (length > buf->length)
		length = buf->length;
	if (length == 0)
		return;
	memmove(buf->data, buf->data + length, buf->length - length + 1);
	buf->length -= length;
}

char *buf_detach(struct buf *buf)
{
	char *data = buf->data ? buf->data : mem_alloc_zero(1, 1);
	buf->data = NULL;
	buf->length = 0;
	buf->capacity = 0;
	return data;
}
