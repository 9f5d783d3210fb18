#include "report/warnings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void add(struct summary *summary, char *text_taken)
{
	for (size_t i = 0; i < summary->warning_count; i++) {
		if (strcmp(summary->warnings[i], text_taken) == 0) {
			free(text_taken);
			return;
		}
	}
	summary->warnings = mem_resize(summary->warnings, summary->warning_count + 1,
		sizeof *summary->warnings);
	summary->warnings[summary->warning_count++] = text_taken;
}

static void add_list(struct summary *summary, const struct json *list)
{
	for (const struct json *item = json_first(list); item; item = json_next(item)) {
		const char *text = json_as_text(item, NULL);
		if (text)
			add(summary, mem_strdup(text));
	}
}

/* The sandbox as the run was started, and as /proc showed it in each launch. */
static void check_sandbox(const struct cohort *cohort, struct summary *summary)
{
	size_t checked = 0, unverified = 0;
	const struct json *browser = json_get(summary->run.environment, "browser");
	const char *warning = json_text(browser, "warning", NULL);
	if (warning)
		add(summary, mem_format("%s: not lab grade", warning));
	else if (!json_bool(browser, "sandbox", true))
		add(summary, mem_strdup("the browser ran without its sandbox: not lab grade"));
	for (size_t i = 0; i < cohort->count; i++) {
		const struct json *facts = json_get(cohort->launches[i].environment, "browser");
		const struct json *verified = json_get(json_get(facts, "sandbox"), "verified");
		checked += verified != NULL;
		unverified += verified && !json_as_bool(verified, false);
	}
	if (unverified > 0)
		add(summary, mem_format("the renderer's sandbox could not be verified in %zu of %zu launches: "
			"not lab grade", unverified, checked));
}

/* Of the browser's, at the stop of a trace (run/stall.h). */
static void count_stalls(const struct cohort *cohort, struct summary *summary)
{
	size_t stops = 0, stalls = 0;
	double longest_ms = 0;
	for (size_t i = 0; i < cohort->count; i++) {
		const struct json *trace = json_get(cohort->launches[i].environment, "trace");
		double stop_ms = json_number(trace, "stop_ms", 0);
		stops += stop_ms > 0;
		if (!json_bool(trace, "stalled", false))
			continue;
		stalls++;
		longest_ms = stop_ms > longest_ms ? stop_ms : longest_ms;
	}
	if (stalls > 0)
		add(summary, mem_format("the browser stalled at %zu of %zu stops of a trace, for %.1f s at most: nothing is lost by "
			"that (docs/METHOD.md §4)", stalls, stops, longest_ms / 1000));
}

void warnings_collect(const struct cohort *cohort, struct summary *summary)
{
	check_sandbox(cohort, summary);
	add_list(summary, json_get(summary->run.environment, "warnings"));
	count_stalls(cohort, summary);
	for (size_t i = 0; i < cohort->count; i++) {
		add_list(summary, json_get(cohort->launches[i].environment, "warnings"));
		add_list(summary, json_get(cohort->launches[i].report, "warnings"));
	}
}
