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

struct interval interval_arithmetic(const double *values, size_t count, double confidence)
{
	struct interval interval = { NAN, NAN, NAN, count };
	if (count == 0)
		return interval;
	interval.value = mean_of(values, count);
	if (count < 2)
		return interval;
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

static struct interval back_from_logs(struct interval logs)
{
	return (struct interval){ exp(logs.value), exp(logs.low), exp(logs.high), logs.n };
}

struct interval interval_geometric(const double *values, size_t count, double floor,
	double confidence)
{
	if (!(floor > 0))
		abort();
	double *logs = mem_alloc_zero(count, sizeof(*logs));
	for (size_t i = 0; i < count; i++)
		logs[i] = log(raised(values[i], floor));
	struct interval interval = interval_arithmetic(logs, count, confidence);
	free(logs);
	return back_from_logs(interval);
}

void interval_log_ratios(const double *a, const double *b, size_t count, double floor,
	double *logs)
{
	if (!(floor > 0))
		abort();
	for (size_t i = 0; i < count; i++)
		logs[i] = log(raised(a[i], floor) / raised(b[i], floor));
}

struct interval interval_ratio(const double *a, const double *b, size_t count, double floor,
	double confidence)
{
	double *logs = mem_alloc_zero(count, sizeof(*logs));
	interval_log_ratios(a, b, count, floor, logs);
	struct interval interval = interval_arithmetic(logs, count, confidence);
	free(logs);
	return back_from_logs(interval);
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
