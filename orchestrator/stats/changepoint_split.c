#include "stats/changepoint_split.h"

#include <math.h>

#include "stats/interval_t.h"

/* Σ |value − v| */
static double distances(double value, const double *values, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += fabs(value - values[i]);
	return sum;
}

/* Mean distance within a group of `count`, whose pairs' distances add up to `sum`, scaled
 * by the other group's size; a single value has no pair. */
static double within(double sum, double count, double other)
{
	return count > 1 ? 2 * other / ((count + other) * (count - 1)) * sum : 0;
}

size_t changepoint_split(const double *values, size_t count, double *distance)
{
	size_t best = 1;
	double inside_left = 0;
	*distance = -INFINITY;
	for (size_t split = 1; split < count; split++) {
		inside_left += distances(values[split - 1], values, split - 1);
		double between = 0, inside_right = 0;
		for (size_t end = split + 1; end <= count; end++) {
			double added = values[end - 1];
			between += distances(added, values, split);
			inside_right += distances(added, values + split, end - 1 - split);
			double n = (double)split, m = (double)(end - split);
			double here = 2 / (n + m) * between - within(inside_left, n, m)
				- within(inside_right, m, n);
			if (here > *distance) {
				*distance = here;
				best = split;
			}
		}
	}
	return best;
}

static double mean_and_squares(const double *values, size_t count, double *squares)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	double mean = sum / (double)count;
	*squares = 0;
	for (size_t i = 0; i < count; i++)
		*squares += (values[i] - mean) * (values[i] - mean);
	return mean;
}

double changepoint_t_test(const double *left, size_t left_count, const double *right,
	size_t right_count)
{
	if (left_count + right_count < 3)
		return 1;
	double left_squares, right_squares;
	double difference = mean_and_squares(left, left_count, &left_squares)
		- mean_and_squares(right, right_count, &right_squares);
	double n = (double)left_count, m = (double)right_count, degrees = n + m - 2;
	double error = sqrt((left_squares + right_squares) / degrees * (1 / n + 1 / m));
	if (difference == 0)
		return 1;
	return error > 0 ? interval_t_two_sided(difference / error, degrees) : 0;
}
