#include "guest/cursor.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

void cursor_fault(struct cursor *cursor, const char *what)
{
	if (cursor->fault)
		return;
	cursor->fault = what;
	cursor->fault_at = cursor->at;
	cursor->at = cursor->end;
}

uint8_t cursor_byte(struct cursor *cursor)
{
	if (cursor->at >= cursor->end) {
		cursor_fault(cursor, "the bytes end too early");
		return 0;
	}
	return cursor->bytes[cursor->at++];
}

/* Core Specification 2.0 §5.2.2: at most ⌈bits/7⌉ bytes, and unused bits of the last are 0. */
static uint64_t read_unsigned(struct cursor *cursor, unsigned bits)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < bits; shift += 7) {
		uint8_t byte = cursor_byte(cursor);
		unsigned room = bits - shift;
		if (room < 7 && (byte & 0x7F) >> room)
			break;
		value |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return value;
	}
	cursor_fault(cursor, "a number is too long");
	return 0;
}

uint32_t cursor_u32(struct cursor *cursor)
{
	return (uint32_t)read_unsigned(cursor, 32);
}

uint64_t cursor_u64(struct cursor *cursor)
{
	return read_unsigned(cursor, 64);
}

void cursor_skip_signed(struct cursor *cursor)
{
	for (int i = 0; i < 10; i++) {
		if (!(cursor_byte(cursor) & 0x80))
			return;
	}
	cursor_fault(cursor, "a number is too long");
}

void cursor_skip(struct cursor *cursor, size_t length)
{
	if (length > cursor->end - cursor->at)
		cursor_fault(cursor, "the bytes end too early");
	else
		cursor->at += length;
}

static void append_character(struct buf *text, const char *bytes, size_t length)
{
	if (*bytes)
		buf_append(text, bytes, length);
	else
		buf_append_text(text, "\xEF\xBF\xBD");
}

char *cursor_name(struct cursor *cursor)
{
	size_t length = cursor_u32(cursor), start = cursor->at;
	cursor_skip(cursor, length);
	if (cursor->fault)
		return mem_strdup("");
	struct buf text;
	buf_init(&text, 3 * length);
	for (size_t i = 0; i < length; ) {
		const char *bytes = (const char *)cursor->bytes + start + i;
		size_t sequence = utf8_sequence(bytes, length - i);
		if (sequence == 0) {
			cursor->at = start + i;
			cursor_fault(cursor, "a name is not UTF-8");
			break;
		}
		append_character(&text, bytes, sequence);
		i += sequence;
	}
	return buf_detach(&text);
}

struct cursor cursor_part(struct cursor *cursor, size_t length)
{
	struct cursor part = { .bytes = cursor->bytes, .at = cursor->at };
	cursor_skip(cursor, length);
	part.end = cursor->fault ? part.at : part.at + length;
	return part;
}
