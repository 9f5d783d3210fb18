/* Reads a WebAssembly binary byte by byte without ever leaving its bounds.
 *
 * After the first fault every read gives 0 and `fault` stays: callers check once at the end of what they
 * read. Pure. Ownership: a value that borrows the bytes. */
#ifndef WASMOGRAPH_GUEST_CURSOR_H
#define WASMOGRAPH_GUEST_CURSOR_H

#include <stddef.h>
#include <stdint.h>

struct cursor {
	const uint8_t *bytes;
	size_t at, end;
	const char *fault;       /* what is wrong, as part of a sentence, or NULL */
	size_t fault_at;
};

void cursor_fault(struct cursor *cursor, const char *what);

uint8_t cursor_byte(struct cursor *cursor);
uint32_t cursor_u32(struct cursor *cursor); /* unsigned LEB128, at most 5 bytes */
uint64_t cursor_u64(struct cursor *cursor); /* at most 10 bytes */
void cursor_skip_signed(struct cursor *cursor); /* a signed LEB128 of up to 64 bits */
void cursor_skip(struct cursor *cursor, size_t length);

/* A name (UTF-8, checked) as a text of its own; NUL characters, which C texts cannot hold, become
 * U+FFFD. The caller frees; never NULL. */
char *cursor_name(struct cursor *cursor);

/* The next `length` bytes as a cursor of their own, passed over here. */
struct cursor cursor_part(struct cursor *cursor, size_t length);

#endif
