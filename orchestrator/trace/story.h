/* One sample's story: its moments, whom each leg between them is charged to, and what each thread did meanwhile.
 *
 * Pure. Ownership: explain_story_release(). */
#ifndef WASMOGRAPH_TRACE_STORY_H
#define WASMOGRAPH_TRACE_STORY_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/way.h"

enum { EXPLAIN_DOINGS_MAX = 512 };

/* What a thread did from a moment on, until the next doing. */
struct explain_doing {
	double from_us, to_us;
	int cause;               /* TRACE_NO_CAUSE: idle */
	int other;               /* `other_share` of it went here; or TRACE_NO_CAUSE */
	double other_share;
};

struct explain_story {
	bool told;
	struct trace_way way;
	double legs_ms[TRACE_WAY_LEGS][TRACE_CAUSES];
	struct explain_doing *doings[TRACE_ROLES];
	size_t doing_counts[TRACE_ROLES];
	size_t left_out[TRACE_ROLES]; /* doings beyond EXPLAIN_DOINGS_MAX */
};

void explain_story_tell(struct explain_story *story, const struct trace_way *way,
	const struct trace_pieces pieces[TRACE_ROLES]);
void explain_story_release(struct explain_story *story);

#endif
