/* Columns of a launch written as due and response, for the tests of stats/latency*.h. */
#ifndef WASMOGRAPH_TEST_STATS_LATENCY_FIXTURE_H
#define WASMOGRAPH_TEST_STATS_LATENCY_FIXTURE_H

#include <math.h>
#include <stddef.h>

#include "stats/latency.h"

enum { FIXTURE_MAX = 1000 };

struct fixture {
	double due[FIXTURE_MAX], sent[FIXTURE_MAX], received[FIXTURE_MAX], replied[FIXTURE_MAX],
		returned[FIXTURE_MAX];
	struct latency_samples samples;
};

/* `count` samples, one every 5 ms from 1000 ms, each sent 0.25 ms late and returned 1 ms after
 * it was due; the drain ends 1 s after the last is due. */
static inline void fixture_steady(struct fixture *fixture, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fixture->due[i] = 1000 + 5 * (double)i;
		fixture->sent[i] = fixture->due[i] + 0.25;
		fixture->received[i] = fixture->due[i] - 700; /* another clock */
		fixture->replied[i] = fixture->due[i] - 699.5;
		fixture->returned[i] = fixture->due[i] + 1;
	}
	fixture->samples = (struct latency_samples){ .count = count, .due = fixture->due,
		.sent = fixture->sent, .received = fixture->received, .replied = fixture->replied,
		.returned = fixture->returned, .drain_end_ms = 1000 + 5 * (double)count + 1000 };
}

/* Everything due in [from, from + length) of the schedule waits until the stall ends. */
static inline void fixture_stall(struct fixture *fixture, double from_ms, double length_ms)
{
	for (size_t i = 0; i < fixture->samples.count; i++)
		if (fixture->due[i] >= from_ms && fixture->due[i] < from_ms + length_ms)
			fixture->returned[i] = from_ms + length_ms + 1;
}

static inline void fixture_lose(struct fixture *fixture, size_t index)
{
	fixture->returned[index] = fixture->received[index] = fixture->replied[index] = NAN;
}

#endif
