/* Checks that bytes are one JSON value (RFC 8259), strictly and without recursion,
 * before cJSON, which is lax about numbers, control bytes and UTF-8, sees them.
 *
 * Pure; any thread. */
#ifndef WASMOGRAPH_BASE_JSON_SCAN_H
#define WASMOGRAPH_BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct json_scan {
	const char *problem;  /* NULL when the text is well-formed */
	size_t line, column;  /* of the problem, from 1; columns in characters */
	bool has_unmappable;  /* an escape that no C string can hold: json_scan_mend() */
};

/* Nesting beyond depth_max (≤ 64) is a problem. */
void json_scan(const char *text, size_t length, int depth_max, struct json_scan *scan);

/* Overwrites, in text that json_scan() found well-formed, \u0000 and surrogates
 * without their partner by \ufffd, which has the same length. JavaScript strings may hold
 * both; C strings and UTF-8 cannot. */
void json_scan_mend(char *text, size_t length);

#endif
