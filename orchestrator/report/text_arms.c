#include "report/text_arms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/table.h"

enum { COLUMNS_MAX = 8 };

/* A column is a metric of every arm with its interval, or a text of every arm. */
struct column {
	const char *heading;
	const char *metric;      /* NULL: text */
	char *(*text)(const struct summary_arm *arm);
};

/* ---- texts of an arm ---- */

static char *launches_text(const struct summary_arm *arm)
{
	size_t lost = arm->failed + arm->void_count + arm->saturated + arm->abandoned;
	if (lost + arm->superseded == 0)
		return mem_format("%zu", arm->launches);
	return mem_format("%zu of %zu", arm->launches, arm->launches + arm->superseded + lost);
}

static char *samples_text(const struct summary_arm *arm)
{
	return mem_format("%zu", arm->samples);
}

static char *worst_text(const struct summary_arm *arm)
{
	char number[NUMBER_SIZE];
	number_format(arm->worst_ms, number);
	return mem_strdup(number);
}

static char *p50_text(const struct summary_arm *arm)
{
	char number[NUMBER_SIZE];
	const struct summary_metric *metric = summary_find(arm, "response_p50");
	number_format(metric ? metric->interval.value : NAN, number);
	return mem_strdup(number);
}

/* ---- a table ---- */

/* One text per arm; free each and the array. */
static char **column_texts(const struct summary *summary, const struct column *column)
{
	struct interval *intervals = mem_alloc_zero(summary->arm_count, sizeof *intervals);
	char **texts = NULL;
	for (size_t i = 0; i < summary->arm_count && column->metric; i++) {
		const struct summary_metric *metric = summary_find(&summary->arms[i], column->metric);
		intervals[i] = metric ? metric->interval : (struct interval){ NAN, NAN, NAN, 0 };
	}
	if (column->metric)
		texts = number_intervals(intervals, summary->arm_count);
	else
		texts = mem_alloc_zero(summary->arm_count, sizeof *texts);
	for (size_t i = 0; i < summary->arm_count && !column->metric; i++)
		texts[i] = column->text(&summary->arms[i]);
	free(intervals);
	return texts;
}

static struct table *make_table(const struct summary *summary, const struct column *columns,
	size_t count)
{
	const char *cells[COLUMNS_MAX + 1] = { "arm" };
	char **texts[COLUMNS_MAX];
	struct table *table = table_new(count + 1);
	for (size_t c = 0; c < count; c++) {
		texts[c] = column_texts(summary, &columns[c]);
		cells[c + 1] = columns[c].heading;
	}
	table_row(table, cells);
	for (size_t i = 0; i < summary->arm_count; i++) {
		cells[0] = summary->arms[i].name;
		for (size_t c = 0; c < count; c++)
			cells[c + 1] = texts[c][i];
		table_row(table, cells);
	}
	for (size_t c = 0; c < count; c++) {
		for (size_t i = 0; i < summary->arm_count; i++)
			free(texts[c][i]);
		free(texts[c]);
	}
	return table;
}

static void print_table(FILE *out, const struct summary *summary, const struct column *columns,
	size_t count)
{
	struct table *table = make_table(summary, columns, count);
	table_print(out, table);
	table_free(table);
}

static const struct column what_came_out[] = {
	{ "launches", NULL, launches_text },
	{ "response P95, ms", "response_p95", NULL },
	{ "episodes/min", "episodes_per_minute", NULL },
	{ "stalled, ms/s", "stalled_ms_per_second", NULL },
};

static const struct column where_it_went[] = {
	{ "samples", NULL, samples_text },
	{ "service P95, ms", "service_p95", NULL },
	{ "lateness P95, ms", "lateness_p95", NULL },
	{ "p50, ms", NULL, p50_text },
	{ "worst, ms", NULL, worst_text },
};

/* ---- probes of other kinds: every metric there is, as many to a table as fit ---- */

struct named { char *heading; const char *metric; };

static bool is_listed(const struct named *list, size_t count, const char *metric)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].metric, metric) == 0)
			return true;
	}
	return false;
}

static struct named *list_metrics(const struct summary *summary, size_t *count)
{
	struct named *list = NULL;
	*count = 0;
	for (size_t i = 0; i < summary->arm_count; i++) {
		const struct summary_arm *arm = &summary->arms[i];
		for (size_t m = 0; m < arm->metric_count; m++) {
			if (is_listed(list, *count, arm->metrics[m].name))
				continue;
			list = mem_resize(list, *count + 1, sizeof *list);
			list[(*count)++] = (struct named){ .metric = arm->metrics[m].name,
				.heading = mem_format("%s, %s", arm->metrics[m].name, arm->metrics[m].unit) };
		}
	}
	return list;
}

/* How many of the columns fit beside the first, at least one metric. */
static size_t columns_that_fit(const struct summary *summary, const struct column *columns,
	size_t count, size_t least)
{
	enum { NAME_ROOM = 24 };
	while (count > least) {
		struct table *table = make_table(summary, columns, count);
		size_t width = table_rest_width(table);
		table_free(table);
		if (width + NAME_ROOM <= NUMBER_COLUMNS)
			break;
		count--;
	}
	return count;
}

static void print_others(FILE *out, const struct summary *summary)
{
	size_t count;
	struct named *list = list_metrics(summary, &count);
	for (size_t done = 0; done < count || done == 0;) {
		struct column columns[COLUMNS_MAX] = { { "launches", NULL, launches_text } };
		size_t used = 1;
		for (size_t i = done; i < count && used < COLUMNS_MAX; i++)
			columns[used++] = (struct column){ list[i].heading, list[i].metric, NULL };
		used = columns_that_fit(summary, columns, used, 2);
		if (done > 0)
			fputc('\n', out);
		print_table(out, summary, columns, used);
		done += used > 1 ? used - 1 : 1;
	}
	for (size_t i = 0; i < count; i++)
		free(list[i].heading);
	free(list);
}

static bool has_metric(const struct summary *summary, const char *name)
{
	for (size_t i = 0; i < summary->arm_count; i++) {
		if (summary_find(&summary->arms[i], name))
			return true;
	}
	return false;
}

void text_arms(FILE *out, const struct summary *summary)
{
	if (!has_metric(summary, "response_p95")) {
		print_others(out, summary);
		return;
	}
	print_table(out, summary, what_came_out, sizeof what_came_out / sizeof what_came_out[0]);
	fputc('\n', out);
	print_table(out, summary, where_it_went, sizeof where_it_went / sizeof where_it_went[0]);
}
