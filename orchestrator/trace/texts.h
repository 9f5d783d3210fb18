/* Texts that are kept once each, for as long as the reader: the names of a trace, which come again and again. Private to
 * trace/.
 *
 * Ownership: trace_texts_release(); what is handed out lives until then. Pure. */
#ifndef WASMOGRAPH_TRACE_TEXTS_H
#define WASMOGRAPH_TRACE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACE_TEXTS_CEILING = 16 * 1024 * 1024 }; /* bytes of all */

struct trace_kept_text {
	size_t length;
	uint64_t hash;
	bool is_asked;           /* one of those that trace_texts_init() was given */
	char bytes[];            /* NUL-terminated */
};

struct trace_texts {
	struct trace_kept_text **slots;
	size_t slot_count, used, bytes;
	const char *const *asked;
};

/* `asked`: texts with a NULL behind them, which live as long; NULL: every text is asked for. */
void trace_texts_init(struct trace_texts *texts, const char *const *asked);
void trace_texts_release(struct trace_texts *texts);

/* Whether it is one of those asked for. */
bool trace_texts_is_asked(const struct trace_texts *texts, const void *bytes, size_t length);

/* The one that has these bytes (NULL is fine when there are none), or a copy of them; NULL when all together would pass
 * TRACE_TEXTS_CEILING. */
const struct trace_kept_text *trace_texts_keep(struct trace_texts *texts, const void *bytes, size_t length);

#endif
