#include "report/score_text.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "report/number.h"
#include "report/table.h"

enum { INDENT = 2, HANGING = 4, KIND_COLUMNS = 8, PAIR_COLUMNS = 8, CAUSE_COLUMNS = 4, TARGET_COLUMNS = 6,
	NAME_SIZE = 160, LINE_CEILING = 1 << 16, REFUSALS_SHOWN = 5 };

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void format_count(size_t count, char out[NUMBER_SIZE])
{
	snprintf(out, NUMBER_SIZE, "%zu", count);
}

static void format_share(double share, char out[NUMBER_SIZE])
{
	if (isnan(share))
		snprintf(out, NUMBER_SIZE, "–");
	else
		snprintf(out, NUMBER_SIZE, "%.1f %%", 100 * share);
}

static void format_tally(struct score_tally tally, char out[NUMBER_SIZE])
{
	if (tally.n == 0)
		snprintf(out, NUMBER_SIZE, "–");
	else
		snprintf(out, NUMBER_SIZE, "%zu of %zu", tally.k, tally.n);
}

static void format_bounds(struct interval interval, char out[NUMBER_SIZE])
{
	if (isnan(interval.low))
		snprintf(out, NUMBER_SIZE, "–");
	else
		snprintf(out, NUMBER_SIZE, "[%.1f, %.1f]", 100 * interval.low, 100 * interval.high);
}

/* "js-page", or "hogs + js-worker"; the same of the causes. */
static void format_kind(const struct score_owner *owner, char out[NAME_SIZE])
{
	if (owner->plant_count > 1)
		snprintf(out, NAME_SIZE, "%.70s + %.70s", owner->plants[0]->kind, owner->plants[1]->kind);
	else
		snprintf(out, NAME_SIZE, "%.70s", owner->plants[0]->kind);
}

static void format_causes(const struct score_owner *owner, char out[NAME_SIZE])
{
	if (owner->plant_count > 1)
		snprintf(out, NAME_SIZE, "%s + %s", trace_cause_name(owner->plants[0]->cause),
			trace_cause_name(owner->plants[1]->cause));
	else
		snprintf(out, NAME_SIZE, "%s", trace_cause_name(owner->plants[0]->cause));
}

/* ---- how often it was right ---- */

static void add_kind(struct table *table, const struct score_kind *kind)
{
	char name[NAME_SIZE], cause[NAME_SIZE], plants[NUMBER_SIZE], silent[NUMBER_SIZE], right[NUMBER_SIZE], share[NUMBER_SIZE],
		bounds[NUMBER_SIZE], by_name[NUMBER_SIZE];
	struct interval interval = score_interval(kind->right);
	format_kind(kind->like, name);
	format_causes(kind->like, cause);
	format_count(kind->plants, plants);
	format_count(kind->verdicts[SCORE_SILENT], silent);
	format_tally(kind->right, right);
	format_share(interval.value, share);
	format_bounds(interval, bounds);
	format_count(kind->by_name.k, by_name);
	table_row(table, (const char *const[KIND_COLUMNS]){ name, cause, plants, silent, right, share, bounds, by_name });
}

static void print_kinds(FILE *out, const struct score *score, bool pure, const char *heading)
{
	struct table *table = table_new(KIND_COLUMNS);
	size_t rows = 0;
	table_row(table, (const char *const[KIND_COLUMNS]){ heading, "cause", "planted", "silent", "right", "share",
		"95 %, in %", "by name" });
	for (size_t i = 0; i < score->kind_count; i++) {
		const struct score_kind *kind = &score->kinds[i];
		if (score_kind_is_pair(kind) || score_kind_is_pure(kind) != pure)
			continue;
		add_kind(table, kind);
		rows++;
	}
	if (rows > 0) {
		fputc('\n', out);
		table_print(out, table);
	}
	table_free(table);
}

static void add_pair(struct table *table, const struct score_kind *kind)
{
	char name[NAME_SIZE], plants[NUMBER_SIZE], silent[NUMBER_SIZE], right[NUMBER_SIZE], both[NUMBER_SIZE], share[NUMBER_SIZE],
		bounds[NUMBER_SIZE], episodes[NUMBER_SIZE];
	struct interval interval = score_interval(kind->both);
	format_kind(kind->like, name);
	format_count(kind->plants, plants);
	format_count(kind->verdicts[SCORE_SILENT], silent);
	format_count(kind->episodes, episodes);
	format_count(kind->right.k, right);
	format_count(kind->both.k, both);
	format_share(interval.value, share);
	format_bounds(interval, bounds);
	table_row(table, (const char *const[PAIR_COLUMNS]){ name, plants, silent, episodes, right, both, share, bounds });
}

static void print_pairs(FILE *out, const struct score *score)
{
	struct table *table = table_new(PAIR_COLUMNS);
	size_t rows = 0;
	table_row(table, (const char *const[PAIR_COLUMNS]){ "overlapping pairs", "planted", "silent", "episodes",
		"one is largest", "both largest", "share", "95 %, in %" });
	for (size_t i = 0; i < score->kind_count; i++) {
		if (!score_kind_is_pair(&score->kinds[i]))
			continue;
		add_pair(table, &score->kinds[i]);
		rows++;
	}
	if (rows > 0) {
		fputc('\n', out);
		table_print(out, table);
	}
	table_free(table);
}

/* ---- what was named ---- */

struct ranked { int cause; size_t count; };

static int by_count(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->cause - b->cause;
}

/* ": js@main 34, gc@main 1", the most frequent first. */
static void append_counts(struct buf *line, const size_t counts[TRACE_CAUSES])
{
	struct ranked ranked[TRACE_CAUSES];
	size_t count = 0;
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		if (counts[cause] > 0)
			ranked[count++] = (struct ranked){ cause, counts[cause] };
	}
	qsort(ranked, count, sizeof *ranked, by_count);
	for (size_t i = 0; i < count; i++)
		buf_append_format(line, "%s %s %zu", i ? "," : ":", trace_cause_name(ranked[i].cause), ranked[i].count);
}

static void print_named(FILE *out, const struct score_kind *kind)
{
	struct buf line;
	char name[NAME_SIZE], cause[NAME_SIZE];
	format_kind(kind->like, name);
	format_causes(kind->like, cause);
	buf_init(&line, LINE_CEILING);
	buf_append_format(&line, "%s (%s)", name, cause);
	append_counts(&line, kind->named);
	if (kind->verdicts[SCORE_NO_CAUSE] > 0)
		buf_append_format(&line, "; no cause %zu", kind->verdicts[SCORE_NO_CAUSE]);
	number_wrap(out, INDENT, HANGING, line.data);
	buf_release(&line);
}

static void print_matrix(FILE *out, const struct score *score)
{
	if (score->totals.all.n == 0)
		return;
	fputs("\nConfusion matrix: what was planted (its cause): what its episodes were named, and how many\n", out);
	for (size_t i = 0; i < score->kind_count; i++) {
		if (score->kinds[i].episodes > 0)
			print_named(out, &score->kinds[i]);
	}
}

/* ---- totals ---- */

static void print_total(FILE *out, const char *text, struct score_tally right, struct score_tally by_name)
{
	char share[NUMBER_SIZE], bounds[NUMBER_SIZE], strict[NUMBER_SIZE];
	if (right.n == 0)
		return;
	format_share(score_interval(right).value, share);
	format_bounds(score_interval(right), bounds);
	format_share(score_interval(by_name).value, strict);
	if (by_name.k == right.k)
		number_wrap_format(out, INDENT, HANGING, "%s: %zu of %zu right, %s %s", text, right.k, right.n, share, bounds);
	else
		number_wrap_format(out, INDENT, HANGING, "%s: %zu of %zu right, %s %s; by the planted name alone %zu, %s", text,
			right.k, right.n, share, bounds, by_name.k, strict);
}

static void print_totals(FILE *out, const struct score_totals *totals)
{
	fputs("\nEpisodes\n", out);
	print_total(out, "pure", totals->pure, totals->pure_by_name);
	print_total(out, "mixtures", totals->mixtures, totals->mixtures_by_name);
	print_total(out, "overlapping pairs (either of the two)", totals->pairs, totals->pairs_by_name);
	print_total(out, "all", totals->all, totals->all_by_name);
	number_wrap_format(out, INDENT, HANGING, "Each slow sample of a plant by itself: %zu of %zu right; %zu of %zu where the "
		"largest part is most of it.", totals->samples.k, totals->samples.n, totals->samples_clear.k,
		totals->samples_clear.n);
}

/* ---- causes ---- */

static void print_causes(FILE *out, const struct score *score)
{
	struct table *table = table_new(CAUSE_COLUMNS);
	table_row(table, (const char *const[CAUSE_COLUMNS]){ "cause", "share of stalled time", "in samples on time",
		"spikes nobody planted" });
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		char slow[NUMBER_SIZE], fast[NUMBER_SIZE], strays[NUMBER_SIZE];
		if (!(score->slow_ms[cause] > 0) && !(score->fast_ms[cause] > 0))
			continue;
		format_share(score_share(score->slow_ms, cause), slow);
		format_share(score_share(score->fast_ms, cause), fast);
		format_count(score->stray_causes[cause], strays);
		table_row(table, (const char *const[CAUSE_COLUMNS]){ trace_cause_name(cause), slow, fast, strays });
	}
	fputc('\n', out);
	table_print(out, table);
	table_free(table);
	number_wrap_format(out, INDENT, HANGING, "%zu of %zu spikes, %zu episode%s of their own, were planted by nobody: what "
		"they are named is not verified.", score->strays, score->spikes, score->stray_episodes,
		plural(score->stray_episodes));
}

/* ---- targets ---- */

static const char *state_text(enum score_target_state state)
{
	static const char *const texts[] = { [SCORE_MET] = "met", [SCORE_MISSED] = "missed", [SCORE_NOT_JUDGED] = "not judged" };
	return texts[state];
}

static void format_goal(const struct score_target *target, char out[NUMBER_SIZE])
{
	if (target->is_count)
		snprintf(out, NUMBER_SIZE, "≥ %.0f", target->goal);
	else
		snprintf(out, NUMBER_SIZE, "%s %.0f %%", target->at_most ? "≤" : "≥", 100 * target->goal);
}

static void add_target(struct table *table, const struct score_target *target)
{
	char tally[NUMBER_SIZE], value[NUMBER_SIZE], bounds[NUMBER_SIZE], goal[NUMBER_SIZE];
	format_tally(target->tally, tally);
	if (target->is_count)
		snprintf(value, sizeof value, "%.0f", target->interval.value);
	else
		format_share(target->interval.value, value);
	format_bounds(target->interval, bounds);
	format_goal(target, goal);
	table_row(table, (const char *const[TARGET_COLUMNS]){ target->text, tally, value, bounds, goal,
		state_text(target->state) });
}

static void print_targets(FILE *out, const struct score *score)
{
	struct score_target targets[SCORE_TARGETS];
	struct table *table = table_new(TARGET_COLUMNS);
	score_targets(score, targets);
	table_row(table, (const char *const[TARGET_COLUMNS]){ "target (idle machine of two cores)", "", "value", "95 %, in %",
		"goal", "" });
	for (size_t i = 0; i < SCORE_TARGETS; i++)
		add_target(table, &targets[i]);
	fputc('\n', out);
	table_print(out, table);
	table_free(table);
}

/* ---- controls ---- */

static void print_control(FILE *out, const char *name, const struct score_control *control)
{
	if (control->launches == 0)
		number_wrap_format(out, INDENT, HANGING, "%s: not tried, it takes two launches", name);
	else
		number_wrap_format(out, INDENT, HANGING, "%s: %zu of %zu launches refused, %zu of %zu spikes named: %s", name,
			control->refused, control->launches, control->told, control->spikes,
			state_text(score_control_state(control)));
}

static void print_controls(FILE *out, const struct score_controls *controls)
{
	fputs("\nControls, which must fail to explain\n", out);
	print_control(out, "samples of another launch", &controls->another);
	print_control(out, "samples 250 ms off the trace", &controls->shifted);
	number_wrap_format(out, INDENT, HANGING, "harness measures removed: %zu spikes named guest, where %zu were with them; %zu "
		"of %zu guest episodes are js then: %s", controls->bare_guest_spikes, controls->guest_spikes, controls->bare_js.k,
		controls->bare_js.n, state_text(score_controls_bare_state(controls)));
}

/* ---- the head ---- */

static void print_run(FILE *out, const struct score_run *run)
{
	char threshold[NUMBER_SIZE];
	number_format(run->threshold_ms, threshold);
	if (run->only)
		number_wrap_format(out, INDENT, HANGING, "%s (%s), seed %llu; spike: over %s ms", run->only, run->outcome,
			(unsigned long long)run->seed, threshold);
	else
		number_wrap_format(out, INDENT, HANGING, "%s, seed %llu: %zu launch%s; spike: over %s ms", run->id,
			(unsigned long long)run->seed, run->launches, run->launches == 1 ? "" : "es", threshold);
	if (run->left_out > 0)
		number_wrap_format(out, HANGING, HANGING, "%zu more, void, failed or saturated, left out", run->left_out);
	if (run->incomplete > 0)
		number_wrap_format(out, HANGING, HANGING, "%zu more without trace, samples or truth", run->incomplete);
}

static void print_refusals(FILE *out, const struct score_set *set)
{
	size_t shown = set->refusal_count < REFUSALS_SHOWN ? set->refusal_count : REFUSALS_SHOWN;
	for (size_t i = 0; i < shown; i++)
		number_wrap_format(out, INDENT, HANGING, "%s is told no causes, and its plants are in no figure: %s",
			set->refusals[i].launch, set->refusals[i].why);
	if (shown < set->refusal_count)
		number_wrap_format(out, INDENT, HANGING, "and %zu more (--json lists them)", set->refusal_count - shown);
}

static void print_failures(FILE *out, const struct score *score)
{
	for (size_t i = 0; i < score->kind_count; i++) {
		const struct score_kind *kind = &score->kinds[i];
		char name[NAME_SIZE];
		format_kind(kind->like, name);
		if (kind->verdicts[SCORE_NOT_HAPPENED] > 0)
			number_wrap_format(out, INDENT, HANGING, "%s: %zu did not happen (%s)", name,
				kind->verdicts[SCORE_NOT_HAPPENED], kind->failure);
		if (kind->shared > 0)
			number_wrap_format(out, INDENT, HANGING, "%s: %zu share slow samples with the next plant", name, kind->shared);
	}
}

static void print_set(FILE *out, const struct score_set *set)
{
	const struct score *score = &set->score;
	fprintf(out, "Planted causes, and what explain named them: %s\n", set->held_out
		? "seeds held out until the rule was frozen" : "seeds by which the rule was tuned");
	for (size_t i = 0; i < set->run_count; i++)
		print_run(out, &set->runs[i]);
	print_refusals(out, set);
	print_kinds(out, score, true, "pure");
	print_kinds(out, score, false, "mixtures");
	print_pairs(out, score);
	number_wrap(out, 0, 0, "right: of the episodes, those whose largest part bears the planted name, or one that is true of the "
		"mixture too; by name: without the latter; silent: no sample was slow by it");
	print_failures(out, score);
	print_matrix(out, score);
	print_totals(out, &score->totals);
	print_causes(out, score);
	print_targets(out, score);
	print_controls(out, &set->controls);
	fputc('\n', out);
}

void score_text(FILE *out, const struct score_set *const *sets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		print_set(out, sets[i]);
}
