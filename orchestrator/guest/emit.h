/* Writes pieces of a WebAssembly binary. Pure.
 *
 * Ownership: buffers are the caller's, made by emit_init(); what is written comes from a module that was read, so
 * their ceiling (4 GiB) is never met. */
#ifndef WASMOGRAPH_GUEST_EMIT_H
#define WASMOGRAPH_GUEST_EMIT_H

#include <stdint.h>

#include "base/buf.h"
#include "guest/cursor.h"

void emit_init(struct buf *out);
void emit_byte(struct buf *out, uint8_t byte);
void emit_bytes(struct buf *out, const void *bytes, size_t length);
void emit_u32(struct buf *out, uint32_t value);      /* unsigned LEB128, as short as it goes */
void emit_name(struct buf *out, const char *text);   /* length and bytes */
void emit_rest(struct buf *out, const struct cursor *cursor); /* the bytes from its place to its end */

/* A section, or any other id with sized contents. */
void emit_section(struct buf *out, uint8_t id, const struct buf *contents);

#endif
