/* Finds where things end in JSON text, fast: 64 bytes at a time with SSE2 where the processor has it, byte by byte
 * elsewhere. Both find the same (test/unit/trace/scan_test.c).
 *
 * What is checked on the way: brackets close in the order they were opened, nesting stays under TRACE_DEPTH_MAX, strings
 * hold no control bytes. Not checked: what stands between brackets, strings and commas, and whether strings are UTF-8.
 * Never recursive; memory is the struct's. Pure.
 *
 * Ownership: a value that borrows nothing between calls. */
#ifndef WASMOGRAPH_TRACE_SCAN_H
#define WASMOGRAPH_TRACE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACE_DEPTH_MAX = 1024 };

/* Where a scan stands inside a value that comes in pieces. */
struct trace_scan {
	unsigned depth;
	bool in_string, escaped;
	const char *problem;     /* part of a sentence, or NULL; then problem_at is the byte */
	const char *problem_at;
	uint64_t squares[TRACE_DEPTH_MAX / 64]; /* by level: opened by '[' rather than '{' */
};

void trace_scan_begin(struct trace_scan *scan);

/* Goes on with [at, end) of a string, array or object, the first of which starts with its opening byte. The byte after
 * its last, or NULL: then scan->problem says what is wrong, or it is NULL and the value goes on. */
const char *trace_scan_value(struct trace_scan *scan, const char *at, const char *end);

/* The same without SSE2, for the tests to compare. */
const char *trace_scan_value_plainly(struct trace_scan *scan, const char *at, const char *end);

/* The same for an object or array that lies whole in [at, end), which most do, and holds nothing unusual (an escape, more
 * than 64 levels): the byte after it. NULL says nothing: only trace_scan_value() knows what is the matter. */
const char *trace_scan_quickly(const char *at, const char *end);

/* The first '"', '\\' or control byte in [at, end), else `end`. */
const char *trace_scan_string(const char *at, const char *end);

#endif
