/* What is launched when: blocks of every arm, in an order drawn from the run's seed, with
 * reruns of void blocks, and which of them are traced. Pure.
 *
 * Rules (docs/METHOD.md §4, §5): a block with a void launch is rerun once, for at most 20 % of
 * the run's blocks but at least one, or not at all where that is asked for. An arm that failed three times without one valid launch is stopped.
 * The traced block that follows the measured ones explains and is in no number: it is never rerun.
 * Ownership: the schedule is the caller's. */
#ifndef WASMOGRAPH_RUN_SCHEDULE_H
#define WASMOGRAPH_RUN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum schedule_trace {
	SCHEDULE_TRACE_OFF,
	SCHEDULE_TRACE_EXPLAIN, /* one more block, traced, after the others */
	SCHEDULE_TRACE_ALL,     /* every block */
	SCHEDULE_TRACE_RING,    /* every block has each arm twice, traced and untraced, to tell what the recorder costs */
};
/* "off" "explain" "all" "ring"; −1 for another word. */
const char *schedule_trace_name(enum schedule_trace trace);
int schedule_trace_parse(const char *name, enum schedule_trace *trace);

enum schedule_result { SCHEDULE_VALID, SCHEDULE_VOID, SCHEDULE_FAILED };

struct schedule_slot {
	size_t arm;       /* index into the arms given */
	int block;        /* from 1 */
	int attempt;      /* 1, or 2 for a rerun */
	int number;       /* from 1: the launch's number in the run */
	bool traced;
};

struct schedule;
struct schedule *schedule_new(uint64_t seed, size_t arms, int blocks, enum schedule_trace trace, bool reruns);
void schedule_free(struct schedule *schedule);

/* Takes an arm out for good: its guest did not build. */
void schedule_stop_arm(struct schedule *schedule, size_t arm);
bool schedule_arm_stopped(const struct schedule *schedule, size_t arm);

/* Leaves an arm out once so many of its launches stand: not void, and of no block that was rerun. To be called before the
 * first launch. */
void schedule_limit_arm(struct schedule *schedule, size_t arm, int launches);

/* The next launch; false when the run is done. */
bool schedule_next(struct schedule *schedule, struct schedule_slot *slot);

/* What became of the slot given last. */
void schedule_report(struct schedule *schedule, enum schedule_result result);

/* Launches that will be made as things stand now. */
int schedule_total(const struct schedule *schedule);

#endif
