#include "report/launch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/detail.h"
#include "report/number.h"
#include "report/table.h"
#include "report/text_reason.h"
#include "stats/quantile.h"

enum { INDENT = 2, HANGING = 4, EPISODES_SHOWN = 10, METRIC_COLUMNS = 3, EPISODE_COLUMNS = 5,
	TIME_COLUMNS = 2 };

/* ---- head ---- */

static void print_head(FILE *out, const struct detail *detail)
{
	const struct store_launch *launch = detail->launch;
	char *block = launch->block > detail->run.blocks ? mem_strdup("the traced block")
		: mem_format("block %d%s%s", launch->block, launch->attempt > 1 ? ", rerun" : "",
			launch->traced ? ", traced" : "");
	number_wrap_format(out, 0, INDENT, "launch %s:%d: %s, %s", detail->run.id, launch->number,
		launch->arm, block);
	free(block);
	number_wrap_format(out, 0, INDENT, "outcome: %s%s%s", launch->outcome,
		launch->reason[0] ? ": " : "", text_reason(launch->reason, launch->outcome));
	if (launch->death)
		number_wrap_format(out, 0, INDENT, "the browser ended: %s", launch->death);
	number_wrap_format(out, 0, INDENT, "started %s, finished %s", launch->started,
		launch->finished ? launch->finished : "–");
	if (launch->build)
		number_wrap_format(out, 0, INDENT, "build %s", launch->build);
	if (launch->folder)
		number_wrap_format(out, 0, INDENT, "folder %s", launch->folder);
	fputc('\n', out);
}

/* ---- states: how long each took, from the times at which they were entered ---- */

static void print_states(FILE *out, const struct json *transitions)
{
	if (json_length(transitions) == 0)
		return;
	struct table *table = table_new(2);
	table_row(table, (const char *const[2]){ "state", "took, ms" });
	for (const struct json *entry = json_first(transitions); entry; entry = json_next(entry)) {
		char took[NUMBER_SIZE];
		const struct json *next = json_next(entry);
		double ms = (json_number(next, "mono_us", NAN) - json_number(entry, "mono_us", NAN)) / 1000;
		number_format(ms, took);
		table_row(table, (const char *const[2]){ json_text(entry, "state", "?"), next ? took : "" });
	}
	table_print(out, table);
	table_free(table);
	fputc('\n', out);
}

/* ---- metrics ---- */

/* The quantile of a metric that needs more samples than the launch holds, by its effective n. */
static bool is_unsupported(const struct detail *detail, const char *metric)
{
	size_t length = strlen(metric);
	double p = length > 4 && strcmp(metric + length - 4, "_p95") == 0 ? 0.95
		: length > 4 && strcmp(metric + length - 4, "_p99") == 0 ? 0.99 : 0;
	double effective_n = detail_metric(detail, "effective_n");
	return p > 0 && effective_n < (double)quantile_least_count(p, 0.95);
}

/* Whole numbers of things are printed as such: 80, not 80.0. */
static void format_metric(const struct store_metric_row *metric, char out[NUMBER_SIZE])
{
	bool counts = strcmp(metric->unit, "count") == 0 || strcmp(metric->unit, "bytes") == 0
		|| strcmp(metric->unit, "flag") == 0;
	if (counts && metric->value == floor(metric->value))
		snprintf(out, NUMBER_SIZE, "%.0f", metric->value);
	else
		number_format(metric->value, out);
}

static void print_metrics(FILE *out, const struct detail *detail)
{
	if (detail->metric_count == 0)
		return;
	struct table *table = table_new(METRIC_COLUMNS);
	table_row(table, (const char *const[METRIC_COLUMNS]){ "metric", "value", "unit" });
	for (size_t i = 0; i < detail->metric_count; i++) {
		char number[NUMBER_SIZE];
		const struct store_metric_row *metric = &detail->metrics[i];
		format_metric(metric, number);
		char *value = mem_format("%s%s", is_unsupported(detail, metric->name) ? "(too few) " : "",
			number);
		table_row(table, (const char *const[METRIC_COLUMNS]){ metric->name, value, metric->unit });
		free(value);
	}
	table_print(out, table);
	table_free(table);
	fputc('\n', out);
}

/* ---- worst episodes ---- */

static void add_episode(struct table *table, const struct detail *detail,
	const struct detail_episode *episode)
{
	char worst[NUMBER_SIZE], start[NUMBER_SIZE];
	char *address = mem_format("%s:%d:%zu", detail->run.id, detail->launch->number,
		episode->first_sample);
	char *spikes = mem_format("%zu", episode->spikes), *index = mem_format("%zu", episode->index);
	number_format(episode->worst_ms, worst);
	number_format(episode->start_ms, start);
	table_row(table, (const char *const[EPISODE_COLUMNS]){ address, index, start, spikes, worst });
	free(address);
	free(spikes);
	free(index);
}

static void print_episodes(FILE *out, const struct detail *detail)
{
	size_t shown = detail->episode_count < EPISODES_SHOWN ? detail->episode_count : EPISODES_SHOWN;
	if (shown == 0)
		return;
	fprintf(out, "Worst episodes (%zu of %zu)\n", shown, detail->episode_count);
	struct table *table = table_new(EPISODE_COLUMNS);
	table_row(table, (const char *const[EPISODE_COLUMNS]){ "first sample", "episode", "due, ms",
		"late samples", "worst, ms" });
	for (size_t i = 0; i < shown; i++)
		add_episode(table, detail, &detail->episodes[i]);
	table_print(out, table);
	table_free(table);
	fputc('\n', out);
}

/* ---- objects as "key: value" lines ---- */

static void print_value(FILE *out, const char *path, const struct json *value)
{
	if (json_type(value) == JSON_OBJECT && json_length(value) > 0) {
		for (const struct json *member = json_first(value); member; member = json_next(member)) {
			char *below = mem_format("%s%s%s", path, path[0] ? "." : "", json_key(member));
			print_value(out, below, member);
			free(below);
		}
		return;
	}
	char *printed = json_print(value, false);
	number_wrap_format(out, INDENT, HANGING, "%s: %s", path, json_as_text(value, printed));
	free(printed);
}

static void print_object(FILE *out, const char *title, const struct json *object)
{
	if (!object || json_type(object) != JSON_OBJECT || json_length(object) == 0)
		return;
	fprintf(out, "%s\n", title);
	print_value(out, "", object);
	fputc('\n', out);
}

static void print_artefacts(FILE *out, const struct detail *detail)
{
	bool headed = false;
	for (size_t i = 0; i < detail->artefact_count; i++) {
		const struct store_artefact_row *row = &detail->artefacts[i];
		if (row->launch_row != detail->launch->row)
			continue;
		if (!headed)
			fputs("Artefacts\n", out);
		headed = true;
		number_wrap_format(out, INDENT, HANGING, "%s: %s (%lld bytes%s) sha256 %s", row->kind, row->path,
			(long long)row->bytes, row->lossy ? ", lossy" : "", row->sha256);
	}
	if (headed)
		fputc('\n', out);
}

static void print_launch(FILE *out, const struct detail *detail)
{
	print_head(out, detail);
	print_states(out, detail->launch->transitions);
	print_metrics(out, detail);
	print_episodes(out, detail);
	print_object(out, "What the page reported", detail->launch->report);
	print_object(out, "Environment", detail->launch->environment);
	print_artefacts(out, detail);
}

/* ---- one sample ---- */

static void add_time(struct table *table, const char *name, double value)
{
	char text[NUMBER_SIZE];
	if (isnan(value))
		snprintf(text, sizeof text, "–");
	else
		snprintf(text, sizeof text, "%.3f", value);
	char *line = mem_format("  %s", name);
	table_row(table, (const char *const[TIME_COLUMNS]){ line, text });
	free(line);
}

static void print_clocks(FILE *out, const struct detail *detail)
{
	if (!detail_has_marks(detail))
		fputs("Between the clocks stands the difference of timeOrigin, good to about 0.1 ms.\n", out);
	else
		number_wrap_format(out, 0, INDENT, "Between the clocks stand the trace's marks, good to %.3f ms. What it waited "
			"for: wasmograph explain with this address.", detail->explanation.spread_us / 1000);
}

static void print_sample(FILE *out, const struct detail *detail, size_t index)
{
	struct detail_sample s = detail_sample(detail, index);
	fprintf(out, "sample %s:%d:%zu%s%s\n", detail->run.id, detail->launch->number, index,
		s.cold ? ", cold (warm-up)" : "", s.answered ? "" : ", never answered");
	number_wrap_format(out, 0, INDENT, "arm %s, launch %s", detail->launch->arm,
		detail->launch->outcome);
	bool to_page = detail_target_is_page(detail);
	number_wrap_format(out, 0, INDENT, "sender: %s; target: %s", to_page ? "a worker" : "the page",
		to_page ? "the page" : "the worker");
	struct table *table = table_new(TIME_COLUMNS);
	table_row(table, (const char *const[TIME_COLUMNS]){ "times", "ms" });
	add_time(table, "due (sender's clock)", s.due);
	add_time(table, "sent (sender's clock)", s.sent);
	add_time(table, "received (target's clock)", s.received);
	add_time(table, "replied (target's clock)", s.replied);
	add_time(table, "returned (sender's clock)", s.returned);
	table_row(table, (const char *const[TIME_COLUMNS]){ "legs", "ms" });
	add_time(table, "lateness: due → sent", s.lateness);
	add_time(table, "there: sent → received", s.there);
	add_time(table, "target: received → replied", s.target);
	add_time(table, "back: replied → returned", s.back);
	add_time(table, "service: sent → returned", s.service);
	add_time(table, s.answered ? "response: due → returned" : "response, at least", s.response);
	table_print(out, table);
	table_free(table);
	print_clocks(out, detail);
}

int report_launch_text(FILE *out, struct store *store, const struct store_address *address,
	struct err *err)
{
	struct detail detail;
	if (detail_load(store, address, &detail, err))
		return -1;
	int result = 0;
	if (address->sample < 0)
		print_launch(out, &detail);
	else if ((size_t)address->sample < detail.samples.count)
		print_sample(out, &detail, (size_t)address->sample);
	else
		result = err_set(err, ERR_NOT_FOUND, "launch %d of run %s has no sample %ld", address->launch,
			address->run, address->sample);
	detail_release(&detail);
	return result;
}
