/* Writes JSON text of a value: numbers with the fewest digits, strings always UTF-8.
 *
 * Any thread. */
#ifndef WASMOGRAPH_BASE_JSON_WRITE_H
#define WASMOGRAPH_BASE_JSON_WRITE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

enum { JSON_NUMBER_SIZE = 32 };

/* The shortest of "%.15g" … "%.17g" that reads back to the same double (17 digits
 * always do: IEEE 754-2008 §5.12.2); integers up to 2^53 without an exponent. NaN and
 * infinities give "null". */
void json_write_number(double number, char out[JSON_NUMBER_SIZE]);

/* Bytes that are no UTF-8 become U+FFFD, so that what we print always parses. */
void json_write_string(struct buf *out, const char *text);

void json_write(struct buf *out, const struct json *value, bool indented);

#endif
