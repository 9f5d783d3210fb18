/* What an event's name means to the explanation: the class of its slices, and what else it tells.
 *
 * Pure; a value that borrows nothing. A look-up costs one hash of the name's ends and one comparison. */
#ifndef WASMOGRAPH_TRACE_NAMES_H
#define WASMOGRAPH_TRACE_NAMES_H

#include <stddef.h>

#include "trace/cause.h"
#include "trace/event.h"

/* What else a name tells. */
enum {
	TRACE_NAME_MEASURE = 1,  /* performance.measure(): a pair of b and e, or a slice; has no processor time */
	TRACE_NAME_HANDLER = 2,  /* a message is handled */
	TRACE_NAME_POST = 4,     /* a message was handed over */
	TRACE_NAME_MARK_MAIN = 8,
	TRACE_NAME_MARK_WORKER = 16,
	TRACE_NAME_MARKS = TRACE_NAME_MARK_MAIN | TRACE_NAME_MARK_WORKER,
};

struct trace_name {
	enum trace_what class;   /* TRACE_IDLE: none */
	unsigned flags;
};

enum { TRACE_NAME_SLOTS = 256 };
struct trace_names {
	struct trace_name_slot {
		unsigned char length; /* 0: free */
		unsigned char row;
	} slots[TRACE_NAME_SLOTS];
};

void trace_names_init(struct trace_names *names);

/* {TRACE_IDLE, 0} for a name that tells nothing. */
struct trace_name trace_names_find(const struct trace_names *names, const struct trace_text *name);

#endif
