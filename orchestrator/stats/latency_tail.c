#include "stats/latency_tail.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/quantile.h"

/* Where the indicator is 1, in order: sparse, for a tail is. */
struct tail {
	size_t *at;
	size_t count;
};

static void collect(struct tail *tail, const double *values, size_t count, double level, bool equal)
{
	tail->count = 0;
	for (size_t i = 0; i < count; i++)
		if (values[i] > level || (equal && values[i] == level))
			tail->at[tail->count++] = i;
}

/* How many pairs of ones stand `lag` apart. */
static size_t pairs_at(const struct tail *tail, size_t lag)
{
	size_t pairs = 0, later = 0;
	for (size_t i = 0; i < tail->count; i++) {
		while (later < tail->count && tail->at[later] < tail->at[i] + lag)
			later++;
		pairs += later < tail->count && tail->at[later] == tail->at[i] + lag;
	}
	return pairs;
}

/* How many ones are among the first (or last) n − lag values, for both ends together. */
static size_t ones_at_ends(const struct tail *tail, size_t count, size_t lag)
{
	size_t ones = 0;
	for (size_t i = 0; i < tail->count; i++)
		ones += (tail->at[i] < count - lag) + (tail->at[i] >= lag);
	return ones;
}

/* Autocorrelation of the indicator, with the usual divisor n: Σ (x_i − m)(x_{i+lag} − m)
 * written in counts. */
static double correlation(const struct tail *tail, size_t count, size_t lag)
{
	double n = (double)count, mean = (double)tail->count / n;
	double covariance = (double)pairs_at(tail, lag)
		- mean * (double)ones_at_ends(tail, count, lag) + mean * mean * (double)(count - lag);
	return covariance / (n * mean * (1 - mean));
}

static double effective(const struct tail *tail, size_t count)
{
	double sum = 0;
	for (size_t lag = 0; lag + 1 < count; lag += 2) {
		double pair = correlation(tail, count, lag) + correlation(tail, count, lag + 1);
		if (pair <= 0)
			break;
		sum += pair;
	}
	double inflation = 2 * sum - 1; /* ρ_0 = 1 was summed once too often */
	return inflation > 1 ? (double)count / inflation : (double)count;
}

double latency_effective_n(const double *values, size_t count, double p)
{
	if (count == 0)
		return NAN;
	double level = quantile(values, count, p);
	struct tail tail = { .at = mem_alloc_zero(count, sizeof(*tail.at)) };
	collect(&tail, values, count, level, false);
	if (tail.count == 0)
		collect(&tail, values, count, level, true);
	double n = tail.count == count ? (double)count : effective(&tail, count);
	free(tail.at);
	return n;
}
