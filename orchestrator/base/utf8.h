/* Whether bytes are UTF-8, as RFC 3629 §4 defines it: no overlong forms, no
 * surrogates, nothing above U+10FFFF.
 *
 * Pure; any thread. */
#ifndef WASMOGRAPH_BASE_UTF8_H
#define WASMOGRAPH_BASE_UTF8_H

#include <stddef.h>

/* The length (1–4) of the well-formed sequence that `bytes` starts with, of which
 * `available` may be read; 0 when there is none. NUL is a sequence of one byte. */
size_t utf8_sequence(const char *bytes, size_t available);

/* The longest prefix of text[0 … length) that does not end inside a sequence: where a
 * text that must be cut can be cut. Bytes that are no UTF-8 are left as they are. */
size_t utf8_whole_prefix(const char *text, size_t length);

#endif
