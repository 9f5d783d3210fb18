/* Finds values in the text that /proc and /sys files hold: one "KEY VALUE" a line.
 *
 * Pure, no allocation; any thread. */
#ifndef WASMOGRAPH_HOST_FIELDS_H
#define WASMOGRAPH_HOST_FIELDS_H

#include <stdint.h>

/* What follows `key` and white space on the first line that starts with `key` (colon
 * included where the file has one) as a whole word; NULL when no line does. Ends with the
 * text, not with the line. */
const char *fields_find(const char *text, const char *key);

/* The decimal integer found there, or the fallback. */
int64_t fields_integer(const char *text, const char *key, int64_t fallback);

/* The integer that the file `path` starts with, or the fallback ("max", no file). */
int64_t fields_file_integer(const char *path, int64_t fallback);

#endif
