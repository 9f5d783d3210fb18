/* Texts that are kept once each, for as long as the reader: the names of a trace, which come again and again. Private to
 * trace/.
 *
 * Ownership: trace_texts_release(); what is handed out lives until then. Pure. */
#ifndef WASMOGRAPH_TRACE_TEXTS_H
#define WASMOGRAPH_TRACE_TEXTS_H

#include <stddef.h>
#include <stdint.h>

enum { TRACE_TEXTS_CEILING = 16 * 1024 * 1024 }; /* bytes of all */

struct trace_kept_text {
	size_t length;
	uint64_t hash;
	char bytes[];            /* NUL-terminated */
};

struct trace_texts {
	struct trace_kept_text **slots;
	size_t slot_count, used, bytes;
};

void trace_texts_init(struct trace_texts *texts);
void trace_texts_release(struct trace_texts *texts);

/* The one that has these bytes (NULL is fine when there are none), or a copy of them; NULL when all together would pass
 * TRACE_TEXTS_CEILING. */
const struct trace_kept_text *trace_texts_keep(struct trace_texts *texts, const void *bytes, size_t length);

#endif
