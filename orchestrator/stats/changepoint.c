#include "stats/changepoint.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/changepoint_split.h"

/* Sorted first indices of the levels after the first, with the p of each. */
struct splits {
	size_t *index;
	double *p;
	size_t count;
};

static void splits_init(struct splits *splits, size_t capacity)
{
	splits->index = mem_alloc_zero(capacity, sizeof(*splits->index));
	splits->p = mem_alloc_zero(capacity, sizeof(*splits->p));
	splits->count = 0;
}

static void splits_release(struct splits *splits)
{
	free(splits->index);
	free(splits->p);
}

static void splits_insert(struct splits *splits, size_t index)
{
	size_t at = splits->count;
	for (; at > 0 && splits->index[at - 1] >= index; at--)
		if (splits->index[at - 1] == index)
			return; /* two windows saw it */
	size_t moved = splits->count - at;
	memmove(splits->index + at + 1, splits->index + at, moved * sizeof(*splits->index));
	memmove(splits->p + at + 1, splits->p + at, moved * sizeof(*splits->p));
	splits->index[at] = index;
	splits->count++;
}

static void splits_remove(struct splits *splits, size_t at)
{
	size_t moved = --splits->count - at;
	memmove(splits->index + at, splits->index + at + 1, moved * sizeof(*splits->index));
	memmove(splits->p + at, splits->p + at + 1, moved * sizeof(*splits->p));
}

/* The stretch between two change points: number 0 … splits->count. */
static size_t stretch_start(const struct splits *splits, size_t number)
{
	return number == 0 ? 0 : splits->index[number - 1];
}

static size_t stretch_end(const struct splits *splits, size_t number, size_t count)
{
	return number == splits->count ? count : splits->index[number];
}

/* The best split of any stretch; false when all stretches are single values. */
static bool best_split(const double *logs, size_t count, const struct splits *found,
	size_t *number, size_t *index)
{
	double best = -INFINITY;
	for (size_t i = 0; i <= found->count; i++) {
		size_t start = stretch_start(found, i), end = stretch_end(found, i, count);
		if (end - start < 2)
			continue;
		double distance;
		size_t split = changepoint_split(logs + start, end - start, &distance);
		if (distance > best) {
			best = distance;
			*number = i;
			*index = start + split;
		}
	}
	return best > -INFINITY;
}

/* Divides a window until its best split is no longer significant. */
static void divide(const double *logs, size_t count, double p_limit, struct splits *found)
{
	size_t number = 0, index = 0;
	while (best_split(logs, count, found, &number, &index)) {
		size_t start = stretch_start(found, number), end = stretch_end(found, number, count);
		double p = changepoint_t_test(logs + start, index - start, logs + index, end - index);
		if (p > p_limit)
			return;
		splits_insert(found, index);
	}
}

/* The next window starts half a window on, or at the last change point found: that is
 * where the level that matters began. */
static void find_weak(const double *logs, size_t count, size_t window, double p_limit,
	struct splits *weak)
{
	struct splits here;
	splits_init(&here, window);
	for (size_t start = 0; start < count;) {
		size_t length = count - start < window ? count - start : window;
		here.count = 0;
		divide(logs + start, length, p_limit, &here);
		for (size_t i = 0; i < here.count; i++)
			splits_insert(weak, start + here.index[i]);
		size_t next = start + window / 2;
		if (here.count > 0 && start + here.index[here.count - 1] > next)
			next = start + here.index[here.count - 1];
		start = next;
	}
	splits_release(&here);
}

static double mean_of(const double *values, size_t start, size_t end)
{
	double sum = 0;
	for (size_t i = start; i < end; i++)
		sum += values[i];
	return sum / (double)(end - start);
}

static double mean_before(const double *logs, const struct splits *splits, size_t at)
{
	return mean_of(logs, stretch_start(splits, at), splits->index[at]);
}

static double mean_after(const double *logs, size_t count, const struct splits *splits, size_t at)
{
	return mean_of(logs, splits->index[at], stretch_end(splits, at + 1, count));
}

static double step_of(const double *logs, size_t count, const struct splits *splits, size_t at)
{
	return expm1(fabs(mean_after(logs, count, splits, at) - mean_before(logs, splits, at)));
}

static void test_again(const double *logs, size_t count, struct splits *splits, size_t at)
{
	if (at >= splits->count)
		return;
	size_t start = stretch_start(splits, at), index = splits->index[at];
	size_t end = stretch_end(splits, at + 1, count);
	splits->p[at] = changepoint_t_test(logs + start, index - start, logs + index, end - index);
}

static size_t weakest_by_p(const struct splits *splits)
{
	size_t weakest = 0;
	for (size_t i = 1; i < splits->count; i++)
		if (splits->p[i] > splits->p[weakest])
			weakest = i;
	return weakest;
}

static size_t weakest_by_step(const double *logs, size_t count, const struct splits *splits)
{
	size_t weakest = 0;
	double smallest = INFINITY;
	for (size_t i = 0; i < splits->count; i++) {
		double step = step_of(logs, count, splits, i);
		if (step < smallest) {
			smallest = step;
			weakest = i;
		}
	}
	return weakest;
}

/* Throws out the weakest, tests its neighbours anew over their longer stretches, until all
 * that is left passes both limits. */
static void merge(const double *logs, size_t count, double p_limit, double smallest,
	struct splits *splits)
{
	for (size_t i = 0; i < splits->count; i++)
		test_again(logs, count, splits, i);
	while (splits->count > 0) {
		size_t weakest = weakest_by_p(splits);
		if (splits->p[weakest] < p_limit) {
			weakest = weakest_by_step(logs, count, splits);
			if (step_of(logs, count, splits, weakest) >= smallest)
				return;
		}
		splits_remove(splits, weakest);
		if (weakest > 0)
			test_again(logs, count, splits, weakest - 1);
		test_again(logs, count, splits, weakest);
	}
}

static double *logs_of(const double *values, size_t count)
{
	double *logs = mem_alloc_zero(count, sizeof(*logs));
	for (size_t i = 0; i < count; i++) {
		if (!(values[i] > 0))
			abort();
		logs[i] = log(values[i]);
	}
	return logs;
}

size_t changepoint_find(const double *values, size_t count, size_t window, double p_limit,
	double smallest, struct changepoint *out, size_t capacity)
{
	if (window < 2)
		abort();
	double *logs = logs_of(values, count);
	/* The first pass lets weak ones through: one strong change hides in the next one's
	 * scatter until the merge has compared whole stretches (Hunter §3.2). */
	double first_limit = p_limit < 0.05 ? 10 * p_limit : p_limit;
	struct splits splits;
	splits_init(&splits, count + 1);
	find_weak(logs, count, window, first_limit, &splits);
	merge(logs, count, p_limit, smallest, &splits);
	for (size_t i = 0; i < splits.count && i < capacity; i++)
		out[i] = (struct changepoint){ .index = splits.index[i], .p = splits.p[i],
			.before = exp(mean_before(logs, &splits, i)),
			.after = exp(mean_after(logs, count, &splits, i)) };
	size_t found = splits.count;
	splits_release(&splits);
	free(logs);
	return found;
}
