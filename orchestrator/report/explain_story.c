#include "report/explain_story.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/number.h"

enum { INDENT = 2, HANGING = 13, DOINGS_SHOWN = 14, PARTS_SHOWN = 4 };

/* Shorter doings are told together with what stands beside them. */
#define SHORT_SHARE 0.01
#define SHORT_MS 0.05

static const char *const moment_names[TRACE_MOMENTS] = { "due", "sent", "received", "replied", "returned" };
static const char *const thread_names[TRACE_ROLES] = { "the page", "the worker" };

static const struct explain_spike *find_spike(const struct explanation_launch *launch, size_t sample)
{
	const struct explain_spikes *spikes = &launch->result->spikes;
	for (size_t i = 0; i < spikes->count; i++) {
		if (spikes->items[i].sample == sample)
			return &spikes->items[i];
	}
	return NULL;
}

static void print_head(FILE *out, const struct explanation_launch *launch, size_t sample)
{
	const struct explain_spike *spike = find_spike(launch, sample);
	const struct trace_samples *samples = launch->samples;
	double response_ms = trace_sample_ms(samples, sample, TRACE_RETURNED) - trace_sample_ms(samples, sample, TRACE_DUE);
	char cause[EXPLANATION_CAUSE_SIZE], response[NUMBER_SIZE], threshold[NUMBER_SIZE];
	bool named = launch->run && launch->run[0] && launch->launch;
	char *prefix = named ? mem_format("%s:%s:", launch->run, launch->launch) : mem_strdup("");
	number_format(response_ms, response);
	number_format(launch->result->threshold_ms, threshold);
	explanation_cause(spike ? spike->cause : TRACE_NO_CAUSE, spike ? spike->second : TRACE_NO_CAUSE, cause);
	number_wrap_format(out, 0, INDENT, "sample %s%lld%s%s", prefix, (long long)trace_sample_number(samples, sample),
		launch->arm[0] ? " of " : "", launch->arm);
	number_wrap_format(out, INDENT, INDENT, "Sent by %s; response %s ms, threshold %s ms", thread_names[samples->sender],
		response, threshold);
	if (sample < launch->result->cold)
		number_wrap(out, INDENT, INDENT, "It is a cold one (warm-up).");
	else if (!spike)
		number_wrap(out, INDENT, INDENT, "It was on time.");
	else if (spike->refusal == EXPLAIN_TOLD)
		number_wrap_format(out, INDENT, INDENT, "Cause: %s", cause);
	else
		number_wrap_format(out, INDENT, INDENT, "Without a cause: %s.", spike->refusal == EXPLAIN_LAUNCH ?
			launch->result->refusal : explain_refusal_text(spike->refusal));
	free(prefix);
}

/* ---- the legs ---- */

static int largest(const double sums_ms[TRACE_CAUSES], const bool told[TRACE_CAUSES])
{
	int best = TRACE_NO_CAUSE;
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		if (!told[cause] && sums_ms[cause] > 0.0005 && (best == TRACE_NO_CAUSE || sums_ms[cause] > sums_ms[best]))
			best = cause;
	}
	return best;
}

/* "gc@worker 78.9 ms, js@worker 1.20 ms"; the caller frees. */
static char *parts_text(const double sums_ms[TRACE_CAUSES])
{
	bool told[TRACE_CAUSES] = { false };
	char *text = mem_strdup("");
	int cause;
	for (size_t i = 0; i < PARTS_SHOWN && (cause = largest(sums_ms, told)) != TRACE_NO_CAUSE; i++) {
		char ms[NUMBER_SIZE];
		number_format(sums_ms[cause], ms);
		char *longer = mem_format("%s%s%s %s ms", text, i ? ", " : "", trace_cause_name(cause), ms);
		free(text);
		text = longer;
		told[cause] = true;
	}
	if (largest(sums_ms, told) == TRACE_NO_CAUSE)
		return text;
	char *longer = mem_format("%s, …", text);
	free(text);
	return longer;
}

static void print_leg(FILE *out, const struct explain_story *story, size_t index)
{
	const struct trace_way_leg *leg = &story->way.legs[index];
	char *parts = parts_text(story->legs_ms[index]);
	number_wrap_format(out, INDENT, HANGING, "%s +%.3f ms: %s%s", moment_names[leg->to],
		(leg->to_us - leg->from_us) / 1000, parts, parts[0] ? "" : "at once");
	free(parts);
}

static void print_legs(FILE *out, const struct explanation_launch *launch, size_t sample)
{
	const struct explain_story *story = &launch->result->story;
	number_wrap_format(out, INDENT, HANGING, "%s at %.3f ms of the sender's clock (%.0f µs of the trace's)",
		moment_names[TRACE_DUE], trace_sample_ms(launch->samples, sample, TRACE_DUE), story->way.due_us);
	for (size_t i = 0; i < story->way.count; i++)
		print_leg(out, story, i);
}

/* ---- meanwhile ---- */

static bool is_short(const struct explain_story *story, const struct explain_doing *doing)
{
	double length_us = doing->to_us - doing->from_us, whole_us = story->way.returned_us - story->way.due_us;
	return length_us < fmax(SHORT_SHARE * whole_us, 1000 * SHORT_MS);
}

static const char *doing_name(int cause)
{
	return cause == TRACE_NO_CAUSE ? "idle" : trace_cause_name(cause);
}

static void print_doing(FILE *out, const struct explain_story *story, double from_us, double to_us, const char *name)
{
	fprintf(out, "  %11.3f … %.3f ms: %s\n", (from_us - story->way.due_us) / 1000,
		(to_us - story->way.due_us) / 1000, name);
}

/* "guest@worker, 40 % of it cpu-wait". */
static void print_one(FILE *out, const struct explain_story *story, const struct explain_doing *doing)
{
	char *text = doing->other == TRACE_NO_CAUSE ? mem_strdup(doing_name(doing->cause))
		: mem_format("%s, %.0f %% of it %s", doing_name(doing->cause), 100 * doing->other_share,
			doing_name(doing->other));
	print_doing(out, story, doing->from_us, doing->to_us, text);
	free(text);
}

static bool is_idle(const struct explain_doing *doing)
{
	return doing->cause == TRACE_NO_CAUSE;
}

/* A run of idle times and short doings, in one line. */
static void print_run(FILE *out, const struct explain_story *story, const struct explain_doing *doings, size_t count)
{
	double from_us = doings[0].from_us, to_us = doings[count - 1].to_us, busy_us = 0;
	for (size_t i = 0; i < count; i++)
		busy_us += is_idle(&doings[i]) ? 0 : doings[i].to_us - doings[i].from_us;
	char *text = count == 1 && is_idle(&doings[0]) ? mem_strdup("idle")
		: busy_us < (to_us - from_us) / 2 ? mem_format("idle but for %.3f ms of short tasks", busy_us / 1000)
		: mem_strdup("short tasks and pauses");
	print_doing(out, story, from_us, to_us, text);
	free(text);
}

/* Long doings by name, what lies between them together. */
static void print_doings(FILE *out, const struct explain_story *story, enum trace_role role)
{
	const struct explain_doing *doings = story->doings[role];
	size_t count = story->doing_counts[role], shown = 0;
	for (size_t i = 0; i < count && shown < DOINGS_SHOWN; shown++) {
		size_t end = i;
		while (end < count && (is_idle(&doings[end]) || is_short(story, &doings[end])))
			end++;
		if (end > i)
			print_run(out, story, &doings[i], end - i);
		else
			print_one(out, story, &doings[end++]);
		i = end;
	}
	if (shown == DOINGS_SHOWN)
		number_wrap(out, 2 * INDENT, HANGING, "…");
}

void explain_story(FILE *out, const struct explanation_launch *launch, size_t sample)
{
	const struct explain_story *story = &launch->result->story;
	print_head(out, launch, sample);
	if (!story->told || launch->result->refusal[0])
		return;
	print_legs(out, launch, sample);
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		number_wrap_format(out, INDENT, INDENT, "Meanwhile %s (ms from due)", thread_names[role]);
		print_doings(out, story, role);
	}
}
