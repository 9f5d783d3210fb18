/* From a spike that is stored to the run that is to bring it back: the same guest's bytes, probe, parameters, threshold and
 * seed, so that block 3 has the schedule that block 3 had; every launch traced (or recorded, and then again untraced); beside each launch of the arm one of the
 * same guest and thread at rest, which tells how often such a spike comes anyway.
 *
 * Ownership: the plan owns what it points to but the original; the request borrows from the plan. Reads the probe's
 * file; and builds the guest where a cause is switched off by building it otherwise. */
#ifndef WASMOGRAPH_RUN_REPRODUCE_H
#define WASMOGRAPH_RUN_REPRODUCE_H

#include "base/err.h"
#include "report/original.h"
#include "run/request.h"

struct reproduce_options {
	const char *probe;       /* name, or folder with a '/'; NULL: the original's name */
	int launches;            /* of the spike's own arm, at most */
	int times;               /* launching ends when it came back in so many; 0: all launches are made */
	int trace_buffer_kb;     /* 0: the original's */
	enum trace_format trace_format; /* whatever the original's was: until the window is over the browser records alike */
	bool is_recorded;        /* by a flight recorder: each launch up to its first episode that is long enough, and no trace of the others */
	const char *without;     /* a cause: each block has a launch without it in place of one at rest; NULL: none */
};

enum { REPRODUCE_ARMS_MAX = 2 };

struct reproduce_plan {
	struct probe *probe;
	size_t arms[REPRODUCE_ARMS_MAX];
	size_t arm_count;
	char **parameters; size_t parameter_count;
	char **kept_builds; size_t guest_count;
	const char *arm_flags[REPRODUCE_ARMS_MAX]; /* of the browser, by position in arms */
	struct json *primary;    /* an empty list: nothing is compared */
	struct json *reproduces; /* {"run","launch","sample","arm","traced","outcome","started","cause"|null,"length_ms",
	                            "worst_ms","launches","times"|null,"chance_arm"|null,"no_chance"?,
	                            "without"?:{"cause","arm","how","same_bytes"}} */
};

/* ERR_USAGE when the probe is gone, or has no such guest or parameters any more, or the cause cannot be switched off. */
int reproduce_plan_make(const char *data_root, const struct original *original, const struct reproduce_options *options,
	struct reproduce_plan *plan, struct err *err);
void reproduce_plan_release(struct reproduce_plan *plan);

/* What is to be measured; a value that borrows. */
struct run_request reproduce_plan_request(const struct reproduce_plan *plan, const struct original *original,
	const struct reproduce_options *options);

#endif
