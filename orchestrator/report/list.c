#include "report/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/table.h"

enum { LIST_SCHEMA = 1, COLUMNS = 7, SECONDS_DIGITS = 19 };

/* Launches of a run: untraced ones, of which valid; and traced ones. */
struct tally { size_t valid, untraced, traced; };

static int count_launches(struct store *store, const char *run, struct tally *tally, struct err *err)
{
	struct store_launch *launches;
	size_t count;
	*tally = (struct tally){ 0 };
	if (store_launches(store, run, &launches, &count, err))
		return -1;
	for (size_t i = 0; i < count; i++) {
		tally->traced += launches[i].traced;
		tally->untraced += !launches[i].traced;
		tally->valid += !launches[i].traced && strcmp(launches[i].outcome, "valid") == 0;
	}
	store_launches_free(launches, count);
	return 0;
}

/* "2026-11-23 23:14:59" of an ISO time. The caller frees. */
static char *short_time(const char *iso)
{
	char *text = mem_strndup(iso, SECONDS_DIGITS);
	char *t = strchr(text, 'T');
	if (t)
		*t = ' ';
	return text;
}

static int add_row(struct table *table, struct store *store, const struct store_run *run,
	struct err *err)
{
	struct tally tally;
	if (count_launches(store, run->id, &tally, err))
		return -1;
	char *launches = mem_format("%zu of %zu", tally.valid, tally.untraced);
	char *traced = mem_format("%zu", tally.traced);
	char *blocks = mem_format("%d", run->blocks), *started = short_time(run->started);
	table_row(table, (const char *const[COLUMNS]){ run->id, run->state, blocks, launches,
		traced, run->plan ? run->plan : "–", started });
	free(launches);
	free(traced);
	free(blocks);
	free(started);
	return 0;
}

int report_list_text(FILE *out, struct store *store, size_t limit, struct err *err)
{
	struct store_run *runs;
	size_t count;
	int result = 0;
	if (store_runs(store, limit, &runs, &count, err))
		return -1;
	struct table *table = table_new(COLUMNS);
	table_row(table, (const char *const[COLUMNS]){ "run", "state", "blocks", "valid launches", "traced", "plan",
		"started, UTC" });
	for (size_t i = 0; i < count && result == 0; i++)
		result = add_row(table, store, &runs[i], err);
	if (result == 0 && count > 0)
		table_print(out, table);
	else if (result == 0)
		fprintf(out, "There are no runs in %s yet. Measure one: wasmograph run ping\n",
			store_folder(store));
	table_free(table);
	store_runs_free(runs, count);
	return result;
}

static struct json *run_json(const struct store_run *run, const struct tally *tally)
{
	struct json *object = json_new_object();
	json_set_text(object, "run", run->id);
	json_set_text(object, "probe", run->probe);
	json_set_text(object, "plan", run->plan);
	json_set_text(object, "plan_id", run->plan_id);
	json_set_text(object, "state", run->state);
	json_set_text(object, "started", run->started);
	json_set_text(object, "finished", run->finished);
	json_set_number(object, "blocks", run->blocks);
	json_set_number(object, "launches", (double)(tally->untraced + tally->traced));
	json_set_number(object, "traced", (double)tally->traced);
	json_set_number(object, "valid", (double)tally->valid);
	return object;
}

struct json *report_list_json(struct store *store, size_t limit, struct err *err)
{
	struct store_run *runs;
	size_t count;
	if (store_runs(store, limit, &runs, &count, err))
		return NULL;
	struct json *list = json_new_array();
	int result = 0;
	for (size_t i = 0; i < count && result == 0; i++) {
		struct tally tally;
		result = count_launches(store, runs[i].id, &tally, err);
		if (result == 0)
			json_append(list, run_json(&runs[i], &tally));
	}
	store_runs_free(runs, count);
	if (result) {
		json_free(list);
		return NULL;
	}
	struct json *object = json_new_object();
	json_set_number(object, "schema", LIST_SCHEMA);
	json_set(object, "runs", list);
	return object;
}
