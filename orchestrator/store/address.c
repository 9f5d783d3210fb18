#include "store/address.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/internal.h"

enum { LISTED_MAX = 5 }; /* runs named in an error */

/* ---- the parts of the text ---- */

struct parts {
	char run[STORE_RUN_ID_SIZE];
	long launch, sample; /* −1: absent */
};

/* A decimal number from `least` up to `most` that fills the text; −1 when it is none. */
static long parse_number(const char *text, long least, long most)
{
	char *end;
	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	long value = strtol(text, &end, 10);
	return errno == 0 && *end == '\0' && value >= least && value <= most ? value : -1;
}

static int split(const char *address, struct parts *parts, struct err *err)
{
	static const char usage[] = "an address is RUN, RUN:LAUNCH or RUN:LAUNCH:SAMPLE, where RUN is a "
		"run's id, a unique beginning or end of it, or `last`";
	size_t length = strcspn(address, ":");
	*parts = (struct parts){ .launch = -1, .sample = -1 };
	if (length == 0 || length >= sizeof parts->run)
		return err_set(err, ERR_USAGE, "'%.200s' names no run: %s", address, usage);
	snprintf(parts->run, sizeof parts->run, "%.*s", (int)length, address);
	if (address[length] == '\0')
		return 0;
	char *rest = mem_strdup(address + length + 1);
	char *colon = strchr(rest, ':');
	if (colon)
		*colon = '\0';
	parts->launch = parse_number(rest, 1, INT_MAX);
	parts->sample = colon ? parse_number(colon + 1, 0, LONG_MAX) : -1;
	bool bad = parts->launch < 0 || (colon && parts->sample < 0);
	free(rest);
	if (bad)
		return err_set(err, ERR_USAGE, "'%.200s' is no address (launches count from 1, samples from 0): %s",
			address, usage);
	return 0;
}

/* ---- the run ---- */

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);
	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

struct candidates {
	char ids[LISTED_MAX][STORE_RUN_ID_SIZE];
	size_t count; /* all that match; the first LISTED_MAX are kept */
	bool exact;
};

static void offer(struct candidates *found, const char *id, bool exact)
{
	if (exact)
		found->count = 0;
	if (found->count < LISTED_MAX)
		snprintf(found->ids[found->count], STORE_RUN_ID_SIZE, "%s", id);
	found->count++;
	found->exact = exact;
}

/* Newest first. `text` NULL matches every run. */
static int find_runs(struct store *store, const char *text, struct candidates *found,
	struct err *err)
{
	*found = (struct candidates){ .count = 0 };
	sqlite3_stmt *statement = query_open(store, err, "SELECT id FROM run ORDER BY seq DESC",
		QUERY_NONE);
	if (!statement)
		return -1;
	int more = 0;
	while (!found->exact && (more = query_next(store, statement, err)) > 0) {
		const char *id = (const char *)sqlite3_column_text(statement, 0);
		if (text && strcmp(id, text) == 0)
			offer(found, id, true);
		else if (!text || starts_with(id, text) || ends_with(id, text))
			offer(found, id, false);
	}
	query_close(statement);
	return found->exact ? 0 : more;
}

static void list_ids(const struct candidates *found, char *out, size_t size)
{
	size_t used = 0;
	size_t listed = found->count < LISTED_MAX ? found->count : LISTED_MAX;
	out[0] = '\0';
	for (size_t i = 0; i < listed && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", found->ids[i]);
	if (found->count > listed && used < size)
		snprintf(out + used, size - used, " and %zu more (`wasmograph list`)", found->count - listed);
}

static int fail_run(struct store *store, const char *text, const struct candidates *found,
	struct err *err)
{
	char list[ERR_TEXT_SIZE / 2];
	struct candidates all;
	if (found->count > 1) {
		list_ids(found, list, sizeof list);
		return err_set(err, ERR_USAGE, "'%s' is the beginning or end of %zu runs: %s; give more of it",
			text, found->count, list);
	}
	if (find_runs(store, NULL, &all, err))
		return -1;
	if (all.count == 0)
		return err_set(err, ERR_USAGE,
			"there is no run '%s': %s holds no runs yet; measure one, e.g. `wasmograph run ping`", text,
			store->path);
	list_ids(&all, list, sizeof list);
	return err_set(err, ERR_USAGE, "there is no run '%s' in %s; there are, newest first: %s", text,
		store->folder, list);
}

static int resolve_run(struct store *store, const char *text, char out[STORE_RUN_ID_SIZE],
	struct err *err)
{
	struct candidates found;
	bool last = strcmp(text, "last") == 0;
	if (find_runs(store, last ? NULL : text, &found, err))
		return -1;
	if (found.count == 0 || (found.count > 1 && !last))
		return fail_run(store, text, &found, err);
	snprintf(out, STORE_RUN_ID_SIZE, "%s", found.ids[0]);
	return 0;
}

/* ---- the launch and the sample ---- */

static int check_launch(struct store *store, const char *run, long launch, int64_t *row,
	struct err *err)
{
	int64_t most;
	if (query_number(store, err, -1, row, "SELECT row FROM launch WHERE run = ? AND number = ?",
			QUERY_ROW(query_text(run), query_integer(launch))))
		return -1;
	if (*row >= 0)
		return 0;
	if (query_number(store, err, 0, &most, "SELECT ifnull(max(number), 0) FROM launch WHERE run = ?",
			QUERY_ROW(query_text(run))))
		return -1;
	if (most == 0)
		return err_set(err, ERR_USAGE, "run %s has no launches", run);
	return err_set(err, ERR_USAGE, "run %s has no launch %ld; its launches are 1 to %lld", run, launch,
		(long long)most);
}

static int check_sample(struct store *store, const char *run, long launch, int64_t row, long sample,
	struct err *err)
{
	int64_t count;
	if (query_number(store, err, 0, &count, "SELECT count FROM samples WHERE launch = ?",
			QUERY_ROW(query_integer(row))))
		return -1;
	if (sample < count)
		return 0;
	if (count == 0)
		return err_set(err, ERR_USAGE, "launch %ld of run %s left no samples", launch, run);
	return err_set(err, ERR_USAGE, "launch %ld of run %s has no sample %ld; its samples are 0 to %lld",
		launch, run, sample, (long long)count - 1);
}

int store_resolve(struct store *store, const char *address, struct store_address *out,
	struct err *err)
{
	struct parts parts;
	int64_t row;
	if (split(address, &parts, err) || resolve_run(store, parts.run, out->run, err))
		return -1;
	out->launch = (int)parts.launch;
	out->sample = parts.sample;
	if (parts.launch >= 0 && check_launch(store, out->run, parts.launch, &row, err))
		return -1;
	if (parts.sample >= 0 && check_sample(store, out->run, parts.launch, row, parts.sample, err))
		return -1;
	return 0;
}
