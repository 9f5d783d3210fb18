#include "report/text_traced.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/table.h"
#include "report/text_causes.h"

enum { INDENT = 2, HANGING = 4, COLUMNS = 5 };

struct columns {
	char **p95, **p95_ratio, **rate_ratio; /* one text per arm */
};

static bool has_traced(const struct summary_arm *arm)
{
	return arm->traced.launches + arm->traced.not_valid > 0;
}

static size_t count_with_traced(const struct summary *summary)
{
	size_t count = 0;
	for (size_t i = 0; i < summary->arm_count; i++)
		count += has_traced(&summary->arms[i]);
	return count;
}

static char **column(const struct summary *summary, size_t offset)
{
	struct interval *intervals = mem_alloc_zero(summary->arm_count, sizeof *intervals);
	for (size_t i = 0; i < summary->arm_count; i++)
		intervals[i] = *(const struct interval *)((const char *)&summary->arms[i].traced + offset);
	char **texts = number_intervals(intervals, summary->arm_count);
	free(intervals);
	return texts;
}

static void free_column(const struct summary *summary, char **texts)
{
	for (size_t i = 0; i < summary->arm_count; i++)
		free(texts[i]);
	free(texts);
}

static void add_row(struct table *table, const struct summary *summary, size_t index,
	const struct columns *columns)
{
	const struct summary_arm *arm = &summary->arms[index];
	char *launches = mem_format("%zu", arm->traced.launches);
	table_row(table, (const char *const[COLUMNS]){ arm->name, launches, columns->p95[index],
		columns->p95_ratio[index], columns->rate_ratio[index] });
	free(launches);
}

static void print_table(FILE *out, const struct summary *summary)
{
	struct columns columns = {
		.p95 = column(summary, offsetof(struct summary_traced, response_p95)),
		.p95_ratio = column(summary, offsetof(struct summary_traced, p95_ratio)),
		.rate_ratio = column(summary, offsetof(struct summary_traced, rate_ratio)),
	};
	struct table *table = table_new(COLUMNS);
	table_row(table, (const char *const[COLUMNS]){ "arm", "traced", "response P95, ms",
		"P95 ÷ untraced", "episodes/min ÷ untraced" });
	for (size_t i = 0; i < summary->arm_count; i++) {
		if (has_traced(&summary->arms[i]))
			add_row(table, summary, i, &columns);
	}
	table_print(out, table);
	table_free(table);
	free_column(summary, columns.p95);
	free_column(summary, columns.p95_ratio);
	free_column(summary, columns.rate_ratio);
}

static void print_reason(FILE *out, const char *arm, size_t count, const char *what,
	const char *reason)
{
	if (count > 0)
		number_wrap_format(out, INDENT, HANGING, "%s: %zu %s%s%s", arm, count, what,
			!reason ? "" : count > 1 ? ", the first: " : ": ", reason ? reason : "");
}

static void print_arm(FILE *out, const struct summary_arm *arm)
{
	const struct summary_traced *traced = &arm->traced;
	print_reason(out, arm->name, traced->not_valid, "traced, not valid", traced->first_not_valid);
	print_reason(out, arm->name, traced->untraceable, "whose trace could not be had",
		traced->first_untraceable);
	print_reason(out, arm->name, traced->lossy, "with a lossy trace, from which no cause is told",
		traced->first_lost);
	print_reason(out, arm->name, traced->without_episode, "without an episode beyond the trigger: samples and no trace are kept", NULL);
	print_reason(out, arm->name, traced->refused, "of which nothing is told", traced->first_refusal);
	if (traced->compared && !traced->representative)
		number_wrap_format(out, INDENT, HANGING,
			"%s: traced launches are not representative: no cause is claimed for this arm", arm->name);
}

static void print_traces(FILE *out, const struct summary *summary)
{
	for (size_t i = 0; i < summary->artefact_count; i++) {
		const struct store_artefact_row *row = &summary->artefacts[i];
		if (strcmp(row->kind, "trace") == 0)
			number_wrap_format(out, INDENT, HANGING, "launch %d, %s: trace of %.2f MB compressed%s",
				row->launch, row->arm, (double)row->bytes / 1e6, row->lossy ? ", lossy" : "");
	}
}

/* What the recorder costs, against untraced launches of the same blocks. */
static void print_costs(FILE *out, const struct summary *summary)
{
	char **p50 = column(summary, offsetof(struct summary_traced, p50_ratio));
	char **p95 = column(summary, offsetof(struct summary_traced, p95_ratio));
	char **rate = column(summary, offsetof(struct summary_traced, rate_ratio));
	for (size_t i = 0; i < summary->arm_count; i++) {
		const struct summary_arm *arm = &summary->arms[i];
		number_wrap_format(out, INDENT, HANGING, "%s: the recorder's cost, recorded ÷ untraced, by %zu and %zu launches in "
			"the same blocks: response p50 %s, P95 %s, episodes/min %s", arm->name, arm->traced.launches,
			arm->traced.companions, p50[i], p95[i], rate[i]);
	}
	free_column(summary, p50);
	free_column(summary, p95);
	free_column(summary, rate);
}

/* From the end of the episode that ended a launch's window. */
static void print_stops(FILE *out, const struct summary *summary)
{
	for (size_t i = 0; i < summary->arm_count; i++) {
		const struct summary_delay *asked = &summary->arms[i].traced.stop_asked, *last = &summary->arms[i].traced.last_event;
		char median[NUMBER_SIZE], longest[NUMBER_SIZE], last_median[NUMBER_SIZE], last_longest[NUMBER_SIZE];
		number_format(asked->median_ms, median);
		number_format(asked->longest_ms, longest);
		number_format(last->median_ms, last_median);
		number_format(last->longest_ms, last_longest);
		if (asked->count > 0)
			number_wrap_format(out, INDENT, HANGING, "%s: the recording was stopped %s ms after its episode was over (median of "
				"%zu launch%s; longest %s ms), the trace's last event came after %s ms (longest %s ms)", summary->arms[i].name,
				median, asked->count, asked->count == 1 ? "" : "es", longest, last_median, last_longest);
	}
}

static void print_episodes(FILE *out, const struct summary *summary, bool ring)
{
	size_t untraced = summary->episodes;
	for (size_t i = 0; ring && i < summary->arm_count; i++)
		untraced += summary->arms[i].traced.untraced_episodes;
	number_wrap_format(out, INDENT, HANGING, "%zu episode%s in %s launches, %zu in traced ones, %zu explained", untraced,
		untraced == 1 ? "" : "s", ring ? "untraced" : "headline", summary->traced_episodes, summary->explained_episodes);
}

void text_traced_recorder(FILE *out, const struct summary *summary)
{
	print_costs(out, summary);
	print_stops(out, summary);
}

void text_traced(FILE *out, const struct summary *summary)
{
	if (count_with_traced(summary) == 0)
		return;
	bool ring = summary_has_recorder(summary);
	fputs(ring ? "Launches with the flight recorder (traced: no headline numbers)\n"
		: "Traced launches (for their traces; in no number above)\n", out);
	print_table(out, summary);
	if (ring)
		text_traced_recorder(out, summary);
	print_episodes(out, summary, ring);
	print_traces(out, summary);
	for (size_t i = 0; i < summary->arm_count; i++)
		print_arm(out, &summary->arms[i]);
	fputc('\n', out);
	text_causes(out, summary);
}
