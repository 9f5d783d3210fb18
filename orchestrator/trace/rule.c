#include "trace/rule.h"

#include <math.h>
#include <stddef.h>

/* Of a slice so much was off the processor that the thread slept. */
#define BLOCKED_OFF_SHARE 0.8

/* ---- the rules ---- */

static bool is_idle(const struct trace_instant *instant)
{
	return instant->what == TRACE_IDLE;
}

static bool is_before(const struct trace_instant *instant)
{
	return instant->leg == TRACE_LEG_BEFORE || instant->leg == TRACE_LEG_BEFORE_QUEUED;
}

static bool is_queued(const struct trace_instant *instant)
{
	return instant->leg == TRACE_LEG_BEFORE_QUEUED || instant->leg == TRACE_LEG_AFTER_QUEUED;
}

/* What a thread does on its own account, and may sleep in. */
static bool is_own(const struct trace_instant *instant)
{
	return instant->what == TRACE_JS || instant->what == TRACE_TASK || instant->what == TRACE_GUEST
		|| instant->what == TRACE_QUEUE;
}

static bool take(struct trace_charge *charge, enum trace_what what)
{
	*charge = (struct trace_charge){ what, what, 0 };
	return true;
}

static bool take_shared(struct trace_charge *charge, enum trace_what what, enum trace_what other, double other_share)
{
	*charge = (struct trace_charge){ what, other, other_share };
	return true;
}

/* Renames, and leaves the rest to the others: a queue may wait for a processor, too. */
static bool queue(struct trace_instant *instant, struct trace_charge *charge)
{
	(void)charge;
	bool message = instant->what == TRACE_JS || instant->what == TRACE_TASK || instant->what == TRACE_SERIALISE
		|| instant->what == TRACE_DESERIALISE;
	bool behind = is_idle(instant) ? instant->short_pause : message && instant->short_task;
	if (is_queued(instant) && behind)
		instant->what = TRACE_QUEUE;
	return false;
}

static bool stopped(struct trace_instant *instant, struct trace_charge *charge)
{
	return instant->stopped && take(charge, TRACE_STOPPED);
}

/* A stopped process does nothing on any thread. */
static bool stopped_by_trace(struct trace_instant *instant, struct trace_charge *charge)
{
	bool expected = is_idle(instant) ? !is_before(instant) : is_own(instant) && instant->off_share > 0;
	return !instant->knows_state && instant->silent && expected && take(charge, TRACE_STOPPED);
}

/* Waiting inside a collection is mostly for the collector's own helpers. */
static bool processor(struct trace_instant *instant, struct trace_charge *charge)
{
	if (!instant->waiting)
		return false;
	if (isnan(instant->browser_share))
		return take(charge, instant->what == TRACE_GC ? TRACE_GC : TRACE_CPU_WAIT);
	return take_shared(charge, instant->what == TRACE_GC ? TRACE_GC : TRACE_CPU_INTERNAL, TRACE_CPU_EXTERNAL,
		1 - instant->browser_share);
}

static bool blocked(struct trace_instant *instant, struct trace_charge *charge)
{
	return is_own(instant) && instant->asleep && take(charge, TRACE_BLOCKED);
}

static bool blocked_by_trace(struct trace_instant *instant, struct trace_charge *charge)
{
	return !instant->knows_state && is_own(instant) && instant->off_share > BLOCKED_OFF_SHARE
		&& take(charge, TRACE_BLOCKED);
}

static bool processor_by_trace(struct trace_instant *instant, struct trace_charge *charge)
{
	return !instant->knows_delay && is_own(instant) && instant->off_share > 0 && take_shared(charge, instant->what,
		instant->busy ? TRACE_CPU_INTERNAL : TRACE_CPU_WAIT, instant->off_share);
}

static bool host_stall(struct trace_instant *instant, struct trace_charge *charge)
{
	return instant->stalled && take(charge, TRACE_HOST_STALL);
}

/* The growth itself is short; the first touch of its pages is not. */
static bool mem_grow(struct trace_instant *instant, struct trace_charge *charge)
{
	bool in_guest = instant->what == TRACE_GUEST || instant->what == TRACE_JS;
	return in_guest && instant->grows && instant->fault_share > 0.5 && take(charge, TRACE_MEM_GROW);
}

/* What wakes the sender is another thread's timer, which waits for a processor itself. */
static bool late_for_a_processor(struct trace_instant *instant, struct trace_charge *charge)
{
	if (!is_idle(instant) || !is_before(instant) || !instant->others_wait)
		return false;
	if (isnan(instant->browser_share))
		return take(charge, TRACE_CPU_WAIT);
	return take_shared(charge, TRACE_CPU_INTERNAL, TRACE_CPU_EXTERNAL, 1 - instant->browser_share);
}

static bool class(struct trace_instant *instant, struct trace_charge *charge)
{
	if (!is_idle(instant))
		return take(charge, instant->what);
	return take(charge, is_before(instant) ? TRACE_LATE : TRACE_UNEXPLAINED);
}

const struct trace_rule *trace_rules(void)
{
	static const struct trace_rule rules[] = {
		{ "queue", queue },
		{ "stopped", stopped },
		{ "stopped, by the trace", stopped_by_trace },
		{ "processor", processor },
		{ "blocked", blocked },
		{ "blocked, by the trace", blocked_by_trace },
		{ "processor, by the trace", processor_by_trace },
		{ "host stall", host_stall },
		{ "memory growth", mem_grow },
		{ "late for a processor", late_for_a_processor },
		{ "class", class },
		{ NULL, NULL },
	};
	return rules;
}

void trace_rule_apply(const struct trace_instant *instant, struct trace_charge *charge)
{
	struct trace_instant renamed = *instant;
	const struct trace_rule *rule = trace_rules();
	while (!rule->take(&renamed, charge))
		rule++;
}
