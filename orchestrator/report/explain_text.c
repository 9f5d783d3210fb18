#include "report/explain_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/table.h"

enum { INDENT = 2, HANGING = 4, EPISODES_SHOWN = 10, UNTRACED_SHOWN = 5, CAUSES_TOLD = 3, CAUSE_COLUMNS = 6,
	EPISODE_COLUMNS = 6 };

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void format_share(double share, char out[NUMBER_SIZE])
{
	if (isnan(share))
		snprintf(out, NUMBER_SIZE, "–");
	else
		snprintf(out, NUMBER_SIZE, "%.1f %%", 100 * share);
}

/* RUN:LAUNCH:SAMPLE, or as much of it as is known. */
static char *address_of(const struct explanation_launch *launch, size_t sample)
{
	long long number = (long long)trace_sample_number(launch->samples, sample);
	if (launch->run && launch->run[0] && launch->launch)
		return mem_format("%s:%s:%lld", launch->run, launch->launch, number);
	return mem_format("%lld", number);
}

/* ---- causes ---- */

static void add_cause(struct table *table, const struct explanation_arm *arm, int cause)
{
	const struct explain_share *share = &arm->shares[cause];
	char ms[NUMBER_SIZE], part[NUMBER_SIZE], fast[NUMBER_SIZE];
	char *episodes = mem_format("%zu", share->episodes), *spikes = mem_format("%zu", share->spikes);
	number_format(share->ms, ms);
	format_share(share->share, part);
	format_share(share->fast_share, fast);
	table_row(table, (const char *const[CAUSE_COLUMNS]){ trace_cause_name(cause), episodes, spikes, ms, part, fast });
	free(episodes);
	free(spikes);
}

static void print_causes(FILE *out, const struct explanation_arm *arm)
{
	struct table *table = table_new(CAUSE_COLUMNS);
	table_row(table, (const char *const[CAUSE_COLUMNS]){ "cause", "episodes", "spikes", "stalled, ms", "share",
		"in samples on time" });
	for (size_t i = 0; i < arm->order_count; i++)
		add_cause(table, arm, arm->order[i]);
	if (arm->order_count > 0)
		table_print(out, table);
	table_free(table);
}

/* ---- the worst episodes ---- */

struct ranked { const struct explanation_launch *launch; const struct explain_episode *episode; };

/* What was never answered is the worst. */
static double weight(const struct ranked *ranked)
{
	return isfinite(ranked->episode->worst_ms) ? ranked->episode->worst_ms : INFINITY;
}

static int by_worst(const void *left, const void *right)
{
	double a = weight(left), b = weight(right);
	return a == b ? 0 : a > b ? -1 : 1;
}

static struct ranked *rank_episodes(const struct explanation *explanation, const struct explanation_arm *arm)
{
	struct ranked *ranked = mem_alloc_zero(arm->episodes + 1, sizeof *ranked);
	size_t count = 0;
	for (size_t l = 0; l < explanation->launch_count; l++) {
		const struct explanation_launch *launch = &explanation->launches[l];
		if (strcmp(launch->arm, arm->arm) != 0)
			continue;
		for (size_t i = 0; i < launch->result->spikes.episode_count; i++)
			ranked[count++] = (struct ranked){ launch, &launch->result->spikes.episodes[i] };
	}
	qsort(ranked, count, sizeof *ranked, by_worst);
	return ranked;
}

static void add_episode(struct table *table, const struct ranked *ranked)
{
	const struct explain_episode *episode = ranked->episode;
	const struct explain_spike *spike = &ranked->launch->result->spikes.items[episode->worst];
	char worst[NUMBER_SIZE], stalled[NUMBER_SIZE], due[NUMBER_SIZE], cause[EXPLANATION_CAUSE_SIZE];
	char *address = address_of(ranked->launch, spike->sample), *spikes = mem_format("%zu", episode->count);
	number_format(isfinite(episode->worst_ms) ? episode->worst_ms : INFINITY, worst);
	number_format(episode->stalled_ms, stalled);
	number_format(trace_sample_ms(ranked->launch->samples, spike->sample, TRACE_DUE), due);
	explanation_cause(episode->cause, episode->second, cause);
	table_row(table, (const char *const[EPISODE_COLUMNS]){ address, due, spikes, stalled, worst, cause });
	free(address);
	free(spikes);
}

static void print_episodes(FILE *out, const struct explanation *explanation, const struct explanation_arm *arm)
{
	size_t shown = arm->episodes < EPISODES_SHOWN ? arm->episodes : EPISODES_SHOWN;
	if (shown == 0)
		return;
	struct ranked *ranked = rank_episodes(explanation, arm);
	struct table *table = table_new(EPISODE_COLUMNS);
	fprintf(out, "\nWorst episodes (%zu of %zu)\n", shown, arm->episodes);
	table_row(table, (const char *const[EPISODE_COLUMNS]){ "worst sample", "due, ms", "spikes", "stalled, ms",
		"worst, ms", "cause" });
	for (size_t i = 0; i < shown; i++)
		add_episode(table, &ranked[i]);
	table_print(out, table);
	table_free(table);
	free(ranked);
}

/* ---- what is not told ---- */

static void print_refusals(FILE *out, const struct explanation_launch *launch)
{
	const struct explain_spikes *spikes = &launch->result->spikes;
	size_t counts[EXPLAIN_REFUSALS] = { 0 };
	for (size_t i = 0; i < spikes->count; i++)
		counts[spikes->items[i].refusal]++;
	for (enum explain_refusal refusal = EXPLAIN_UNANSWERED; refusal < EXPLAIN_LAUNCH; refusal++) {
		if (counts[refusal] > 0)
			number_wrap_format(out, INDENT, HANGING, "%zu spike%s without a cause: %s", counts[refusal],
				plural(counts[refusal]), explain_refusal_text(refusal));
	}
	if (launch->result->refusal[0])
		number_wrap_format(out, INDENT, HANGING, "No causes are told: %s.", launch->result->refusal);
}

static void print_inputs(FILE *out, const struct explanation_launch *launch)
{
	const struct explain_result *result = launch->result;
	const struct explain_inputs *inputs = &result->inputs;
	char spread[NUMBER_SIZE], seconds[NUMBER_SIZE];
	number_format(result->spread_us, spread);
	number_format((inputs->last_us - inputs->first_us) / 1e6, seconds);
	number_wrap_format(out, INDENT, HANGING, "%s%s%s%llu events in %s s, %zu and %zu clock marks (p95 of their "
		"deviation %s µs), %zu harness measures, %s", launch->launch && launch->launch[0] ? "launch " : "",
		launch->launch ? launch->launch : "", launch->launch && launch->launch[0] ? ": " : "",
		(unsigned long long)inputs->events, seconds, result->clocks[TRACE_MAIN].marks,
		result->clocks[TRACE_WORKER].marks, spread, inputs->measures[TRACE_MAIN] + inputs->measures[TRACE_WORKER],
		inputs->has_ticks ? "host ticks" : "no host ticks");
	for (size_t i = 0; i < inputs->note_count; i++)
		number_wrap(out, HANGING, HANGING + INDENT, inputs->notes[i]);
}

/* ---- arms ---- */

static void print_head(FILE *out, const struct explanation_arm *arm)
{
	char stalled[NUMBER_SIZE];
	number_format(arm->stalled_ms, stalled);
	number_wrap_format(out, 0, INDENT, "%s%s%zu measured samples, %zu spike%s in %zu episode%s (%zu explained), %s ms "
		"stalled", arm->arm, arm->arm[0] ? ": " : "", arm->samples, arm->spikes, plural(arm->spikes), arm->episodes,
		plural(arm->episodes), arm->explained_episodes, stalled);
}

static void print_arm(FILE *out, const struct explanation *explanation, const struct explanation_arm *arm)
{
	print_head(out, arm);
	if (arm->unrepresentative)
		number_wrap(out, INDENT, HANGING, "Its traced launches are not representative of those in the numbers: these are "
			"the causes of the traced ones, and none is claimed for the arm.");
	print_causes(out, arm);
	print_episodes(out, explanation, arm);
	fputs("\nInputs\n", out);
	for (size_t i = 0; i < explanation->launch_count; i++) {
		if (strcmp(explanation->launches[i].arm, arm->arm) != 0)
			continue;
		print_inputs(out, &explanation->launches[i]);
		print_refusals(out, &explanation->launches[i]);
	}
	fputc('\n', out);
}

static void print_untraced(FILE *out, const struct explanation *explanation)
{
	size_t shown = explanation->untraced_count < UNTRACED_SHOWN ? explanation->untraced_count : UNTRACED_SHOWN;
	if (shown == 0)
		return;
	fputs("Untraced: these spikes have no causes; wasmograph reproduce ADDRESS tries to make one come back\n", out);
	for (size_t i = 0; i < shown; i++) {
		const struct explanation_untraced *untraced = &explanation->untraced[i];
		char worst[NUMBER_SIZE];
		number_format(untraced->worst_ms, worst);
		number_wrap_format(out, INDENT, HANGING, "%s:%d:%zu, %s: worst of %zu spike%s, %s ms", untraced->run,
			untraced->launch, untraced->worst, untraced->arm, untraced->spikes, plural(untraced->spikes), worst);
	}
	if (shown < explanation->untraced_count)
		number_wrap_format(out, INDENT, HANGING, "and %zu more launches (--json lists them)",
			explanation->untraced_count - shown);
	fputc('\n', out);
}

void explain_text(FILE *out, const struct explanation *explanation)
{
	size_t count;
	struct explanation_arm *arms = explanation_arms(explanation, &count);
	for (size_t i = 0; i < count; i++)
		print_arm(out, explanation, &arms[i]);
	print_untraced(out, explanation);
	free(arms);
}

static void tell_arm(FILE *out, const struct explanation_arm *arm)
{
	char *text = mem_format("%s: %zu episode%s, %zu explained%s", arm->arm, arm->episodes, plural(arm->episodes),
		arm->explained_episodes, arm->unrepresentative ? ", but not representative: no cause is claimed" : "");
	for (size_t i = 0; i < arm->order_count && i < CAUSES_TOLD && !arm->unrepresentative; i++) {
		const struct explain_share *share = &arm->shares[arm->order[i]];
		char part[NUMBER_SIZE];
		if (!(share->ms > 0))
			break;
		format_share(share->share, part);
		char *longer = mem_format("%s%s%s %s", text, i ? ", " : ": ", trace_cause_name(arm->order[i]), part);
		free(text);
		text = longer;
	}
	number_wrap(out, INDENT, HANGING, text);
	free(text);
}

void explain_text_causes(FILE *out, const struct explanation *explanation)
{
	size_t count;
	struct explanation_arm *arms = explanation_arms(explanation, &count);
	if (count > 0)
		fputs("Causes in the traced launches, by their share of the stalled time\n", out);
	for (size_t i = 0; i < count; i++)
		tell_arm(out, &arms[i]);
	free(arms);
}
