#include "stats/interval.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static double mean_of(const double *values, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

/* Sample standard deviation (n − 1), in two passes: one pass cancels digits. */
static double sd_of(const double *values, size_t count, double mean)
{
	double squares = 0;
	for (size_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return sqrt(squares / (double)(count - 1));
}

/* What never varies has no scatter, not even that of rounding: its interval is the value itself. */
static bool are_equal(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!(values[i] == values[0]))
			return false;
	}
	return true;
}

static struct interval constant(double value, size_t count)
{
	double bound = count < 2 ? NAN : value;
	return (struct interval){ value, bound, bound, count };
}

struct interval interval_arithmetic(const double *values, size_t count, double confidence)
{
	struct interval interval = { NAN, NAN, NAN, count };
	if (count == 0)
		return interval;
	if (are_equal(values, count))
		return constant(values[0], count);
	interval.value = mean_of(values, count);
	double t = interval_t_quantile(0.5 + confidence / 2, (double)(count - 1));
	double half = t * sd_of(values, count, interval.value) / sqrt((double)count);
	interval.low = interval.value - half;
	interval.high = interval.value + half;
	return interval;
}

/* NaN stays NaN (fmax() would hide it). */
static double raised(double value, double floor)
{
	return value < floor ? floor : value;
}

/* Of positive numbers; overwrites them. */
static struct interval geometric(double *numbers, size_t count, double confidence)
{
	if (count > 0 && are_equal(numbers, count))
		return constant(numbers[0], count);
	for (size_t i = 0; i < count; i++)
		numbers[i] = log(numbers[i]);
	struct interval logs = interval_arithmetic(numbers, count, confidence);
	return (struct interval){ exp(logs.value), exp(logs.low), exp(logs.high), logs.n };
}

struct interval interval_geometric(const double *values, size_t count, double floor,
	double confidence)
{
	if (!(floor > 0))
		abort();
	double *numbers = mem_alloc_zero(count, sizeof(*numbers));
	for (size_t i = 0; i < count; i++)
		numbers[i] = raised(values[i], floor);
	struct interval interval = geometric(numbers, count, confidence);
	free(numbers);
	return interval;
}

static double ratio_of(double a, double b, double floor)
{
	return raised(a, floor) / raised(b, floor);
}

void interval_log_ratios(const double *a, const double *b, size_t count, double floor,
	double *logs)
{
	if (!(floor > 0))
		abort();
	for (size_t i = 0; i < count; i++)
		logs[i] = log(ratio_of(a[i], b[i], floor));
}

struct interval interval_ratio(const double *a, const double *b, size_t count, double floor,
	double confidence)
{
	if (!(floor > 0))
		abort();
	double *ratios = mem_alloc_zero(count, sizeof(*ratios));
	for (size_t i = 0; i < count; i++)
		ratios[i] = ratio_of(a[i], b[i], floor);
	struct interval interval = geometric(ratios, count, confidence);
	free(ratios);
	return interval;
}

struct interval interval_wilson(size_t successes, size_t n, double confidence)
{
	struct interval interval = { NAN, NAN, NAN, n };
	if (n == 0)
		return interval;
	double z = interval_normal_quantile(0.5 + confidence / 2);
	double count = (double)n, share = (double)successes / count;
	double middle = (share + z * z / (2 * count)) / (1 + z * z / count);
	double half = z / (1 + z * z / count)
		* sqrt(share * (1 - share) / count + z * z / (4 * count * count));
	interval.value = share;
	interval.low = successes == 0 ? 0 : middle - half; /* exactly, not up to rounding */
	interval.high = successes == n ? 1 : middle + half;
	return interval;
}

double interval_detectable_ratio(double sd_log, size_t blocks, double alpha)
{
	if (blocks < 2)
		return INFINITY;
	double degrees = (double)(blocks - 1);
	double t = interval_t_quantile(1 - alpha / 2, degrees) + interval_t_quantile(0.8, degrees);
	return exp(t * sd_log / sqrt((double)blocks));
}

double interval_sd_log(const double *a, const double *b, size_t count, double floor)
{
	if (count < 2)
		return NAN;
	double *logs = mem_alloc_zero(count, sizeof(*logs));
	interval_log_ratios(a, b, count, floor, logs);
	double sd = sd_of(logs, count, mean_of(logs, count));
	free(logs);
	return sd;
}
