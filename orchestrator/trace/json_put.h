/* Appends JSON text to a buffer, quickly: what converting a trace does millions of times. Private to trace/.
 *
 * What does not fit the buffer's ceiling is left out; `full` then says so, and the text is not to be used. Pure. */
#ifndef WASMOGRAPH_TRACE_JSON_PUT_H
#define WASMOGRAPH_TRACE_JSON_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

struct trace_put {
	struct buf *out;
	bool full;
};

/* Mostly there is room: then a literal costs a store or two. */
static inline void trace_put_bytes(struct trace_put *put, const char *bytes, size_t length)
{
	struct buf *out = put->out;
	if (length >= out->capacity - out->length) { /* capacity counts the NUL at the end, too */
		put->full |= buf_append(out, bytes, length) < 0;
		return;
	}
	memcpy(out->data + out->length, bytes, length);
	out->length += length;
	out->data[out->length] = '\0';
}
#define trace_put_literal(put, literal) trace_put_bytes(put, "" literal, sizeof(literal) - 1)

/* A string with its quotes. What is no UTF-8 becomes U+FFFD. `bytes` may be NULL when there are none. */
void trace_put_string(struct trace_put *put, const char *bytes, size_t length);

/* The same of a text as it stands in a trace (trace/event.h). */
struct trace_text;
void trace_put_text(struct trace_put *put, const struct trace_text *text);

void trace_put_unsigned(struct trace_put *put, uint64_t number);
void trace_put_signed(struct trace_put *put, int64_t number);

/* With so many digits that it reads back as the same, and no more; null for what is no number. */
void trace_put_double(struct trace_put *put, double number);

#endif
