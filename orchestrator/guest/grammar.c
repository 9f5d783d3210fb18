#include "guest/grammar.h"

#include <string.h>

void grammar_header(struct cursor *cursor)
{
	static const uint8_t magic[] = { 0, 'a', 's', 'm', 1, 0, 0, 0 };
	size_t left = cursor->end - cursor->at;
	if (left < sizeof magic || memcmp(cursor->bytes + cursor->at, magic, sizeof magic) != 0)
		cursor_fault(cursor, "it does not begin with the header of a version 1 module");
	else
		cursor_skip(cursor, sizeof magic);
}

enum grammar_kind grammar_kind(struct cursor *cursor)
{
	uint8_t kind = cursor_byte(cursor);
	if (kind < GRAMMAR_KINDS)
		return (enum grammar_kind)kind;
	cursor_fault(cursor, "an import or export is of an unknown kind");
	return GRAMMAR_KINDS;
}

struct grammar_limits grammar_limits(struct cursor *cursor)
{
	struct grammar_limits limits = { 0 };
	uint8_t flags = cursor_byte(cursor);
	if (flags > 7)
		cursor_fault(cursor, "limits have unknown flags");
	limits.has_maximum = flags & 1;
	limits.shared = flags & 2;
	limits.initial = flags & 4 ? cursor_u64(cursor) : cursor_u32(cursor);
	if (limits.has_maximum)
		limits.maximum = flags & 4 ? cursor_u64(cursor) : cursor_u32(cursor);
	return limits;
}

/* §5.3.1–5.3.4; 0x63 and 0x64 carry a heap type (typed function references). */
void grammar_skip_type(struct cursor *cursor)
{
	uint8_t type = cursor_byte(cursor);
	if (type == 0x63 || type == 0x64)
		cursor_skip_signed(cursor);
}

void grammar_skip_import(struct cursor *cursor, enum grammar_kind kind)
{
	switch (kind) {
	case GRAMMAR_KIND_FUNCTION: cursor_u32(cursor); break;
	case GRAMMAR_KIND_TABLE: grammar_skip_type(cursor); grammar_limits(cursor); break;
	case GRAMMAR_KIND_MEMORY: grammar_limits(cursor); break;
	case GRAMMAR_KIND_GLOBAL: grammar_skip_type(cursor); cursor_byte(cursor); break;
	case GRAMMAR_KIND_TAG: cursor_byte(cursor); cursor_u32(cursor); break;
	case GRAMMAR_KINDS: break;
	}
}
