#include "run/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

enum { FAILURES_TO_STOP = 3 };

struct arm_state {
	bool stopped;
	bool had_valid;
	int failures;     /* in a row, while there is no valid launch */
	int enough;       /* launches that stand, then it is left out; 0: as many as there are blocks */
	int standing;     /* launches of blocks that are not rerun, but void ones */
	bool stands;      /* its launch in the block under way is not void */
};

struct schedule {
	uint64_t seed;
	size_t arm_count;
	int blocks;       /* measured ones */
	enum schedule_trace trace;
	int block;        /* current, from 1 */
	int attempt;
	size_t position;  /* next in order */
	size_t *order;    /* of one block's launches */
	size_t per_block;
	bool block_void;
	int reruns_left;
	int number;
	size_t current;
	struct arm_state *arms;
};

static const char *const trace_names[] = {
	[SCHEDULE_TRACE_OFF] = "off",
	[SCHEDULE_TRACE_EXPLAIN] = "explain",
	[SCHEDULE_TRACE_ALL] = "all",
	[SCHEDULE_TRACE_RING] = "ring",
};

const char *schedule_trace_name(enum schedule_trace trace)
{
	return trace_names[trace];
}

int schedule_trace_parse(const char *name, enum schedule_trace *trace)
{
	for (size_t i = 0; i < sizeof(trace_names) / sizeof(trace_names[0]); i++) {
		if (strcmp(name, trace_names[i]) == 0) {
			*trace = (enum schedule_trace)i;
			return 0;
		}
	}
	return -1;
}

/* In a ring run, launch k of a block is of arm k, traced, and launch arms + k of the same arm, untraced. */
static size_t arm_of(const struct schedule *schedule, size_t position)
{
	return schedule->order[position] % schedule->arm_count;
}

static bool is_traced(const struct schedule *schedule, size_t position)
{
	if (schedule->trace == SCHEDULE_TRACE_RING)
		return schedule->order[position] < schedule->arm_count;
	return schedule->trace == SCHEDULE_TRACE_ALL || schedule->block > schedule->blocks;
}

static int last_block(const struct schedule *schedule)
{
	return schedule->blocks + (schedule->trace == SCHEDULE_TRACE_EXPLAIN);
}

static bool is_measured(const struct schedule *schedule)
{
	return schedule->block <= schedule->blocks;
}

static bool is_wanted(const struct schedule *schedule, size_t arm)
{
	const struct arm_state *state = &schedule->arms[arm];
	return !state->stopped && (state->enough == 0 || state->standing < state->enough);
}

static void draw_order(struct schedule *schedule)
{
	char stream[64];
	snprintf(stream, sizeof(stream), "block/%d/order/%d", schedule->block, schedule->attempt);
	struct rng rng;
	rng_seed(&rng, schedule->seed, stream);
	rng_shuffle(&rng, schedule->order, schedule->per_block);
	schedule->position = 0;
	schedule->block_void = false;
}

struct schedule *schedule_new(uint64_t seed, size_t arms, int blocks, enum schedule_trace trace, bool reruns)
{
	struct schedule *schedule = mem_alloc_zero(1, sizeof(*schedule));
	schedule->seed = seed;
	schedule->arm_count = arms;
	schedule->blocks = blocks;
	schedule->trace = trace;
	schedule->block = 1;
	schedule->attempt = 1;
	if (reruns)
		schedule->reruns_left = blocks / 5 > 1 ? blocks / 5 : 1;
	schedule->per_block = trace == SCHEDULE_TRACE_RING ? 2 * arms : arms;
	schedule->order = mem_alloc_zero(arms ? schedule->per_block : 1, sizeof(*schedule->order));
	schedule->arms = mem_alloc_zero(arms ? arms : 1, sizeof(*schedule->arms));
	draw_order(schedule);
	return schedule;
}

void schedule_free(struct schedule *schedule)
{
	if (!schedule)
		return;
	free(schedule->order);
	free(schedule->arms);
	free(schedule);
}

void schedule_stop_arm(struct schedule *schedule, size_t arm)
{
	schedule->arms[arm].stopped = true;
}

bool schedule_arm_stopped(const struct schedule *schedule, size_t arm)
{
	return schedule->arms[arm].stopped;
}

void schedule_limit_arm(struct schedule *schedule, size_t arm, int launches)
{
	schedule->arms[arm].enough = launches;
}

/* What was launched in a block counts unless it is rerun. */
static void count_standing(struct schedule *schedule, bool rerun)
{
	for (size_t i = 0; i < schedule->arm_count; i++) {
		schedule->arms[i].standing += schedule->arms[i].stands && !rerun;
		schedule->arms[i].stands = false;
	}
}

static void end_block(struct schedule *schedule)
{
	bool rerun = schedule->block_void && schedule->attempt == 1 && schedule->reruns_left > 0 && is_measured(schedule);
	count_standing(schedule, rerun);
	if (rerun) {
		schedule->reruns_left--;
		schedule->attempt = 2;
	} else {
		schedule->block++;
		schedule->attempt = 1;
	}
	draw_order(schedule);
}

bool schedule_next(struct schedule *schedule, struct schedule_slot *slot)
{
	while (schedule->block <= last_block(schedule)) {
		if (schedule->position == schedule->per_block) {
			end_block(schedule);
			continue;
		}
		size_t position = schedule->position++, arm = arm_of(schedule, position);
		if (!is_wanted(schedule, arm))
			continue;
		schedule->current = arm;
		*slot = (struct schedule_slot){ .arm = arm, .block = schedule->block,
			.attempt = schedule->attempt, .number = ++schedule->number,
			.traced = is_traced(schedule, position) };
		return true;
	}
	return false;
}

void schedule_report(struct schedule *schedule, enum schedule_result result)
{
	struct arm_state *arm = &schedule->arms[schedule->current];
	arm->stands = result != SCHEDULE_VOID;
	if (result == SCHEDULE_VOID)
		schedule->block_void = true;
	if (result == SCHEDULE_VALID) {
		arm->had_valid = true;
		arm->failures = 0;
	}
	if (result == SCHEDULE_FAILED && !arm->had_valid && ++arm->failures >= FAILURES_TO_STOP)
		arm->stopped = true;
}

/* In the blocks after this one, should no launch be void. */
static int launches_after(const struct schedule *schedule, size_t arm)
{
	const struct arm_state *state = &schedule->arms[arm];
	int blocks = last_block(schedule) > schedule->block ? last_block(schedule) - schedule->block : 0;
	int wanted = state->enough - state->standing - 1;
	return state->enough > 0 && wanted < blocks ? wanted : blocks;
}

int schedule_total(const struct schedule *schedule)
{
	int total = schedule->number;
	for (size_t i = 0; i < schedule->per_block; i++) {
		if (is_wanted(schedule, arm_of(schedule, i)))
			total += (i >= schedule->position) + launches_after(schedule, arm_of(schedule, i));
	}
	return total;
}
