/* A WebAssembly module taken apart into its sections, for whoever rewrites it. Pure.
 *
 * Ownership: borrows the module's bytes; anatomy_release() frees the list. */
#ifndef WASMOGRAPH_GUEST_ANATOMY_H
#define WASMOGRAPH_GUEST_ANATOMY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest/cursor.h"
#include "guest/grammar.h"

struct anatomy_section {
	uint8_t id;
	bool names;              /* the custom section of that name; contents begin behind its name */
	size_t start, end;       /* of all of it, its id included */
	struct cursor contents;
};

struct anatomy {
	struct anatomy_section *sections;
	size_t count;
	struct cursor cursor;    /* over all of it; has the fault when it is broken */
};

/* −1 when the bytes are no module, or one in which a section that is no custom one, or the names, stand twice. To
 * be released in either case. */
int anatomy_read(struct anatomy *anatomy, const void *bytes, size_t length);
void anatomy_release(struct anatomy *anatomy);

/* The contents of a section, empty when it is not there: reading from it is a fault. */
struct cursor anatomy_contents(const struct anatomy *anatomy, enum grammar_section id);
struct cursor anatomy_names(const struct anatomy *anatomy);
bool anatomy_has(const struct anatomy *anatomy, enum grammar_section id);

/* Takes a part's fault over as the module's. −1 when there is one. */
int anatomy_check(struct anatomy *anatomy, const struct cursor *part);

#endif
