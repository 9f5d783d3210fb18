#include "trace/durations.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { EXACT = 64, EXACT_BITS = 6, PARTS = 32, PARTS_BITS = 5, MOST_BITS = 40,
	BUCKETS = EXACT + (MOST_BITS - EXACT_BITS) * PARTS };

#define LONGEST_US ((double)((UINT64_C(1) << MOST_BITS) - 1))

void trace_durations_release(struct trace_durations *durations)
{
	free(durations->buckets);
	*durations = (struct trace_durations){ 0 };
}

static unsigned bucket_of(uint64_t us)
{
	if (us < EXACT)
		return (unsigned)us;
	unsigned exponent = 63 - (unsigned)__builtin_clzll(us);
	unsigned part = (unsigned)(us >> (exponent - PARTS_BITS)) & (PARTS - 1);
	return EXACT + (exponent - EXACT_BITS) * PARTS + part;
}

/* The middle of what the bucket holds. */
static double middle_of(unsigned bucket)
{
	if (bucket < EXACT)
		return bucket;
	unsigned exponent = (bucket - EXACT) / PARTS + EXACT_BITS, part = (bucket - EXACT) % PARTS;
	uint64_t width = UINT64_C(1) << (exponent - PARTS_BITS);
	return (double)((PARTS + part) * width) + (double)(width - 1) / 2;
}

void trace_durations_add(struct trace_durations *durations, double us)
{
	if (isnan(us))
		return;
	if (!durations->buckets)
		durations->buckets = mem_alloc_zero(BUCKETS, sizeof *durations->buckets);
	durations->negative += us < 0;
	double counted_us = fmin(fmax(us, 0), LONGEST_US);
	durations->count++;
	durations->sum_us += counted_us;
	durations->longest_us = fmax(durations->longest_us, counted_us);
	durations->buckets[bucket_of((uint64_t)counted_us)]++;
}

double trace_durations_quantile_us(const struct trace_durations *durations, double quantile)
{
	double rank = ceil(quantile * (double)durations->count);
	uint64_t seen = 0;
	if (durations->count == 0)
		return NAN;
	for (unsigned bucket = 0; bucket < BUCKETS; bucket++) {
		seen += durations->buckets[bucket];
		if ((double)seen >= rank)
			return fmin(middle_of(bucket), durations->longest_us);
	}
	return durations->longest_us;
}
