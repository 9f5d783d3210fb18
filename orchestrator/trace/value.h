/* Reads text and values of an event: comparing, unescaping, numbers, members of objects.
 *
 * Nothing is kept or allocated: a look-up walks the object's bytes. What is malformed reads as absent. Pure.
 *
 * Ownership: values borrow the event's bytes (trace/event.h). */
#ifndef WASMOGRAPH_TRACE_VALUE_H
#define WASMOGRAPH_TRACE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "trace/event.h"

/* Whether the characters are those of `wanted`, however they are escaped. */
bool trace_text_equals_escaped(const struct trace_text *text, const char *wanted, size_t length);
static inline bool trace_text_is(const struct trace_text *text, const char *wanted, size_t length)
{
	if (text->escaped)
		return trace_text_equals_escaped(text, wanted, length);
	return text->length == length && memcmp(text->bytes, wanted, length) == 0;
}
/* With a literal its length is known when compiled. */
#define trace_text_equals(text, literal) trace_text_is((text), "" literal, sizeof(literal) - 1)

/* Writes the characters, unescaped and NUL-terminated, as far as they fit, and never half a UTF-8 sequence of
 * well-formed text; U+0000 and lone surrogates become U+FFFD. Returns the length of the whole, as snprintf does. */
size_t trace_text_copy(const struct trace_text *text, char *out, size_t size);

/* Whether one of a category's comma-separated names is `wanted`. */
bool trace_text_has_category(const struct trace_text *category, const char *wanted);

/* The member of that name (the last one, as JSON.parse has it) of an object, or TRACE_ABSENT. `path` may name a member
 * of a member: "data.traceId". */
struct trace_value trace_value_find(const struct trace_value *object, const char *path);

/* Whether an object has a member with that key, of up to 255 bytes. */
bool trace_value_has(const struct trace_value *object, const struct trace_text *key);

/* A number, or a string that holds one (Chromium writes 64-bit values as strings in places); NAN otherwise. */
double trace_value_number(const struct trace_value *value);

/* A whole number. Those above INT64_MAX are negative ones that were written as unsigned: Chromium does that. Also from
 * strings, "0x…" included. False (and *out 0) when it is none or does not fit 64 bits. */
bool trace_value_integer(const struct trace_value *value, int64_t *out);

#endif
