#include "stats/interval_t.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "stats/beta.h"

static double normal_tail(double z)
{
	return 0.5 * erfc(z * M_SQRT1_2);
}

/* P(T > t) for t ≥ 0, by one of two equal forms: the first keeps the digits of t near 0, the
 * second those of a small tail. */
static double upper_tail(double t, double degrees)
{
	if (isinf(degrees))
		return normal_tail(t);
	double square = t * t;
	if (isinf(square))
		return 0;
	if (t < 1)
		return 0.5 - 0.5 * beta_regularised(square / (degrees + square), 0.5, degrees / 2);
	return 0.5 * beta_regularised(degrees / (degrees + square), degrees / 2, 0.5);
}

double interval_t_cdf(double t, double degrees)
{
	return t < 0 ? upper_tail(-t, degrees) : 1 - upper_tail(t, degrees);
}

double interval_t_two_sided(double t, double degrees)
{
	return 2 * upper_tail(fabs(t), degrees);
}

/* z with P(Z > z) = tail, tail ≤ 0.5: Abramowitz & Stegun 26.2.23 (error < 4.5e-4), then
 * three Newton steps. */
static double normal_upper(double tail)
{
	double s = sqrt(-2 * log(tail));
	double z = s - (2.515517 + s * (0.802853 + s * 0.010328))
		/ (1 + s * (1.432788 + s * (0.189269 + s * 0.001308)));
	for (int i = 0; i < 3; i++) {
		double density = exp(-z * z / 2) * M_SQRT1_2 * M_2_SQRTPI / 2;
		z += (normal_tail(z) - tail) / density;
	}
	return z;
}

double interval_normal_quantile(double p)
{
	if (!(p > 0 && p < 1))
		abort();
	if (p == 0.5)
		return 0;
	return p < 0.5 ? -normal_upper(p) : normal_upper(1 - p);
}

static double log_density_constant(double degrees)
{
	int sign;
	return lgamma_r((degrees + 1) / 2, &sign) - lgamma_r(degrees / 2, &sign)
		- 0.5 * log(degrees * M_PI);
}

/* Abramowitz & Stegun 26.7.5, three terms: a start within 1 % for ν ≥ 5. */
static double t_near(double z, double degrees)
{
	double square = z * z;
	double first = (square + 1) * z / 4;
	double second = ((5 * square + 16) * square + 3) * z / 96;
	double third = (((3 * square + 19) * square + 17) * square - 15) * z / 384;
	return z + (first + (second + third / degrees) / degrees) / degrees;
}

/* t with P(T > t) = tail, tail < 0.5. */
static double t_upper(double tail, double degrees)
{
	double constant = log_density_constant(degrees);
	double t = t_near(normal_upper(tail), degrees);
	double low = 0, high = t;
	while (upper_tail(high, degrees) > tail) {
		low = high;
		high *= 2;
	}
	for (int i = 0; i < 200; i++) {
		double excess = upper_tail(t, degrees) - tail;
		if (excess > 0)
			low = t;
		else
			high = t;
		double density = exp(constant - (degrees + 1) / 2 * log1p(t * t / degrees));
		double next = t + excess / density;
		if (!(next > low && next < high))
			next = low + (high - low) / 2;
		if (fabs(next - t) <= 4 * DBL_EPSILON * t)
			return next;
		t = next;
	}
	return t;
}

double interval_t_quantile(double p, double degrees)
{
	if (!(p > 0 && p < 1 && degrees > 0))
		abort();
	if (isinf(degrees))
		return interval_normal_quantile(p);
	if (p == 0.5)
		return 0;
	return p < 0.5 ? -t_upper(p, degrees) : t_upper(1 - p, degrees);
}
