#include "trace/scene.h"

#include "trace/rule.h"

/* The rows begin with what is usual, and set other values where they differ. */
#pragma GCC diagnostic ignored "-Woverride-init"

#define PLAIN .off_share = -1, .browser_share = NAN
#define TICKED PLAIN, .knows_state = true, .knows_delay = true
#define AFTER .leg = TRACE_LEG_AFTER
#define BEFORE .leg = TRACE_LEG_BEFORE
#define QUEUED .leg = TRACE_LEG_AFTER_QUEUED

struct row {
	const char *line;        /* of docs/CAUSES.md "The rule" */
	struct trace_instant instant;
	struct trace_charge charge;
};

#define ALL(what) { what, what, 0 }

/* One row per line of the rule, and for each the instant that only just is not meant. */
static const struct row rows[] = {
	{ "class: js", { TICKED, AFTER, .what = TRACE_JS }, ALL(TRACE_JS) },
	{ "class: a task and nothing better", { TICKED, AFTER, .what = TRACE_TASK }, ALL(TRACE_TASK) },
	{ "class: gc", { TICKED, AFTER, .what = TRACE_GC }, ALL(TRACE_GC) },
	{ "class: idle before the sending is late", { TICKED, BEFORE, .what = TRACE_IDLE }, ALL(TRACE_LATE) },
	{ "class: idle after the sending is unexplained", { TICKED, AFTER, .what = TRACE_IDLE }, ALL(TRACE_UNEXPLAINED) },

	{ "queue: a message's short task", { TICKED, QUEUED, .what = TRACE_JS, .short_task = true }, ALL(TRACE_QUEUE) },
	{ "queue: a short task by itself", { TICKED, QUEUED, .what = TRACE_TASK, .short_task = true }, ALL(TRACE_QUEUE) },
	{ "queue: cloning in a short task", { TICKED, QUEUED, .what = TRACE_DESERIALISE, .short_task = true }, ALL(TRACE_QUEUE) },
	{ "queue: not a long task", { TICKED, QUEUED, .what = TRACE_JS, .short_task = false }, ALL(TRACE_JS) },
	{ "queue: not a collection", { TICKED, QUEUED, .what = TRACE_GC, .short_task = true }, ALL(TRACE_GC) },
	{ "queue: not without a queue", { TICKED, AFTER, .what = TRACE_JS, .short_task = true }, ALL(TRACE_JS) },
	{ "queue: a short pause", { TICKED, QUEUED, .what = TRACE_IDLE, .short_pause = true }, ALL(TRACE_QUEUE) },
	{ "queue: not a long pause", { TICKED, QUEUED, .what = TRACE_IDLE, .short_pause = false }, ALL(TRACE_UNEXPLAINED) },
	{ "queue: before the sending, too", { TICKED, .leg = TRACE_LEG_BEFORE_QUEUED, .what = TRACE_JS, .short_task = true },
		ALL(TRACE_QUEUE) },
	{ "queue: a long pause before the sending is late", { TICKED, .leg = TRACE_LEG_BEFORE_QUEUED, .what = TRACE_IDLE,
		.short_pause = false }, ALL(TRACE_LATE) },
	{ "queue: waits for a processor like others", { TICKED, QUEUED, .what = TRACE_JS, .short_task = true, .waiting = true,
		.browser_share = 0 }, { TRACE_CPU_INTERNAL, TRACE_CPU_EXTERNAL, 1 } },

	{ "stopped", { TICKED, AFTER, .what = TRACE_JS, .stopped = true }, ALL(TRACE_STOPPED) },
	{ "stopped: idle, too", { TICKED, BEFORE, .what = TRACE_IDLE, .stopped = true }, ALL(TRACE_STOPPED) },
	{ "stopped: before waiting", { TICKED, AFTER, .what = TRACE_JS, .stopped = true, .waiting = true },
		ALL(TRACE_STOPPED) },
	{ "stopped, by the trace: off the processor in a silence", { PLAIN, AFTER, .what = TRACE_JS, .off_share = 0.9,
		.silent = true }, ALL(TRACE_STOPPED) },
	{ "stopped, by the trace: idle in a silence, a message under way", { PLAIN, AFTER, .what = TRACE_IDLE,
		.silent = true }, ALL(TRACE_STOPPED) },
	{ "stopped, by the trace: not while it computes", { PLAIN, AFTER, .what = TRACE_JS, .off_share = 0, .silent = true },
		ALL(TRACE_JS) },
	{ "stopped, by the trace: not before the sending", { PLAIN, BEFORE, .what = TRACE_IDLE, .silent = true },
		ALL(TRACE_LATE) },
	{ "stopped, by the trace: not against the host", { TICKED, AFTER, .what = TRACE_IDLE, .silent = true },
		ALL(TRACE_UNEXPLAINED) },

	{ "processor: shared as the processors were", { TICKED, AFTER, .what = TRACE_JS, .waiting = true,
		.browser_share = 0.25 }, { TRACE_CPU_INTERNAL, TRACE_CPU_EXTERNAL, 0.75 } },
	{ "processor: idle, too", { TICKED, AFTER, .what = TRACE_IDLE, .waiting = true, .browser_share = 1 },
		{ TRACE_CPU_INTERNAL, TRACE_CPU_EXTERNAL, 0 } },
	{ "processor: inside a collection for its helpers", { TICKED, AFTER, .what = TRACE_GC, .waiting = true,
		.browser_share = 0.75 }, { TRACE_GC, TRACE_CPU_EXTERNAL, 0.25 } },
	{ "processor: nobody knows whose", { TICKED, AFTER, .what = TRACE_JS, .waiting = true }, ALL(TRACE_CPU_WAIT) },
	{ "processor: inside a collection, nobody knows whose", { TICKED, AFTER, .what = TRACE_GC, .waiting = true },
		ALL(TRACE_GC) },
	{ "processor, by the trace: the part off it", { PLAIN, AFTER, .what = TRACE_JS, .off_share = 0.5 },
		{ TRACE_JS, TRACE_CPU_WAIT, 0.5 } },
	{ "processor, by the trace: the others are busy", { PLAIN, AFTER, .what = TRACE_GUEST, .off_share = 0.5,
		.busy = true }, { TRACE_GUEST, TRACE_CPU_INTERNAL, 0.5 } },
	{ "processor, by the trace: a collection keeps its own", { PLAIN, AFTER, .what = TRACE_GC, .off_share = 0.5 },
		ALL(TRACE_GC) },
	{ "processor, by the trace: not against the host", { TICKED, AFTER, .what = TRACE_JS, .off_share = 0.5 },
		ALL(TRACE_JS) },

	{ "blocked", { TICKED, AFTER, .what = TRACE_JS, .asleep = true }, ALL(TRACE_BLOCKED) },
	{ "blocked: a guest, too", { TICKED, AFTER, .what = TRACE_GUEST, .asleep = true }, ALL(TRACE_BLOCKED) },
	{ "blocked: not an idle thread", { TICKED, AFTER, .what = TRACE_IDLE, .asleep = true }, ALL(TRACE_UNEXPLAINED) },
	{ "blocked: not a collector, which waits for its helpers", { TICKED, AFTER, .what = TRACE_GC, .asleep = true },
		ALL(TRACE_GC) },
	{ "blocked, by the trace", { PLAIN, AFTER, .what = TRACE_JS, .off_share = 0.85 }, ALL(TRACE_BLOCKED) },
	{ "blocked, by the trace: not against the host", { TICKED, AFTER, .what = TRACE_JS, .off_share = 0.85 },
		ALL(TRACE_JS) },

	{ "late for a processor", { TICKED, BEFORE, .what = TRACE_IDLE, .others_wait = true, .browser_share = 0.25 },
		{ TRACE_CPU_INTERNAL, TRACE_CPU_EXTERNAL, 0.75 } },
	{ "late for a processor: not after the sending", { TICKED, AFTER, .what = TRACE_IDLE, .others_wait = true,
		.browser_share = 0.25 }, ALL(TRACE_UNEXPLAINED) },
	{ "late for a processor: not while the sender works", { TICKED, BEFORE, .what = TRACE_JS, .others_wait = true,
		.browser_share = 0.25 }, ALL(TRACE_JS) },

	{ "host stall", { TICKED, AFTER, .what = TRACE_JS, .stalled = true }, ALL(TRACE_HOST_STALL) },
	{ "host stall: idle, too", { TICKED, BEFORE, .what = TRACE_IDLE, .stalled = true }, ALL(TRACE_HOST_STALL) },

	{ "memory growth: most of the time goes for faults", { TICKED, AFTER, .what = TRACE_GUEST, .grows = true,
		.fault_share = 0.6 }, ALL(TRACE_MEM_GROW) },
	{ "memory growth: not for few faults", { TICKED, AFTER, .what = TRACE_GUEST, .grows = true, .fault_share = 0.4 },
		ALL(TRACE_GUEST) },
	{ "memory growth: not without a growth", { TICKED, AFTER, .what = TRACE_GUEST, .fault_share = 0.9 },
		ALL(TRACE_GUEST) },
	{ "memory growth: not a collection's faults", { TICKED, AFTER, .what = TRACE_GC, .grows = true, .fault_share = 0.9 },
		ALL(TRACE_GC) },
};

static void every_line_of_the_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct trace_charge charge;
		trace_rule_apply(&rows[i].instant, &charge);
		const struct trace_charge *expected = &rows[i].charge;
		bool same = charge.what == expected->what && charge.other_share == expected->other_share
			&& (expected->other_share == 0 || charge.other == expected->other);
		if (!same)
			fail_msg("%s: %d and %.2f of %d, expected %d and %.2f of %d", rows[i].line, charge.what, charge.other_share,
				charge.other, expected->what, expected->other_share, expected->other);
	}
}

static void every_rule_has_a_line(void **state)
{
	(void)state;
	for (const struct trace_rule *rule = trace_rules(); rule->name; rule++) {
		size_t lines = 0, length = strlen(rule->name);
		for (size_t i = 0; i < SCENE_COUNT(rows); i++)
			lines += strncmp(rows[i].line, rule->name, length) == 0
				&& (rows[i].line[length] == ':' || !rows[i].line[length]);
		if (lines == 0)
			fail_msg("no row of the table is for the rule \"%s\"", rule->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_of_the_rule),
		cmocka_unit_test(every_rule_has_a_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
