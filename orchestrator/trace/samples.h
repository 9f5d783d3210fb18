/* The samples of one launch, as the explanation takes them.
 *
 * Due, sent and returned are of the sender's performance.now(), received and replied of the target's; ms; NAN is missing. Due
 * times ascend. Ownership: a struct borrows its columns; trace/samples_csv.h makes one that owns them. */
#ifndef WASMOGRAPH_TRACE_SAMPLES_H
#define WASMOGRAPH_TRACE_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "trace/marks.h"

/* The moments of a sample, in their order. */
enum trace_moment { TRACE_DUE, TRACE_SENT, TRACE_RECEIVED, TRACE_REPLIED, TRACE_RETURNED, TRACE_MOMENTS };

struct trace_samples {
	size_t count;            /* cold ones included */
	size_t cold;             /* the first `cold` samples are warm-up: never spikes */
	const double *times_ms[TRACE_MOMENTS]; /* `count` each; NULL: the column is missing. due and returned are always there */
	const int64_t *numbers;  /* what each is called; NULL: its index */
	enum trace_role sender;
};

static inline double trace_sample_ms(const struct trace_samples *samples, size_t index, enum trace_moment moment)
{
	return samples->times_ms[moment] ? samples->times_ms[moment][index] : __builtin_nan("");
}

static inline int64_t trace_sample_number(const struct trace_samples *samples, size_t index)
{
	return samples->numbers ? samples->numbers[index] : (int64_t)index;
}

/* The thread that answers. */
static inline enum trace_role trace_samples_target(const struct trace_samples *samples)
{
	return samples->sender == TRACE_MAIN ? TRACE_WORKER : TRACE_MAIN;
}

/* NULL, or what is wrong: no sample at all, or due times that do not ascend. */
const char *trace_samples_problem(const struct trace_samples *samples);

/* max(5 ms, 3 × p50 of the response) over the measured samples: METHOD §2, for data from elsewhere. What was never
 * answered counts as slower than all. NAN when none was answered. */
double trace_samples_threshold_ms(const struct trace_samples *samples);

#endif
