#include "stats/interval_binomial.h"

#include <math.h>
#include <stdlib.h>

#include "stats/beta.h"

enum { BISECTIONS = 200 };

/* The x below which the share `share` of Beta(a, b) lies. */
static double beta_quantile(double share, double a, double b)
{
	double low = 0, high = 1;
	for (int i = 0; i < BISECTIONS && low < high; i++) {
		double middle = low + (high - low) / 2;
		if (beta_regularised(middle, a, b) < share)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

/* The p for which `successes` or more in n are as improbable as `tail`. */
static double lower_bound(double successes, double n, double tail)
{
	return successes > 0 ? beta_quantile(tail, successes, n - successes + 1) : 0;
}

struct interval interval_binomial(size_t successes, size_t n, double confidence)
{
	struct interval interval = { NAN, NAN, NAN, n };
	double k = (double)successes, count = (double)n, tail = (1 - confidence) / 2;
	if (n == 0)
		return interval;
	interval.value = k / count;
	interval.low = lower_bound(k, count, tail);
	interval.high = successes < n ? beta_quantile(1 - tail, k + 1, count - k) : 1;
	return interval;
}

struct interval interval_inverse_binomial(size_t successes, size_t n, double confidence)
{
	double k = (double)successes, count = (double)n, tail = (1 - confidence) / 2;
	if (successes == 0 || successes > n)
		abort();
	return (struct interval){ .value = successes > 1 ? (k - 1) / (count - 1) : 1 / count,
		.low = lower_bound(k, count, tail),
		/* n or more: at most k − 1 successes in the n − 1 launches before */
		.high = successes < n ? beta_quantile(1 - tail, k, count - k) : 1, .n = n };
}
