/* The rule: what an instant of a thread is charged to. A table of rules, tried in order; the first that takes the instant
 * decides (docs/CAUSES.md says why each is there).
 *
 * What is known of an instant is what stands in the trace at it (a segment of trace/sweep.h) and what the host saw
 * (trace/host.h). Where the host saw nothing, the trace's own thread times take its place.
 *
 * The same instant may be charged differently by where in a sample's way it lies: before the sending (there an idle
 * thread is late) or after it, and behind a queue of messages or not.
 *
 * Pure; values. */
#ifndef WASMOGRAPH_TRACE_RULE_H
#define WASMOGRAPH_TRACE_RULE_H

#include <stdbool.h>

#include "trace/cause.h"

enum trace_leg { TRACE_LEG_BEFORE, TRACE_LEG_AFTER, TRACE_LEG_BEFORE_QUEUED, TRACE_LEG_AFTER_QUEUED, TRACE_LEGS };

/* So many messages handled in a leg make a queue of it; in a queue the messages' own tasks are short, and the thread hardly
 * pauses between them. */
enum { TRACE_QUEUE_LEAST = 8 };
#define TRACE_QUEUE_TASK_US 1500.0
#define TRACE_QUEUE_PAUSE_US 300.0

/* All that may be asked at an instant. */
struct trace_instant {
	enum trace_role role;
	enum trace_leg leg;
	enum trace_what what;    /* of the segment; rules may set another and leave the instant to those after */
	bool short_task;         /* its root is shorter than TRACE_QUEUE_TASK_US; false when idle */
	bool short_pause;        /* it is idle for less than TRACE_QUEUE_PAUSE_US */
	bool grows;              /* its root holds a growth of wasm memory */
	double off_share;        /* of the segment's time the thread was on no processor, by the trace; −1 not known */
	bool silent;             /* nothing happens in the whole process, by the trace */
	bool busy;               /* the other traced threads take at least half of the processors */
	bool knows_state, knows_delay; /* the host saw the thread here */
	bool stopped, asleep, waiting, stalled;
	bool others_wait;        /* another worker of the page waits for a processor */
	double browser_share;    /* of what the processors did meanwhile; NAN unknown */
	double fault_share;      /* of the segment's time that its page faults cost */
};

/* An instant's time goes to one cause, or to two. */
struct trace_charge {
	enum trace_what what, other;
	double other_share;      /* 0: `what` alone */
};

struct trace_rule {
	const char *name;
	bool (*take)(struct trace_instant *instant, struct trace_charge *charge);
};

/* In order, ended by a NULL name; the last takes everything. */
const struct trace_rule *trace_rules(void);

void trace_rule_apply(const struct trace_instant *instant, struct trace_charge *charge);

#endif
