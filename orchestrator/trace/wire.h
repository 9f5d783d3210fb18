/* Steps over the fields of a protobuf message, as the encoding is laid down (protobuf.dev, "Encoding"): varints, fixed 32
 * and 64 bits, and bytes with their length, which are a message, a text or packed numbers. Groups, which nobody writes
 * any more, are damage. Private to trace/.
 *
 * Pure; the cursor is a value that borrows the bytes. */
#ifndef WASMOGRAPH_TRACE_WIRE_H
#define WASMOGRAPH_TRACE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trace_wire_type { TRACE_WIRE_VARINT = 0, TRACE_WIRE_FIXED64 = 1, TRACE_WIRE_BYTES = 2, TRACE_WIRE_FIXED32 = 5 };

/* Two words, so that it is handed over in registers: millions are. After a step that could not be made both point to
 * trace_wire_damage, and it has no more fields. */
struct trace_wire {
	const unsigned char *at, *end;
};
extern const unsigned char trace_wire_damage[1];
static inline bool trace_wire_is_damaged(const struct trace_wire *wire)
{
	return wire->at == trace_wire_damage;
}

struct trace_wire_field {
	uint32_t number;
	enum trace_wire_type type;
	uint64_t value;          /* of the numbers; 0 of TRACE_WIRE_BYTES */
	const unsigned char *bytes; /* of TRACE_WIRE_BYTES: so many */
	size_t length;
};

/* A varint, of 10 bytes at most; false when the message ends inside or it is longer. Most are of one byte. */
bool trace_wire_long_varint(struct trace_wire *wire, uint64_t *out);
static inline bool trace_wire_varint(struct trace_wire *wire, uint64_t *out)
{
	if (wire->at < wire->end && *wire->at < 0x80) {
		*out = *wire->at++;
		return true;
	}
	return trace_wire_long_varint(wire, out);
}

/* The next field; false at the end, and when the message is damaged from here on. Small numbers and short texts in one of
 * the first 15 fields, which most are, have one byte before them that says which, and one with the number or length. */
bool trace_wire_next_of_any(struct trace_wire *wire, struct trace_wire_field *field);
static inline bool trace_wire_next(struct trace_wire *wire, struct trace_wire_field *field)
{
	const unsigned char *at = wire->at;
	if (wire->end - at < 2 || at[0] < 8 || (at[0] & 0x85) != 0 || at[1] >= 0x80)
		return trace_wire_next_of_any(wire, field);
	bool has_bytes = (at[0] & 7) == TRACE_WIRE_BYTES;
	if (has_bytes && wire->end - at - 2 < at[1])
		return trace_wire_next_of_any(wire, field);
	field->number = at[0] >> 3;
	field->type = has_bytes ? TRACE_WIRE_BYTES : TRACE_WIRE_VARINT;
	field->value = has_bytes ? 0 : at[1];
	field->bytes = at + 2;
	field->length = at[1];
	wire->at = at + 2 + (has_bytes ? at[1] : 0);
	return true;
}

/* The message in a field; an empty one in a field that holds none. */
static inline struct trace_wire trace_wire_in(const struct trace_wire_field *field)
{
	static const unsigned char nothing[1];
	bool has = field->type == TRACE_WIRE_BYTES;
	return (struct trace_wire){ has ? field->bytes : nothing, has ? field->bytes + field->length : nothing };
}

/* The next number of a repeated field, which holds one or is packed: `wire` begins as trace_wire_in(field), and `given` as
 * false. `type` is that of one. */
bool trace_wire_each(struct trace_wire *wire, bool *given, const struct trace_wire_field *field,
	enum trace_wire_type type, uint64_t *out);

/* The double, or float, whose bits they are. */
double trace_wire_double(const struct trace_wire_field *field);

#endif
