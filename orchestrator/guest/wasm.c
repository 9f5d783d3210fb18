#include "guest/wasm.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "guest/cursor.h"
#include "guest/grammar.h"

static const char *const section_names[GRAMMAR_SECTIONS] = { "custom", "type", "import", "function",
	"table", "memory", "global", "export", "start", "element", "code", "data", "data_count", "tag" };

static const char *const kind_names[GRAMMAR_KINDS] = { "function", "table", "memory", "global", "tag" };

/* More than any compiler writes; a listing beyond it would serve nobody. */
enum { ENTRIES_MAX = 100000 };

struct description {
	struct json *root, *sections, *imports, *exports, *memories;
	double data_bytes, custom_bytes;
	bool has_names;
};

static const char *kind_name(enum grammar_kind kind)
{
	return kind < GRAMMAR_KINDS ? kind_names[kind] : "unknown";
}

static uint32_t entry_count(struct cursor *cursor)
{
	uint32_t count = cursor_u32(cursor);
	if (count <= ENTRIES_MAX)
		return count;
	cursor_fault(cursor, "more than 100000 entries stand in one section");
	return 0;
}

static void set_taken_text(struct json *object, const char *key, char *text_taken)
{
	json_set_text(object, key, text_taken);
	free(text_taken);
}

static void read_memory(struct cursor *cursor, struct description *d, bool imported)
{
	struct grammar_limits limits = grammar_limits(cursor);
	struct json *memory = json_new_object();
	json_set_number(memory, "initial_pages", (double)limits.initial);
	json_set(memory, "maximum_pages",
		limits.has_maximum ? json_new_number((double)limits.maximum) : json_new_null());
	json_set_bool(memory, "shared", limits.shared);
	json_set_bool(memory, "imported", imported);
	json_append(d->memories, memory);
}

static void read_import(struct cursor *cursor, struct description *d)
{
	struct json *import = json_new_object();
	set_taken_text(import, "module", cursor_name(cursor));
	set_taken_text(import, "name", cursor_name(cursor));
	enum grammar_kind kind = grammar_kind(cursor);
	json_set_text(import, "kind", kind_name(kind));
	json_append(d->imports, import);
	if (kind == GRAMMAR_KIND_MEMORY)
		read_memory(cursor, d, true);
	else
		grammar_skip_import(cursor, kind);
}

static void read_imports(struct cursor *cursor, struct description *d)
{
	for (uint32_t left = entry_count(cursor); left > 0 && !cursor->fault; left--)
		read_import(cursor, d);
}

static void read_memories(struct cursor *cursor, struct description *d)
{
	for (uint32_t left = entry_count(cursor); left > 0 && !cursor->fault; left--)
		read_memory(cursor, d, false);
}

static void read_exports(struct cursor *cursor, struct description *d)
{
	for (uint32_t left = entry_count(cursor); left > 0 && !cursor->fault; left--) {
		struct json *export = json_new_object();
		set_taken_text(export, "name", cursor_name(cursor));
		json_set_text(export, "kind", kind_name(grammar_kind(cursor)));
		json_set_number(export, "index", cursor_u32(cursor));
		json_append(d->exports, export);
	}
}

/* Passes over a constant expression (§3.3.10 and the extended-const proposal) with its end. */
static void skip_expression(struct cursor *cursor)
{
	while (!cursor->fault) {
		uint8_t opcode = cursor_byte(cursor);
		if (opcode == 0x0B) /* end */
			return;
		if (opcode == 0x23 || opcode == 0xD2) /* global.get, ref.func */
			cursor_u32(cursor);
		else if (opcode == 0x41 || opcode == 0x42 || opcode == 0xD0) /* i32, i64, ref.null */
			cursor_skip_signed(cursor);
		else if (opcode == 0x43) /* f32 */
			cursor_skip(cursor, 4);
		else if (opcode == 0x44) /* f64 */
			cursor_skip(cursor, 8);
		else if (!((opcode >= 0x6A && opcode <= 0x6C) || (opcode >= 0x7C && opcode <= 0x7E)))
			cursor_fault(cursor, "a constant expression holds an unknown instruction");
	}
}

/* §5.5.14: 0 active in memory 0, 1 passive, 2 active in a named memory. */
static void read_data(struct cursor *cursor, struct description *d)
{
	uint32_t count = cursor_u32(cursor);
	json_set_number(d->root, "data_segments", count);
	for (; count > 0 && !cursor->fault; count--) {
		uint32_t mode = cursor_u32(cursor);
		if (mode > 2)
			cursor_fault(cursor, "a data segment is of an unknown mode");
		if (mode == 2)
			cursor_u32(cursor);
		if (mode != 1)
			skip_expression(cursor);
		uint32_t length = cursor_u32(cursor);
		cursor_skip(cursor, length);
		d->data_bytes += cursor->fault ? 0 : length;
	}
}

static void read_custom(struct cursor *cursor, struct description *d, struct json *section)
{
	char *name = cursor_name(cursor);
	json_set_text(section, "name", name);
	d->has_names |= strcmp(name, "name") == 0;
	free(name);
	cursor->at = cursor->end; /* its contents are not interpreted */
}

/* True when the section was read to its end, which then has to be where its header says. */
static bool read_known(struct cursor *content, enum grammar_section id, struct description *d,
	struct json *section)
{
	switch (id) {
	case GRAMMAR_CUSTOM: read_custom(content, d, section); return true;
	case GRAMMAR_IMPORT: read_imports(content, d); return true;
	case GRAMMAR_MEMORY: read_memories(content, d); return true;
	case GRAMMAR_EXPORT: read_exports(content, d); return true;
	case GRAMMAR_DATA: read_data(content, d); return true;
	case GRAMMAR_START: json_set_number(d->root, "start", cursor_u32(content)); return true;
	case GRAMMAR_FUNCTION: json_set_number(d->root, "functions", cursor_u32(content)); return false;
	case GRAMMAR_TABLE: json_set_number(d->root, "tables", cursor_u32(content)); return false;
	case GRAMMAR_GLOBAL: json_set_number(d->root, "globals", cursor_u32(content)); return false;
	default: return false;
	}
}

static void read_section(struct cursor *cursor, struct description *d)
{
	size_t offset = cursor->at;
	uint8_t id = cursor_byte(cursor);
	uint32_t length = cursor_u32(cursor);
	struct cursor content = cursor_part(cursor, length);
	if (cursor->fault)
		return;
	struct json *section = json_new_object();
	json_set_number(section, "id", id);
	json_set_text(section, "name", id < GRAMMAR_SECTIONS ? section_names[id] : "unknown");
	json_set_number(section, "offset", (double)offset);
	json_set_number(section, "bytes", length);
	json_append(d->sections, section);
	if (id == GRAMMAR_CUSTOM)
		d->custom_bytes += length;
	if (id == GRAMMAR_CODE)
		json_set_number(d->root, "code_bytes", length);
	if (read_known(&content, (enum grammar_section)id, d, section) && content.at != content.end)
		cursor_fault(&content, "a section is longer than its contents");
	if (content.fault) {
		cursor->at = content.fault_at;
		cursor_fault(cursor, content.fault);
	}
}

static void begin(struct description *d)
{
	static const char *const counts[] = { "functions", "tables", "globals", "data_segments",
		"data_bytes", "code_bytes", "custom_bytes" };
	*d = (struct description){ .root = json_new_object(), .sections = json_new_array(),
		.imports = json_new_array(), .exports = json_new_array(), .memories = json_new_array() };
	json_set_number(d->root, "version", 1);
	json_set(d->root, "sections", d->sections);
	json_set(d->root, "imports", d->imports);
	json_set(d->root, "exports", d->exports);
	json_set(d->root, "memories", d->memories);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		json_set_number(d->root, counts[i], 0);
	json_set_bool(d->root, "has_names", false);
	json_set(d->root, "start", json_new_null());
}

static void read_module(struct cursor *cursor, struct description *d)
{
	grammar_header(cursor);
	while (!cursor->fault && cursor->at < cursor->end)
		read_section(cursor, d);
	json_set_number(d->root, "data_bytes", d->data_bytes);
	json_set_number(d->root, "custom_bytes", d->custom_bytes);
	json_set_bool(d->root, "has_names", d->has_names);
}

struct json *wasm_describe(const void *bytes, size_t length, struct err *err)
{
	struct description d;
	struct cursor cursor = { .bytes = bytes, .end = length };
	begin(&d);
	read_module(&cursor, &d);
	if (!cursor.fault)
		return d.root;
	json_free(d.root);
	err_set(err, ERR_INVALID, "The WebAssembly module is broken: %s (at byte %zu of %zu).",
		cursor.fault, cursor.fault_at, length);
	return NULL;
}
