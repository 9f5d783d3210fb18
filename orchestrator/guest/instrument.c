#include "guest/instrument.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "guest/emit.h"
#include "guest/wrap_site.h"

/* Core Specification 2.0 §5.3.1, §5.3.10, §5.4 */
enum { TYPE_I32 = 0x7F, MUTABLE = 1 };
enum {
	OP_NOP = 0x01, OP_END = 0x0B, OP_CALL = 0x10, OP_DROP = 0x1A, OP_LOCAL_GET = 0x20,
	OP_GLOBAL_SET = 0x24, OP_I32_CONST = 0x41
};

enum { HEADER_BYTES = 8 };

enum phase { PHASE_NONE, PHASE_BEGIN, PHASE_END };

/* The entries of a section that begins with their number, and one more. */
static void begin_longer(struct buf *out, const struct cursor *contents)
{
	struct cursor rest = *contents;
	emit_init(out);
	emit_u32(out, cursor_u32(&rest) + 1);
	emit_rest(out, &rest);
}

static void write_functions(const struct wrap_site *s, const struct anatomy_section *section,
	struct buf *out)
{
	struct buf contents;
	begin_longer(&contents, &section->contents);
	emit_u32(&contents, s->type);
	emit_section(out, section->id, &contents);
	buf_release(&contents);
}

static void add_global(struct buf *contents)
{
	static const uint8_t global[] = { TYPE_I32, MUTABLE, OP_I32_CONST, 0, OP_END };
	emit_bytes(contents, global, sizeof global);
}

static void write_globals(const struct anatomy_section *section, struct buf *out)
{
	struct buf contents;
	begin_longer(&contents, &section->contents);
	add_global(&contents);
	emit_section(out, section->id, &contents);
	buf_release(&contents);
}

/* A module without globals gets the section in front of its exports, where it belongs. */
static void write_exports(const struct wrap_site *s, const struct anatomy_section *section,
	struct buf *out)
{
	struct buf contents;
	if (!anatomy_has(&s->anatomy, GRAMMAR_GLOBAL)) {
		emit_init(&contents);
		emit_u32(&contents, 1);
		add_global(&contents);
		emit_section(out, GRAMMAR_GLOBAL, &contents);
		buf_release(&contents);
	}
	begin_longer(&contents, &section->contents);
	emit_name(&contents, INSTRUMENT_PHASE);
	emit_byte(&contents, GRAMMAR_KIND_GLOBAL);
	emit_u32(&contents, wrap_site_new_global(s));
	emit_section(out, section->id, &contents);
	buf_release(&contents);
}

static void set_phase(const struct wrap_site *s, struct buf *body, enum phase phase)
{
	emit_byte(body, OP_I32_CONST);
	emit_byte(body, (uint8_t)phase);
	emit_byte(body, OP_GLOBAL_SET);
	emit_u32(body, wrap_site_new_global(s));
}

static void tell(const struct wrap_site *s, struct buf *body, enum phase phase)
{
	set_phase(s, body, phase);
	emit_byte(body, OP_CALL);
	emit_u32(body, s->import);
	for (uint32_t i = 0; i < s->import_results; i++)
		emit_byte(body, OP_DROP);
	set_phase(s, body, PHASE_NONE);
}

/* The moved function's results lie on the stack while the second call is made, below what that needs. */
static void make_wrapper(const struct wrap_site *s, size_t length, struct buf *body)
{
	emit_init(body);
	emit_u32(body, 0); /* no locals */
	tell(s, body, PHASE_BEGIN);
	for (uint32_t i = 0; i < s->parameters; i++) {
		emit_byte(body, OP_LOCAL_GET);
		emit_u32(body, i);
	}
	emit_byte(body, OP_CALL);
	emit_u32(body, wrap_site_new_function(s));
	tell(s, body, PHASE_END);
	while (body->length + 1 < length)
		emit_byte(body, OP_NOP);
	emit_byte(body, OP_END);
}

/* With the same length as before its size is written in the same bytes as before. */
static void write_wrapper(const struct wrap_site *s, struct buf *contents)
{
	struct buf body;
	size_t length = s->body.end - s->body.at;
	make_wrapper(s, length, &body);
	if (body.length == length)
		emit_bytes(contents, s->body.bytes + s->body_start, s->body.at - s->body_start);
	else
		emit_u32(contents, (uint32_t)body.length);
	emit_bytes(contents, body.data, body.length);
	buf_release(&body);
}

static void write_code(const struct wrap_site *s, const struct anatomy_section *section,
	struct buf *out)
{
	struct buf contents;
	struct cursor before = section->contents;
	emit_init(&contents);
	emit_u32(&contents, cursor_u32(&before) + 1);
	before.end = s->body_start;
	emit_rest(&contents, &before);
	write_wrapper(s, &contents);
	emit_rest(&contents, &s->behind);
	emit_bytes(&contents, s->body.bytes + s->body_start, s->body.end - s->body_start);
	emit_section(out, section->id, &contents);
	buf_release(&contents);
}

static void emit_span(struct buf *out, const struct cursor *cursor, size_t start)
{
	emit_bytes(out, cursor->bytes + start, cursor->at - start);
}

static void emit_wrapper_name(const struct wrap_site *s, struct buf *out)
{
	char *name = mem_format("wasmograph:%s", s->wanted->function);
	emit_name(out, name);
	free(name);
}

/* Function names: the moved function takes its name along. */
static void rename_functions(const struct wrap_site *s, struct cursor *names, struct buf *out)
{
	uint32_t count = cursor_u32(names);
	emit_u32(out, count + 1);
	for (; count > 0 && !names->fault; count--) {
		size_t start = names->at;
		uint32_t index = cursor_u32(names);
		free(cursor_name(names));
		if (index != s->function) {
			emit_span(out, names, start);
			continue;
		}
		emit_u32(out, index);
		emit_wrapper_name(s, out);
	}
	emit_u32(out, wrap_site_new_function(s));
	emit_name(out, s->wanted->function);
}

/* Names inside functions (locals, labels): those of the moved one go along, behind the others'. */
static void move_inner_names(const struct wrap_site *s, struct cursor *names, struct buf *out)
{
	struct cursor moved = { 0 };
	uint32_t count = cursor_u32(names);
	emit_u32(out, count);
	for (; count > 0 && !names->fault; count--) {
		size_t start = names->at;
		uint32_t index = cursor_u32(names);
		size_t map = names->at;
		for (uint32_t left = cursor_u32(names); left > 0 && !names->fault; left--) {
			cursor_u32(names);
			free(cursor_name(names));
		}
		if (index == s->function)
			moved = (struct cursor){ .bytes = names->bytes, .at = map, .end = names->at };
		else
			emit_span(out, names, start);
	}
	if (moved.bytes) {
		emit_u32(out, wrap_site_new_function(s));
		emit_rest(out, &moved);
	}
}

static void name_global(const struct wrap_site *s, struct cursor *names, struct buf *out)
{
	emit_u32(out, cursor_u32(names) + 1);
	emit_rest(out, names);
	names->at = names->end;
	emit_u32(out, wrap_site_new_global(s));
	emit_name(out, INSTRUMENT_PHASE);
}

static void write_names_part(struct wrap_site *s, uint8_t id, struct cursor *part, struct buf *contents)
{
	struct buf changed;
	emit_init(&changed);
	switch (id) {
	case WRAP_NAMES_FUNCTIONS: rename_functions(s, part, &changed); break;
	case WRAP_NAMES_LOCALS: case WRAP_NAMES_LABELS: move_inner_names(s, part, &changed); break;
	case WRAP_NAMES_GLOBALS: name_global(s, part, &changed); break;
	default: emit_rest(&changed, part);
	}
	anatomy_check(&s->anatomy, part);
	emit_section(contents, id, &changed);
	buf_release(&changed);
}

static void write_names(struct wrap_site *s, const struct anatomy_section *section, struct buf *out)
{
	struct buf contents;
	struct cursor names = section->contents;
	emit_init(&contents);
	emit_name(&contents, "name");
	while (!names.fault && names.at < names.end) {
		uint8_t id = cursor_byte(&names);
		struct cursor part = cursor_part(&names, cursor_u32(&names));
		write_names_part(s, id, &part, &contents);
	}
	anatomy_check(&s->anatomy, &names);
	emit_section(out, GRAMMAR_CUSTOM, &contents);
	buf_release(&contents);
}

static void write_section(struct wrap_site *s, const struct anatomy_section *section, struct buf *out)
{
	const uint8_t *bytes = s->anatomy.cursor.bytes;
	switch (section->id) {
	case GRAMMAR_FUNCTION: write_functions(s, section, out); return;
	case GRAMMAR_GLOBAL: write_globals(section, out); return;
	case GRAMMAR_EXPORT: write_exports(s, section, out); return;
	case GRAMMAR_CODE: write_code(s, section, out); return;
	}
	if (section->names)
		write_names(s, section, out);
	else
		emit_bytes(out, bytes + section->start, section->end - section->start);
}

int instrument_module(const void *bytes, size_t length, const struct instrument *instrument,
	struct buf *out, struct instrument_facts *facts, struct err *err)
{
	struct wrap_site s;
	emit_init(out);
	int result = wrap_site_find(&s, bytes, length, instrument, err);
	if (!result) {
		emit_bytes(out, bytes, HEADER_BYTES);
		for (size_t i = 0; i < s.anatomy.count; i++)
			write_section(&s, &s.anatomy.sections[i], out);
		result = wrap_site_check(&s, &s.anatomy.cursor); /* names are read while they are written */
	}
	*facts = (struct instrument_facts){ s.function, wrap_site_new_function(&s) };
	wrap_site_release(&s);
	return result;
}
