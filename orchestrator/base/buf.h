/* A growing byte buffer that declares its ceiling at birth (curl's DYNBUF).
 *
 * Ownership: the struct is the caller's; its bytes belong to the buffer until
 * buf_detach(). `data` is always NUL-terminated at data[length] once anything
 * was appended, and may move with every append. */
#ifndef WASMOGRAPH_BASE_BUF_H
#define WASMOGRAPH_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *data;
	size_t length;
	size_t capacity;
	size_t ceiling; /* bytes that length may reach */
};

void buf_init(struct buf *buf, size_t ceiling_bytes);
void buf_release(struct buf *buf); /* frees; the buffer may be used again */
void buf_clear(struct buf *buf);   /* length 0, memory kept */

/* Appends; 0, or -1 when the ceiling would be passed (nothing is appended). */
int buf_append(struct buf *buf, const void *bytes, size_t length);
int buf_append_text(struct buf *buf, const char *text);
int buf_append_format(struct buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Drops the first `length` bytes, moving the rest to the front. */
void buf_consume(struct buf *buf, size_t length);

/* Hands the bytes (NUL-terminated, never NULL) over to the caller, who frees. */
char *buf_detach(struct buf *buf);

#endif
