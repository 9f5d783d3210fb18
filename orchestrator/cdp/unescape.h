/* The inside of a JSON string as the bytes that it stands for, at memory speed.
 *
 * Pure; any thread. */
#ifndef WASMOGRAPH_CDP_UNESCAPE_H
#define WASMOGRAPH_CDP_UNESCAPE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* Reads from *at, behind the opening quote, to the closing one at the latest before `end`; *at is
 * moved behind that. The bytes written to `out`, never more than were read; \u0000 is a NUL,
 * and a surrogate without its partner, which no UTF-8 can hold, is U+FFFD. −1 and ERR_INVALID for
 * what is no JSON string in UTF-8 (RFC 8259 §7), or ERR_TOO_LARGE beyond `room` bytes. */
ssize_t cdp_unescape(const char **at, const char *end, char *out, size_t room, struct err *err);

#endif
