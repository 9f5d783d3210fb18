#include "store/finalise.h"

#include <stdlib.h>

#include "base/mono.h"
#include "store/internal.h"

static int complete_row(struct store *store, int64_t row, const struct store_launch_result *result,
	struct err *err)
{
	char now[MONO_ISO_SIZE];
	store_now(now);
	if (query_run(store, err,
			"UPDATE launch SET outcome = ?, reason = ?, death = ?, folder = ?, environment = ?, "
			"transitions = ?, report = ?, finished = ? WHERE row = ? AND outcome = 'running'",
			QUERY_ROW(query_text(store_outcome_name(result->outcome)),
				query_text(result->reason ? result->reason : ""), query_text(result->death),
				query_text(result->folder), query_json(result->environment),
				query_json(result->transitions), query_json(result->report), query_text(now),
				query_integer(row))))
		return -1;
	if (sqlite3_changes(store->db) == 0)
		return err_set(err, ERR_INVALID,
			"launch row %lld of %s is not running: a launch is finalised once", (long long)row,
			store->path);
	return 0;
}

static int insert_metrics(struct store *store, int64_t row,
	const struct store_launch_result *result, struct err *err)
{
	for (size_t i = 0; i < result->metric_count; i++) {
		const struct store_metric *metric = &result->metrics[i];
		if (query_run(store, err, "INSERT INTO metric (launch, name, value, unit) VALUES (?, ?, ?, ?)",
				QUERY_ROW(query_integer(row), query_text(metric->name), query_real(metric->value),
					query_text(metric->unit ? metric->unit : ""))))
			return -1;
	}
	return 0;
}

static int insert_spikes(struct store *store, int64_t row, const struct store_launch_result *result,
	struct err *err)
{
	for (size_t i = 0; i < result->spike_count; i++) {
		const struct store_spike *spike = &result->spikes[i];
		if (query_run(store, err,
				"INSERT INTO spike (launch, sample, due_ms, response_ms, episode) VALUES (?, ?, ?, ?, ?)",
				QUERY_ROW(query_integer(row), query_integer((int64_t)spike->sample),
					query_real(spike->due_ms), query_real(spike->response_ms),
					query_integer((int64_t)spike->episode))))
			return -1;
	}
	return 0;
}

static int insert_artefacts(struct store *store, int64_t row,
	const struct store_launch_result *result, struct err *err)
{
	for (size_t i = 0; i < result->artefact_count; i++) {
		const struct store_artefact *artefact = &result->artefacts[i];
		if (query_run(store, err,
				"INSERT INTO artefact (launch, path, kind, bytes, sha256, lossy) "
				"VALUES (?, ?, ?, ?, ?, ?)",
				QUERY_ROW(query_integer(row), query_text(artefact->path), query_text(artefact->kind),
					query_integer(artefact->bytes), query_text(artefact->sha256),
					query_integer(artefact->lossy))))
			return -1;
	}
	return 0;
}

static int insert_parts(struct store *store, int64_t row, const struct store_launch_result *result,
	struct err *err)
{
	if (result->samples && store_samples_insert(store, row, result->samples, err))
		return -1;
	return insert_metrics(store, row, result, err) || insert_spikes(store, row, result, err)
		|| insert_artefacts(store, row, result, err)
		|| (result->explanation && store_explanation_insert(store, row, result->explanation, err)) ? -1 : 0;
}

static int enter_in_ledger(struct store *store, int64_t row, const char *kind, struct err *err)
{
	char content[HASH_HEX_SIZE];
	char *subject = store_launch_subject(store, row, err);
	if (!subject)
		return -1;
	int result = content_of_launch(store, row, content, err);
	if (result == 0)
		result = ledger_append(store, &(struct ledger_entry){ .kind = kind, .subject = subject,
			.note = "", .content = content }, err);
	free(subject);
	return result;
}

int store_launch_finalise(struct store *store, int64_t launch_row,
	const struct store_launch_result *result, struct err *err)
{
	if (query_begin(store, err))
		return -1;
	int failed = complete_row(store, launch_row, result, err)
		|| insert_parts(store, launch_row, result, err)
		|| enter_in_ledger(store, launch_row, "launch", err);
	return query_end(store, failed ? -1 : 0, err);
}

/* ---- launches that nobody finished ---- */

static int mark_abandoned(struct store *store, int64_t row, struct err *err)
{
	char now[MONO_ISO_SIZE];
	store_now(now);
	if (query_run(store, err,
			"UPDATE launch SET outcome = 'abandoned', finished = ?, "
			"reason = 'the measuring process ended before this launch did' "
			"WHERE row = ? AND outcome = 'running'",
			QUERY_ROW(query_text(now), query_integer(row))))
		return -1;
	if (sqlite3_changes(store->db) == 0)
		return err_set(err, ERR_INVALID, "launch row %lld of %s is not running", (long long)row,
			store->path);
	return query_run(store, err,
		"UPDATE run SET state = 'interrupted', finished = ? "
		"WHERE id = (SELECT run FROM launch WHERE row = ?) AND state = 'running'",
		QUERY_ROW(query_text(now), query_integer(row)));
}

int store_launch_abandon(struct store *store, int64_t row, struct err *err)
{
	if (query_begin(store, err))
		return -1;
	int failed = mark_abandoned(store, row, err) || enter_in_ledger(store, row, "abandoned", err);
	return query_end(store, failed ? -1 : 0, err);
}
