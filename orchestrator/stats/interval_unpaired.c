#include "stats/interval_unpaired.h"

#include <math.h>
#include <stdlib.h>

#include "stats/beta.h"

enum { BISECTIONS = 200 };

struct moments {
	double mean;
	double squares; /* sum of squared deviations */
};

/* Of the logarithms, in two passes: one pass cancels digits. NaN stays NaN. */
static struct moments log_moments(const double *values, size_t count, double floor)
{
	struct moments moments = { 0, 0 };
	for (size_t i = 0; i < count; i++)
		moments.mean += log(values[i] < floor ? floor : values[i]) / (double)count;
	for (size_t i = 0; i < count; i++) {
		double deviation = log(values[i] < floor ? floor : values[i]) - moments.mean;
		moments.squares += deviation * deviation;
	}
	return moments;
}

struct interval interval_unpaired_ratio(const double *a, size_t na, const double *b, size_t nb,
	double floor, double confidence)
{
	struct interval interval = { NAN, NAN, NAN, na };
	if (!(floor > 0))
		abort();
	if (na == 0 || nb == 0)
		return interval;
	struct moments of_a = log_moments(a, na, floor), of_b = log_moments(b, nb, floor);
	double difference = of_a.mean - of_b.mean;
	interval.value = exp(difference);
	if (na + nb < 3)
		return interval;
	double degrees = (double)(na + nb - 2);
	double sd = sqrt((of_a.squares + of_b.squares) / degrees);
	double half = interval_t_quantile(0.5 + confidence / 2, degrees) * sd
		* sqrt(1 / (double)na + 1 / (double)nb);
	interval.low = exp(difference - half);
	interval.high = exp(difference + half);
	return interval;
}

/* The p for which P(B ≤ k) = tail, B ~ Binomial(n, p); the probability falls with p. k < n. */
static double binomial_p(double k, double n, double tail)
{
	double low = 0, high = 1;
	for (int i = 0; i < BISECTIONS && low < high; i++) {
		double middle = low + (high - low) / 2;
		if (beta_binomial_cdf(k, n, middle) > tail)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

struct interval interval_rate_ratio(size_t events_a, double time_a, size_t events_b, double time_b,
	double confidence)
{
	size_t all = events_a + events_b;
	struct interval interval = { NAN, NAN, NAN, all };
	if (!(time_a > 0) || !(time_b > 0))
		abort();
	if (all == 0)
		return interval;
	double a = (double)events_a, n = (double)all, tail = (1 - confidence) / 2;
	double low = events_a == 0 ? 0 : binomial_p(a - 1, n, 1 - tail);
	double high = events_b == 0 ? 1 : binomial_p(a, n, tail);
	double odds = time_b / time_a;
	interval.value = events_b == 0 ? INFINITY : odds * a / (double)events_b;
	interval.low = odds * low / (1 - low);
	interval.high = events_b == 0 ? INFINITY : odds * high / (1 - high);
	return interval;
}
