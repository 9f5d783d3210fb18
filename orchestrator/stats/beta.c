#include "stats/beta.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* About √max(a, b) terms are needed; this is enough for a + b of 10⁸. */
enum { BETA_TERMS_MAX = 20000 };

static double log_gamma(double x)
{
	int sign; /* lgamma() itself writes a global */
	return lgamma_r(x, &sign);
}

static double away_from_zero(double x)
{
	return fabs(x) < DBL_MIN ? DBL_MIN : x;
}

/* 1 / (1 + d₁/(1 + d₂/(1 + …))), which converges fast for x < (a + 1)/(a + b + 2). */
static double continued_fraction(double x, double a, double b)
{
	double c = 1;
	double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
	double value = d;
	for (int m = 1; m < BETA_TERMS_MAX; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / away_from_zero(1 + even * d);
		c = away_from_zero(1 + even / c);
		value *= d * c;
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / away_from_zero(1 + odd * d);
		c = away_from_zero(1 + odd / c);
		double step = d * c;
		value *= step;
		if (fabs(step - 1) < 2 * DBL_EPSILON)
			return value;
	}
	return value;
}

double beta_regularised(double x, double a, double b)
{
	if (!(x >= 0 && x <= 1 && a > 0 && b > 0))
		abort();
	if (x == 0 || x == 1)
		return x;
	double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x)
		+ b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * continued_fraction(x, a, b) / a;
	return 1 - front * continued_fraction(1 - x, b, a) / b;
}

double beta_binomial_cdf(double k, double n, double p)
{
	if (k < 0)
		return 0;
	if (k >= n)
		return 1;
	return beta_regularised(1 - p, n - k, k + 1);
}
