/* Protobuf written as text, for tables of tests: "10:2 13:1 60{1:7 4{5=Main}} 47#12" is varint 2 in field 10, varint 1 in 13,
 * a message in 60, "Main" in 5, and fixed 64 bits in 47; "5~1.5" a double, "12(1 2 3)" packed varints. A text ends at a
 * space or brace, and "_" is a space of it; or it stands between single quotes. Numbers may be negative. */
#ifndef WASMOGRAPH_TEST_TRACE_WIRE_TEXT_H
#define WASMOGRAPH_TEST_TRACE_WIRE_TEXT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "trace/fixture.h"

static inline void wire_put_varint(struct buf *out, uint64_t value)
{
	do {
		unsigned char byte = (unsigned char)((value & 0x7F) | (value > 0x7F ? 0x80 : 0));
		buf_append(out, &byte, 1);
		value >>= 7;
	} while (value);
}

static inline void wire_put_fixed(struct buf *out, uint64_t value)
{
	for (int i = 0; i < 8; i++) {
		unsigned char byte = (unsigned char)(value >> 8 * i);
		buf_append(out, &byte, 1);
	}
}

static inline void wire_put_bytes(struct buf *out, uint64_t number, const void *bytes, size_t length)
{
	wire_put_varint(out, number << 3 | 2);
	wire_put_varint(out, length);
	buf_append(out, bytes, length);
}

static inline const char *wire_put_text(struct buf *out, const char *at);

static inline const char *wire_put_bracketed(struct buf *out, uint64_t number, const char *at, char opener)
{
	struct buf inner;
	buf_init(&inner, 1 << 20);
	if (opener == '{') {
		at = wire_put_text(&inner, at);
	} else if (opener == '(') {
		while (*at != ')') {
			wire_put_varint(&inner, (uint64_t)strtoll(at, (char **)&at, 0));
			at += *at == ' ';
		}
	} else if (*at == '\'') {
		size_t inside = strcspn(at + 1, "'");
		buf_append(&inner, at + 1, inside);
		at += inside + 2;
	} else {
		for (; *at && !strchr(" {}", *at); at++)
			buf_append(&inner, *at == '_' ? " " : at, 1);
	}
	wire_put_bytes(out, number, inner.data ? inner.data : "", inner.length);
	buf_release(&inner);
	return at + (opener != '=');
}

/* To the closing brace or the end, where it stops. */
static inline const char *wire_put_text(struct buf *out, const char *at)
{
	while (*at && *at != '}') {
		char *after;
		double number;
		uint64_t field = strtoull(at, &after, 10), bits;
		char kind = *after;
		at = after + 1;
		if (kind == ':') {
			wire_put_varint(out, field << 3);
			bits = at[0] == '-' ? (uint64_t)strtoll(at, &after, 0) : strtoull(at, &after, 0);
			wire_put_varint(out, bits);
			at = after;
		} else if (kind == '#' || kind == '~') {
			wire_put_varint(out, field << 3 | 1);
			bits = kind == '#' ? strtoull(at, &after, 0) : 0;
			number = kind == '~' ? strtod(at, &after) : 0;
			if (kind == '~')
				memcpy(&bits, &number, sizeof bits);
			wire_put_fixed(out, bits);
			at = after;
		} else {
			if (!strchr("{(=", kind))
				fail_msg("no wire text: %s", at);
			at = wire_put_bracketed(out, field, at, kind);
		}
		while (*at == ' ')
			at++;
	}
	return at;
}

/* A message. */
static inline struct buf wire_of(const char *text)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	wire_put_text(&out, text);
	return out;
}

/* A packet of a trace. */
static inline void wire_put_packet(struct buf *out, const char *text)
{
	struct buf packet = wire_of(text);
	wire_put_bytes(out, 1, packet.data ? packet.data : "", packet.length);
	buf_release(&packet);
}

#endif
