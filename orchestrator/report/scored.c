#include "report/scored.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "report/explained.h"

/* One run, which the sets borrow from. */
struct part {
	struct explained explained;
	struct trace_truth *truths; /* of each launch of the explanation */
	bool *has_truth;
	char **addresses;
};

struct scored {
	struct part **parts;
	size_t part_count;
	struct score_set sets[SCORED_SETS];
};

struct scored *scored_new(void)
{
	struct scored *scored = mem_alloc_zero(1, sizeof *scored);
	scored->sets[1].held_out = true;
	return scored;
}

static size_t launches_of(const struct part *part)
{
	return part->explained.explanation.launch_count;
}

static void free_part(struct part *part)
{
	for (size_t i = 0; i < launches_of(part); i++) {
		if (part->has_truth && part->has_truth[i])
			trace_truth_release(&part->truths[i]);
		free(part->addresses ? part->addresses[i] : NULL);
	}
	free(part->truths);
	free(part->has_truth);
	free(part->addresses);
	explained_release(&part->explained);
	free(part);
}

void scored_free(struct scored *scored)
{
	if (!scored)
		return;
	for (size_t i = 0; i < SCORED_SETS; i++)
		score_set_release(&scored->sets[i]);
	for (size_t i = 0; i < scored->part_count; i++)
		free_part(scored->parts[i]);
	free(scored->parts);
	free(scored);
}

/* ---- truths ---- */

static int read_truth(const struct store *store, const char *path, struct trace_truth *truth, struct err *err)
{
	struct buf text;
	char *whole = fs_join(store_folder(store), path);
	int result = fs_read(whole, TRACE_TRUTH_CEILING, &text, err);
	if (!result)
		result = trace_truth_parse(text.data, text.length, truth, err);
	if (result)
		err_prefix(err, "%s", whole);
	buf_release(&text);
	free(whole);
	return result;
}

static const char *truth_path(const struct store_artefact_row *rows, size_t count, const char *launch)
{
	char *end;
	long number = strtol(launch, &end, 10);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].launch == number && strcmp(rows[i].kind, "truth") == 0)
			return rows[i].path;
	}
	return NULL;
}

/* A truth that is there and cannot be read is an error: no launch is left out for that. */
static int read_truths(struct part *part, const struct store *store, const struct store_artefact_row *rows, size_t count,
	struct err *err)
{
	size_t launches = launches_of(part);
	part->truths = mem_alloc_zero(launches + 1, sizeof *part->truths);
	part->has_truth = mem_alloc_zero(launches + 1, sizeof *part->has_truth);
	part->addresses = mem_alloc_zero(launches + 1, sizeof *part->addresses);
	for (size_t i = 0; i < launches; i++) {
		const struct explanation_launch *launch = &part->explained.explanation.launches[i];
		const char *path = truth_path(rows, count, launch->launch);
		part->addresses[i] = mem_format("%s:%s", launch->run, launch->launch);
		if (!path)
			continue;
		if (read_truth(store, path, &part->truths[i], err))
			return -1;
		part->has_truth[i] = true;
	}
	return 0;
}

static int load_truths(struct part *part, struct store *store, struct err *err)
{
	struct store_artefact_row *rows;
	size_t count;
	if (store_artefacts(store, part->explained.run.id, &rows, &count, err))
		return -1;
	int result = read_truths(part, store, rows, count, err);
	store_artefacts_free(rows, count);
	return result;
}

static size_t count_truths(const struct part *part)
{
	size_t count = 0;
	for (size_t i = 0; i < launches_of(part); i++)
		count += part->has_truth[i];
	return count;
}

/* ---- controls ---- */

/* Samples that are not the launch's: of the next one of its run, else of a run before. NULL: there are none yet. */
static const struct trace_samples *samples_of_another(const struct scored *scored, const struct part *part, size_t launch)
{
	const struct explanation *own = &part->explained.explanation;
	if (own->launch_count > 1)
		return own->launches[(launch + 1) % own->launch_count].samples;
	if (scored->part_count == 0)
		return NULL;
	const struct explanation *before = &scored->parts[scored->part_count - 1]->explained.explanation;
	return before->launches[before->launch_count - 1].samples;
}

static void try_another(struct score_controls *controls, const struct part *part, size_t launch,
	const struct trace_samples *samples)
{
	struct explain_result result;
	if (!samples)
		return;
	explained_otherwise(&part->explained, launch, &(struct explained_other){ .samples = samples }, &result);
	score_control_add(&controls->another, &result);
	explain_result_release(&result);
}

static void try_shifted(struct score_controls *controls, const struct part *part, size_t launch)
{
	struct explain_result result;
	struct trace_samples samples = *part->explained.explanation.launches[launch].samples;
	double *columns = mem_alloc_zero(samples.count * TRACE_MOMENTS + 1, sizeof *columns);
	for (size_t moment = 0; moment < TRACE_MOMENTS; moment++) {
		double *column = columns + moment * samples.count;
		for (size_t i = 0; i < samples.count; i++)
			column[i] = trace_sample_ms(&samples, i, (enum trace_moment)moment) + SCORE_SHIFT_MS;
		samples.times_ms[moment] = column;
	}
	explained_otherwise(&part->explained, launch, &(struct explained_other){ .samples = &samples }, &result);
	score_control_add(&controls->shifted, &result);
	explain_result_release(&result);
	free(columns);
}

static void try_bare(struct score_controls *controls, const struct part *part, size_t launch)
{
	struct explain_result result;
	explained_otherwise(&part->explained, launch, &(struct explained_other){ .without_measures = true }, &result);
	score_controls_add_bare(controls, &part->truths[launch], part->explained.explanation.launches[launch].result,
		&result);
	explain_result_release(&result);
}

/* Of a launch that is refused anyway the controls would tell nothing. */
static void try_controls(struct score_controls *controls, const struct scored *scored, const struct part *part,
	size_t launch)
{
	if (part->explained.explanation.launches[launch].result->refusal[0])
		return;
	try_another(controls, part, launch, samples_of_another(scored, part, launch));
	try_shifted(controls, part, launch);
	try_bare(controls, part, launch);
}

/* ---- sets ---- */

static void add_launch(struct score_set *set, const struct scored *scored, const struct part *part, size_t launch)
{
	const struct explain_result *result = part->explained.explanation.launches[launch].result;
	score_add(&set->score, part->addresses[launch], &part->truths[launch], result);
	if (result->refusal[0])
		score_set_add_refusal(set, part->addresses[launch], result->refusal);
	try_controls(&set->controls, scored, part, launch);
}

static size_t count_traced(const struct explained *explained, bool valid)
{
	size_t count = 0;
	for (size_t i = 0; i < explained->row_count; i++) {
		const struct store_launch *row = &explained->rows[i];
		count += row->traced && (strcmp(row->outcome, store_outcome_name(STORE_VALID)) == 0) == valid;
	}
	return count;
}

static struct score_run tell_run(const struct part *part)
{
	const struct store_run *run = &part->explained.run;
	size_t launches = count_truths(part);
	return (struct score_run){ .id = run->id, .seed = run->seed, .threshold_ms = run->threshold_ms, .launches = launches,
		.left_out = count_traced(&part->explained, false),
		.incomplete = count_traced(&part->explained, true) - launches };
}

static const char *outcome_of(const struct explained *explained, int launch)
{
	for (size_t i = 0; i < explained->row_count; i++) {
		if (explained->rows[i].number == launch)
			return explained->rows[i].outcome;
	}
	return NULL;
}

/* `launch`: that one alone; −1: all. */
static void add_part(struct scored *scored, const struct part *part, int launch)
{
	struct score_run told = tell_run(part);
	struct score_set *set = &scored->sets[told.seed >= SCORE_HELD_OUT_SEED];
	if (launch >= 0) {
		told.left_out = told.incomplete = 0;
		told.only = part->addresses[0];
		told.outcome = outcome_of(&part->explained, launch);
	}
	for (size_t i = 0; i < launches_of(part); i++) {
		if (part->has_truth[i])
			add_launch(set, scored, part, i);
	}
	score_set_add_run(set, &told);
}

static bool has_launch(const struct part *part, const char *address)
{
	for (size_t i = 0; i < launches_of(part); i++) {
		if (strcmp(part->addresses[i], address) == 0)
			return true;
	}
	return false;
}

/* What counted twice would make the intervals too narrow. */
static int check_new(const struct scored *scored, const struct part *part, struct err *err)
{
	for (size_t i = 0; i < launches_of(part); i++) {
		for (size_t other = 0; other < scored->part_count; other++) {
			if (has_launch(scored->parts[other], part->addresses[i]))
				return err_set(err, ERR_USAGE, "launch %s is scored already: each counts once", part->addresses[i]);
		}
	}
	return 0;
}

static int check_part(const struct scored *scored, const struct part *part, struct err *err)
{
	if (count_truths(part) == 0)
		return err_set(err, ERR_NOT_FOUND, "no valid traced launch of run %s has a truth to be held against: its probe "
			"plants nothing, or all of them are void or failed", part->explained.run.id);
	return check_new(scored, part, err);
}

int scored_add(struct scored *scored, struct store *store, const struct store_address *address, struct err *err)
{
	struct part *part = mem_alloc_zero(1, sizeof *part);
	if (explained_load(store, address, &part->explained, err)) {
		free(part);
		return -1;
	}
	int result = load_truths(part, store, err);
	if (!result)
		result = check_part(scored, part, err);
	if (result) {
		free_part(part);
		return -1;
	}
	add_part(scored, part, address->launch);
	scored->parts = mem_resize(scored->parts, scored->part_count + 1, sizeof *scored->parts);
	scored->parts[scored->part_count++] = part;
	return 0;
}

size_t scored_sets(struct scored *scored, const struct score_set *sets[SCORED_SETS])
{
	size_t count = 0;
	for (size_t i = 0; i < SCORED_SETS; i++) {
		if (scored->sets[i].run_count == 0)
			continue;
		score_end(&scored->sets[i].score);
		sets[count++] = &scored->sets[i];
	}
	return count;
}
