#include "guest/emit.h"

#include <string.h>

void emit_init(struct buf *out)
{
	buf_init(out, UINT32_MAX);
}

void emit_byte(struct buf *out, uint8_t byte)
{
	buf_append(out, &byte, 1);
}

void emit_bytes(struct buf *out, const void *bytes, size_t length)
{
	buf_append(out, bytes, length);
}

void emit_u32(struct buf *out, uint32_t value)
{
	for (; value > 0x7F; value >>= 7)
		emit_byte(out, (uint8_t)(value | 0x80));
	emit_byte(out, (uint8_t)value);
}

void emit_name(struct buf *out, const char *text)
{
	emit_u32(out, (uint32_t)strlen(text));
	emit_bytes(out, text, strlen(text));
}

void emit_rest(struct buf *out, const struct cursor *cursor)
{
	emit_bytes(out, cursor->bytes + cursor->at, cursor->end - cursor->at);
}

void emit_section(struct buf *out, uint8_t id, const struct buf *contents)
{
	emit_byte(out, id);
	emit_u32(out, (uint32_t)contents->length);
	emit_bytes(out, contents->data, contents->length);
}
