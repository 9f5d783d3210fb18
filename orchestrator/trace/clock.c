#include "trace/clock.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/quantile.h"

static void halve(struct trace_clock *clock)
{
	for (size_t i = 0; 2 * i < clock->kept; i++)
		clock->offsets_us[i] = clock->offsets_us[2 * i];
	clock->kept = (clock->kept + 1) / 2;
	clock->stride *= 2;
}

void trace_clock_add(struct trace_clock *clock, double ts_us, double start_ms)
{
	double offset_us = ts_us - 1000.0 * start_ms;
	if (!isfinite(offset_us))
		return;
	if (clock->stride == 0)
		clock->stride = 1;
	if (clock->count++ % clock->stride)
		return;
	if (clock->kept == clock->room) {
		clock->room = clock->room ? 2 * clock->room : 64;
		clock->offsets_us = mem_resize(clock->offsets_us, clock->room, sizeof *clock->offsets_us);
	}
	clock->offsets_us[clock->kept++] = offset_us;
	if (clock->kept == TRACE_CLOCK_MARKS)
		halve(clock);
}

void trace_clock_release(struct trace_clock *clock)
{
	free(clock->offsets_us);
	*clock = (struct trace_clock){ 0 };
}

static double median(const double *sorted, size_t count)
{
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

struct trace_clock_reading trace_clock_read(const struct trace_clock *clock)
{
	struct trace_clock_reading reading = { clock->count, NAN, NAN, NAN };
	if (clock->kept == 0)
		return reading;
	double *sorted = mem_alloc_zero(clock->kept, sizeof *sorted);
	for (size_t i = 0; i < clock->kept; i++)
		sorted[i] = clock->offsets_us[i];
	quantile_sort(sorted, clock->kept);
	reading.offset_us = median(sorted, clock->kept);
	reading.spread_us = sorted[clock->kept - 1] - sorted[0];
	for (size_t i = 0; i < clock->kept; i++)
		sorted[i] = fabs(sorted[i] - reading.offset_us);
	quantile_sort(sorted, clock->kept);
	reading.p95_us = quantile_sorted(sorted, clock->kept, 0.95);
	free(sorted);
	return reading;
}
