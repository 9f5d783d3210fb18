#include "guest/anatomy.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct anatomy_section *find(const struct anatomy *anatomy, uint8_t id, bool names)
{
	for (size_t i = 0; i < anatomy->count; i++) {
		const struct anatomy_section *section = &anatomy->sections[i];
		if (section->id == id && section->names == names)
			return section;
	}
	return NULL;
}

static bool is_names(struct cursor *contents)
{
	struct cursor behind = *contents;
	char *name = cursor_name(&behind);
	bool names = !behind.fault && strcmp(name, "name") == 0;
	if (names)
		*contents = behind;
	free(name);
	return names;
}

static void read_section(struct anatomy *anatomy)
{
	struct cursor *cursor = &anatomy->cursor;
	struct anatomy_section section = { .start = cursor->at };
	section.id = cursor_byte(cursor);
	section.contents = cursor_part(cursor, cursor_u32(cursor));
	section.end = cursor->at;
	if (cursor->fault)
		return;
	section.names = section.id == GRAMMAR_CUSTOM && is_names(&section.contents);
	if ((section.id != GRAMMAR_CUSTOM || section.names) && find(anatomy, section.id, section.names))
		cursor_fault(cursor, "a section stands there twice");
	anatomy->sections = mem_resize(anatomy->sections, anatomy->count + 1, sizeof(section));
	anatomy->sections[anatomy->count++] = section;
}

int anatomy_read(struct anatomy *anatomy, const void *bytes, size_t length)
{
	*anatomy = (struct anatomy){ .cursor = { .bytes = bytes, .end = length } };
	struct cursor *cursor = &anatomy->cursor;
	grammar_header(cursor);
	while (!cursor->fault && cursor->at < cursor->end)
		read_section(anatomy);
	return cursor->fault ? -1 : 0;
}

void anatomy_release(struct anatomy *anatomy)
{
	free(anatomy->sections);
	*anatomy = (struct anatomy){ 0 };
}

static struct cursor contents_of(const struct anatomy *anatomy, const struct anatomy_section *section)
{
	struct cursor nothing = { .bytes = anatomy->cursor.bytes, .at = anatomy->cursor.end,
		.end = anatomy->cursor.end };
	return section ? section->contents : nothing;
}

struct cursor anatomy_contents(const struct anatomy *anatomy, enum grammar_section id)
{
	return contents_of(anatomy, find(anatomy, (uint8_t)id, false));
}

struct cursor anatomy_names(const struct anatomy *anatomy)
{
	return contents_of(anatomy, find(anatomy, GRAMMAR_CUSTOM, true));
}

bool anatomy_has(const struct anatomy *anatomy, enum grammar_section id)
{
	return find(anatomy, (uint8_t)id, false) != NULL;
}

int anatomy_check(struct anatomy *anatomy, const struct cursor *part)
{
	if (!part->fault)
		return 0;
	if (!anatomy->cursor.fault) {
		anatomy->cursor.fault = part->fault;
		anatomy->cursor.fault_at = part->fault_at;
	}
	return -1;
}
