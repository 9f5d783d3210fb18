/* Pieces of the WebAssembly binary format that more than one reader needs. Pure.
 *
 * Source: WebAssembly Core Specification 2.0 §5, and the proposals named beside each piece. */
#ifndef WASMOGRAPH_GUEST_GRAMMAR_H
#define WASMOGRAPH_GUEST_GRAMMAR_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/cursor.h"

/* §5.5.2; 13 is the exception-handling proposal's. */
enum grammar_section {
	GRAMMAR_CUSTOM, GRAMMAR_TYPE, GRAMMAR_IMPORT, GRAMMAR_FUNCTION, GRAMMAR_TABLE, GRAMMAR_MEMORY,
	GRAMMAR_GLOBAL, GRAMMAR_EXPORT, GRAMMAR_START, GRAMMAR_ELEMENT, GRAMMAR_CODE, GRAMMAR_DATA,
	GRAMMAR_DATA_COUNT, GRAMMAR_TAG, GRAMMAR_SECTIONS
};

/* Of imports and exports (§5.5.5, §5.5.10; tags: exception handling). */
enum grammar_kind {
	GRAMMAR_KIND_FUNCTION, GRAMMAR_KIND_TABLE, GRAMMAR_KIND_MEMORY, GRAMMAR_KIND_GLOBAL,
	GRAMMAR_KIND_TAG, GRAMMAR_KINDS
};

/* Limits (§5.3.8; bit 0 a maximum, 1 shared, 2 64-bit by the threads and memory64 proposals). */
struct grammar_limits {
	uint64_t initial, maximum;
	bool has_maximum, shared;
};

void grammar_header(struct cursor *cursor);            /* the 8 bytes of a version 1 module */
enum grammar_kind grammar_kind(struct cursor *cursor);
struct grammar_limits grammar_limits(struct cursor *cursor);
void grammar_skip_type(struct cursor *cursor);         /* a value or reference type */
void grammar_skip_import(struct cursor *cursor, enum grammar_kind kind); /* what follows an import's kind */

#endif
