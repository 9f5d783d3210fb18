#include "guest/instructions.h"

#include "guest/grammar.h"

/* What follows an opcode. */
enum operands {
	BAD, NONE, INDEX, INDEX2, SIGNED, MEMORY, CALL, BYTES4, BYTES8, TABLE_OF_LABELS, TYPES, CATCHES, PREFIX_FC,
	PREFIX_FD, PREFIX_FE
};

/* Opcodes with operands of their own; all others from 0x45 to 0xC4, and those named, have none. */
static enum operands operands_of(uint8_t opcode)
{
	switch (opcode) {
	case 0x00: case 0x01: case 0x05: case 0x0A: case 0x0B: case 0x0F: case 0x19: case 0x1A: case 0x1B:
	case 0xD1: case 0xD3: case 0xD4:
		return NONE; /* unreachable, nop, else, throw_ref, end, return, catch_all, drop, select, ref.… */
	case 0x02: case 0x03: case 0x04: case 0x06: case 0x42: case 0x41: case 0xD0:
		return SIGNED; /* block, loop, if, try: a type; the constants; ref.null */
	case 0x07: case 0x08: case 0x09: case 0x0C: case 0x0D: case 0x14: case 0x15: case 0x18:
	case 0x20: case 0x21: case 0x22: case 0x23: case 0x24: case 0x25: case 0x26: case 0x3F: case 0x40:
	case 0xD2: case 0xD5: case 0xD6:
		return INDEX;
	case 0x0E: return TABLE_OF_LABELS; /* br_table */
	case 0x10: case 0x12: return CALL; /* call, return_call */
	case 0x11: case 0x13: return INDEX2; /* call_indirect, return_call_indirect */
	case 0x1C: return TYPES; /* select with types */
	case 0x1F: return CATCHES; /* try_table */
	case 0x43: return BYTES4;
	case 0x44: return BYTES8;
	case 0xFC: return PREFIX_FC;
	case 0xFD: return PREFIX_FD;
	case 0xFE: return PREFIX_FE;
	default:
		if (opcode >= 0x28 && opcode <= 0x3E)
			return MEMORY;
		return opcode >= 0x45 && opcode <= 0xC4 ? NONE : BAD;
	}
}

static void skip_indices(struct cursor *cursor, uint32_t count)
{
	for (; count > 0 && !cursor->fault; count--)
		cursor_u32(cursor);
}

/* Alignment and offset; bit 6 of the alignment says that a memory's index follows. */
static void skip_memory(struct cursor *cursor)
{
	if (cursor_u32(cursor) & 0x40)
		cursor_u32(cursor);
	cursor_u64(cursor);
}

static void skip_types(struct cursor *cursor)
{
	for (uint32_t left = cursor_u32(cursor); left > 0 && !cursor->fault; left--)
		grammar_skip_type(cursor);
}

/* try_table: a type, then clauses; 0 and 1 name a tag as well as a label. */
static void skip_catches(struct cursor *cursor)
{
	cursor_skip_signed(cursor);
	for (uint32_t left = cursor_u32(cursor); left > 0 && !cursor->fault; left--) {
		uint8_t clause = cursor_byte(cursor);
		if (clause > 3)
			cursor_fault(cursor, "a catch clause is of an unknown kind");
		skip_indices(cursor, clause < 2 ? 2 : 1);
	}
}

/* §5.4.5–5.4.7: conversions, and bulk operations on memories and tables. */
static void skip_fc(struct cursor *cursor)
{
	static const uint8_t indices[] = { 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1 };
	uint32_t opcode = cursor_u32(cursor);
	if (opcode >= sizeof indices)
		cursor_fault(cursor, "a function holds an unknown instruction");
	else
		skip_indices(cursor, indices[opcode]);
}

/* §5.4.8, and relaxed SIMD, whose instructions have no operands. */
static void skip_fd(struct cursor *cursor)
{
	uint32_t opcode = cursor_u32(cursor);
	if (opcode <= 11 || opcode == 92 || opcode == 93)
		skip_memory(cursor);
	else if (opcode == 12 || opcode == 13) /* v128.const, i8x16.shuffle */
		cursor_skip(cursor, 16);
	else if (opcode >= 21 && opcode <= 34)
		cursor_byte(cursor); /* a lane */
	else if (opcode >= 84 && opcode <= 91) {
		skip_memory(cursor);
		cursor_byte(cursor);
	} else if (opcode > 0x113)
		cursor_fault(cursor, "a function holds an unknown instruction");
}

/* The threads proposal. */
static void skip_fe(struct cursor *cursor)
{
	uint32_t opcode = cursor_u32(cursor);
	if (opcode == 3) /* atomic.fence */
		cursor_byte(cursor);
	else if (opcode <= 2 || (opcode >= 0x10 && opcode <= 0x4E))
		skip_memory(cursor);
	else
		cursor_fault(cursor, "a function holds an unknown instruction");
}

/* Reads one instruction; true if it calls `function`. */
static bool read_one(struct cursor *cursor, uint32_t function)
{
	switch (operands_of(cursor_byte(cursor))) {
	case NONE: break;
	case INDEX: cursor_u32(cursor); break;
	case INDEX2: skip_indices(cursor, 2); break;
	case SIGNED: cursor_skip_signed(cursor); break;
	case MEMORY: skip_memory(cursor); break;
	case BYTES4: cursor_skip(cursor, 4); break;
	case BYTES8: cursor_skip(cursor, 8); break;
	case TABLE_OF_LABELS: skip_indices(cursor, cursor_u32(cursor)); cursor_u32(cursor); break;
	case TYPES: skip_types(cursor); break;
	case CATCHES: skip_catches(cursor); break;
	case PREFIX_FC: skip_fc(cursor); break;
	case PREFIX_FD: skip_fd(cursor); break;
	case PREFIX_FE: skip_fe(cursor); break;
	case CALL: return cursor_u32(cursor) == function && !cursor->fault;
	case BAD: cursor_fault(cursor, "a function holds an unknown instruction"); break;
	}
	return false;
}

static void skip_locals(struct cursor *cursor)
{
	for (uint32_t left = cursor_u32(cursor); left > 0 && !cursor->fault; left--) {
		cursor_u32(cursor);
		grammar_skip_type(cursor);
	}
}

bool instructions_call(struct cursor *body, uint32_t function)
{
	bool calls = false;
	skip_locals(body);
	while (!body->fault && body->at < body->end)
		calls |= read_one(body, function);
	return calls && !body->fault;
}
