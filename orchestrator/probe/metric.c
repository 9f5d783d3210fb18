#include "probe/metric.h"

#include <stdlib.h>
#include <string.h>

/* What a launch can be asked for: the figures of stats/latency.h, each with the one name it is stored under,
 * so that no two probes call the same thing differently; what a guest tells of its collector; and "report"
 * for numbers that probe.js sends along under names of its own. */
struct source {
	const char *from, *statistic, *name;
};

static const struct source sources[] = {
	{ "response", "p50", "response_p50" },
	{ "response", "p95", "response_p95" },
	{ "response", "p99", "response_p99" },
	{ "response", "worst", "response_worst" },
	{ "service", "p50", "service_p50" },
	{ "service", "p95", "service_p95" },
	{ "lateness", "p50", "lateness_p50" },
	{ "lateness", "p95", "lateness_p95" },
	{ "cold_response", "p95", "cold_response_p95" },
	{ "episodes", "per_minute", "episodes_per_minute" },
	{ "episodes", "stalled_ms_per_second", "stalled_ms_per_second" },
	{ "episodes", "longest_ms", "longest_episode_ms" },
	{ "guest", "collections", "collections" },
	{ "guest", "gc_pause_ms", "gc_pause_ms" },
	{ "guest", "gc_time_ms", "gc_time_ms" },
	{ "report", "value", NULL },
};

static const struct source *find_source(const struct probe_metric *metric)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		if (strcmp(sources[i].from, metric->from) == 0
		    && strcmp(sources[i].statistic, metric->statistic) == 0)
			return &sources[i];
	}
	return NULL;
}

static int check_source(const struct rules *rules, const struct probe_metric *metric)
{
	const struct source *source = find_source(metric);
	if (!source)
		return rules_bad(rules, NULL, "asks for the %s of \"%s\", which is not to be had: see "
			"\"Metrics\" in docs/PROBES.md", metric->statistic, metric->from);
	if (source->name && strcmp(source->name, metric->name) != 0)
		return rules_bad(rules, "name", "must be \"%s\": that is what the %s of %s is called",
			source->name, source->statistic, source->from);
	return 0;
}

int metric_read(const struct rules *rules, struct probe_metric *metric)
{
	static const char *const keys[] = { "name", "from", "statistic", "unit", "better", "untimed", NULL };
	static const char *const better[] = { "lower", "higher", NULL };
	int direction;
	if (rules_known(rules, keys) || rules_name(rules, "name", &metric->name)
	    || rules_text(rules, "from", NULL, &metric->from)
	    || rules_text(rules, "statistic", NULL, &metric->statistic)
	    || rules_text(rules, "unit", NULL, &metric->unit)
	    || rules_choice(rules, "better", better, -1, &direction)
	    || rules_bool(rules, "untimed", false, &metric->untimed))
		return -1;
	metric->lower_is_better = direction == 0;
	return check_source(rules, metric);
}

void metric_release(struct probe_metric *metric)
{
	free(metric->name);
	free(metric->from);
	free(metric->statistic);
	free(metric->unit);
}
