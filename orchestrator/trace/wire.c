#include "trace/wire.h"

#include <string.h>

enum { VARINT_BITS = 7, VARINT_SIZE = 10, TYPE_BITS = 3, NUMBER_MAX = (1 << 29) - 1 };

const unsigned char trace_wire_damage[1];
static const struct trace_wire damaged = { trace_wire_damage, trace_wire_damage };

bool trace_wire_long_varint(struct trace_wire *wire, uint64_t *out)
{
	const unsigned char *at = wire->at;
	uint64_t value = 0;
	for (unsigned i = 0; i < VARINT_SIZE && at < wire->end; i++) {
		unsigned char byte = *at++;
		value |= (uint64_t)(byte & 0x7F) << VARINT_BITS * i;
		if (byte < 0x80) {
			wire->at = at;
			*out = value;
			return true;
		}
	}
	*wire = damaged;
	return false;
}

static bool take_fixed(struct trace_wire *wire, unsigned size, uint64_t *out)
{
	*out = 0;
	if ((size_t)(wire->end - wire->at) < size) {
		*wire = damaged;
		return false;
	}
	for (unsigned i = 0; i < size; i++)
		*out |= (uint64_t)wire->at[i] << 8 * i;
	wire->at += size;
	return true;
}

static bool take_bytes(struct trace_wire *wire, struct trace_wire_field *field)
{
	uint64_t length;
	if (!trace_wire_varint(wire, &length))
		return false;
	if (length > (uint64_t)(wire->end - wire->at)) {
		*wire = damaged;
		return false;
	}
	field->value = 0;
	field->bytes = wire->at;
	field->length = (size_t)length;
	wire->at += length;
	return true;
}

bool trace_wire_next_of_any(struct trace_wire *wire, struct trace_wire_field *field)
{
	uint64_t tag;
	if (wire->at == wire->end || !trace_wire_varint(wire, &tag))
		return false;
	if (tag >> TYPE_BITS == 0 || tag >> TYPE_BITS > NUMBER_MAX) {
		*wire = damaged;
		return false;
	}
	field->number = (uint32_t)(tag >> TYPE_BITS);
	field->type = (enum trace_wire_type)(tag & 7);
	switch (tag & 7) {
	case TRACE_WIRE_VARINT: return trace_wire_varint(wire, &field->value);
	case TRACE_WIRE_FIXED64: return take_fixed(wire, 8, &field->value);
	case TRACE_WIRE_FIXED32: return take_fixed(wire, 4, &field->value);
	case TRACE_WIRE_BYTES: return take_bytes(wire, field);
	}
	*wire = damaged;
	return false;
}

bool trace_wire_each(struct trace_wire *wire, bool *given, const struct trace_wire_field *field,
	enum trace_wire_type type, uint64_t *out)
{
	if (field->type != TRACE_WIRE_BYTES) {
		bool first = !*given && field->type == type;
		*given = true;
		*out = field->value;
		return first;
	}
	if (wire->at == wire->end)
		return false;
	if (type == TRACE_WIRE_VARINT)
		return trace_wire_varint(wire, out);
	return take_fixed(wire, type == TRACE_WIRE_FIXED64 ? 8 : 4, out);
}

double trace_wire_double(const struct trace_wire_field *field)
{
	double number = 0;
	if (field->type == TRACE_WIRE_FIXED32) {
		uint32_t bits = (uint32_t)field->value;
		float single;
		memcpy(&single, &bits, sizeof single);
		number = single;
	} else if (field->type == TRACE_WIRE_FIXED64) {
		memcpy(&number, &field->value, sizeof number);
	}
	return number;
}
