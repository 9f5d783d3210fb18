#include "run/outcome_calls.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int refuse(char why[OUTCOME_CALLS_WHY_SIZE], const char *format, ...) __attribute__((format(printf, 2, 3)));

static int refuse(char why[OUTCOME_CALLS_WHY_SIZE], const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why, OUTCOME_CALLS_WHY_SIZE, format, arguments);
	va_end(arguments);
	return -1;
}

static int check_metrics(const struct probe *probe, const struct json *metrics, char why[OUTCOME_CALLS_WHY_SIZE])
{
	for (const struct json *m = json_first(metrics); m; m = json_next(m)) {
		if (!probe_has_metric(probe, json_key(m)))
			return refuse(why, "the page reports the metric \"%.60s\", which probe.json does not declare", json_key(m));
		if (!isfinite(json_as_number(m, NAN)))
			return refuse(why, "the metric \"%.60s\" that the page reports is no finite number", json_key(m));
	}
	return 0;
}

static int check_observations(const struct probe *probe, const struct json *observations,
	char why[OUTCOME_CALLS_WHY_SIZE])
{
	for (const struct json *o = json_first(observations); o; o = json_next(o)) {
		if (!probe_observation_says(probe, json_key(o)))
			return refuse(why, "the page reports the observation \"%.60s\", which probe.json does not declare",
				json_key(o));
		if (json_type(o) != JSON_BOOL)
			return refuse(why, "the observation \"%.60s\" that the page reports is neither true nor false", json_key(o));
	}
	return 0;
}

int outcome_calls_check(const struct probe *probe, const struct upload *upload, char why[OUTCOME_CALLS_WHY_SIZE])
{
	const struct json *metrics = json_get(upload->report, "metrics");
	const struct json *observations = json_get(upload->report, "observations");
	if (upload->samples > 0)
		return refuse(why, "the page sent %zu samples, and probe %s measures calls", upload->samples, probe->name);
	if (json_length(metrics) + json_length(observations) == 0)
		return refuse(why, "the page reports neither a metric nor an observation");
	if (check_metrics(probe, metrics, why) || check_observations(probe, observations, why))
		return -1;
	return 0;
}
