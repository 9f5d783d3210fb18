#include "report/unit.h"

#include <math.h>
#include <string.h>

static const struct unit { const char *name; char measures; double size; } units[] = {
	{ "ns", 't', 1e-9 }, { "us", 't', 1e-6 }, { "µs", 't', 1e-6 }, { "ms", 't', 1e-3 },
	{ "s", 't', 1 }, { "bytes", 'b', 1 }, { "B", 'b', 1 }, { "kB", 'b', 1e3 }, { "KB", 'b', 1e3 },
	{ "MB", 'b', 1e6 }, { "KiB", 'b', 1024 }, { "MiB", 'b', 1048576 }, { "share", 'p', 1 },
	{ "%", 'p', 0.01 },
};

/* The page clock's grain when crossOriginIsolated, in ms. */
static const double clock_grain_ms = 0.005;
/* Finer units are means over many calls, which go below the grain; sizes are whole. */
static const double tiny = 1e-6;

static const struct unit *find(const char *name)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	}
	return NULL;
}

/* Times of things that may not happen at all: 0 is then the value, and no rounding to the grain. */
static bool may_be_nothing(const char *metric)
{
	return strcmp(metric, "longest_episode_ms") == 0 || strcmp(metric, "gc_pause_ms") == 0
		|| strcmp(metric, "gc_time_ms") == 0;
}

bool unit_is_geometric(const char *metric, const char *unit)
{
	const struct unit *found = find(unit);
	return found && found->measures != 'p' && !may_be_nothing(metric);
}

double unit_floor(const char *unit)
{
	const struct unit *found = find(unit);
	if (!found || found->measures == 'p')
		return 0;
	return strcmp(unit, "ms") == 0 ? clock_grain_ms : tiny;
}

/* A time or a size is never below 0. What is, is the difference of two, and has no logarithm. */
static bool is_difference(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (values[i] < 0)
			return true;
	}
	return false;
}

struct interval unit_interval(const char *metric, const char *unit, const double *values,
	size_t count, double confidence)
{
	bool difference = is_difference(values, count);
	if (unit_is_geometric(metric, unit) && !difference)
		return interval_geometric(values, count, unit_floor(unit), confidence);
	struct interval interval = interval_arithmetic(values, count, confidence);
	if (interval.low < 0 && !difference)
		interval.low = 0;
	return interval;
}

double unit_factor(const char *from, const char *to)
{
	const struct unit *a = find(from), *b = find(to);
	if (strcmp(from, to) == 0)
		return 1;
	return a && b && a->measures == b->measures ? a->size / b->size : NAN;
}
