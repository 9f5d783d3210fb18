/* Walks the instructions of a function's body. Pure.
 *
 * Source: WebAssembly Core Specification 2.0 §5.4, and the proposals that Chromium ships: exception handling, tail
 * calls, threads, typed function references, multiple memories, relaxed SIMD. Garbage collected types (0xFB) are
 * not read: no compiler of ours writes them. */
#ifndef WASMOGRAPH_GUEST_INSTRUCTIONS_H
#define WASMOGRAPH_GUEST_INSTRUCTIONS_H

#include <stdbool.h>

#include "guest/cursor.h"

/* Does a body (an entry of the code section without its size) call `function` directly, by call or return_call? The
 * cursor is read to its end, or has a fault. */
bool instructions_call(struct cursor *body, uint32_t function);

#endif
