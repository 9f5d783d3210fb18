#include "report/text_notes.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/text_reason.h"
#include "stats/quantile.h"

enum { INDENT = 2, HANGING = 4 };

struct section { FILE *out; const char *title; bool headed; };

static void line(struct section *section, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The section's title comes with its first line. */
static void line(struct section *section, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	mem_check(length < 0 ? NULL : text);
	if (!section->headed)
		fprintf(section->out, "%s\n", section->title);
	section->headed = true;
	number_wrap(section->out, INDENT, HANGING, text);
	free(text);
}

static void end(struct section *section)
{
	if (section->headed)
		fputc('\n', section->out);
}

/* ---- launches that are not in the numbers ---- */

static void line_outcome(struct section *section, const struct summary_arm *arm, size_t count,
	const char *outcome, const char *reason)
{
	if (count > 0)
		line(section, "%s: %zu %s%s%s", arm->name, count, outcome,
			!reason ? "" : count > 1 ? ", the first: " : ": ",
			reason ? text_reason(reason, outcome) : "");
}

static void print_left_out(FILE *out, const struct summary *summary)
{
	struct section section = { out, "Launches not in the numbers", false };
	for (size_t i = 0; i < summary->arm_count; i++) {
		const struct summary_arm *arm = &summary->arms[i];
		line_outcome(&section, arm, arm->failed, "failed", arm->first_failure);
		line_outcome(&section, arm, arm->saturated, "saturated", arm->first_saturated);
		line_outcome(&section, arm, arm->void_count, "void", arm->first_void);
		line_outcome(&section, arm, arm->abandoned, "abandoned", NULL);
		line_outcome(&section, arm, arm->superseded, "valid, but of a block that was rerun", NULL);
	}
	end(&section);
}

/* ---- notes ---- */

/* A comparison of the arm's P95 has said it already. */
static bool is_compared(const struct summary *summary, const struct summary_arm *arm)
{
	for (size_t i = 0; i < summary->ratio_count; i++) {
		const struct summary_ratio *ratio = &summary->ratios[i];
		if (strcmp(ratio->metric, "response_p95") == 0
			&& (strcmp(ratio->a, arm->name) == 0 || strcmp(ratio->b, arm->name) == 0))
			return true;
	}
	return false;
}

static void note_cliff(struct section *section, const struct summary *summary,
	const struct summary_arm *arm)
{
	char late[NUMBER_SIZE], threshold[NUMBER_SIZE];
	const struct summary_metric *rate = summary_find(arm, "episodes_per_minute");
	if (!arm->on_cliff || is_compared(summary, arm))
		return;
	char *episodes = rate ? number_interval(rate->interval) : mem_strdup("–");
	number_format(100.0 * (double)arm->over_threshold / (double)arm->samples, late);
	number_format(summary->run.threshold_ms, threshold);
	line(section, "%s: %s episodes/min; its P95 sits on the cliff (%s%% of the samples pass %s ms) and "
		"may jump a hundredfold between runs", arm->name, episodes, late, threshold);
	free(episodes);
}

static void note_arm(struct section *section, const struct summary *summary,
	const struct summary_arm *arm)
{
	char effective[NUMBER_SIZE];
	size_t least = quantile_least_count(0.95, 0.95);
	note_cliff(section, summary, arm);
	if (arm->launches == 1)
		line(section, "%s: one launch, so no interval", arm->name);
	if (arm->unsteady > 0)
		line(section, "%s: %zu of %zu launches unsteady (their level changed inside the window)", arm->name,
			arm->unsteady, arm->launches);
	if (arm->least_effective_n < (double)least) {
		number_format(arm->least_effective_n, effective);
		line(section, "%s: too few samples for a P95 in at least one launch (effective n %s, needs %zu): "
			"raise `--param samples=`", arm->name, effective, least);
	}
}

static void note_run(struct section *section, const struct summary *summary)
{
	size_t valid = 0, metrics = 0;
	for (size_t i = 0; i < summary->arm_count; i++) {
		valid += summary->arms[i].launches;
		metrics += summary->arms[i].metric_count;
	}
	if (summary_has_recorder(summary))
		line(section, "a flight recorder ran: its launches are traced, the others tell what it costs, and there are no headline numbers");
	else if (summary_is_traced_only(summary))
		line(section, "every launch of this run was traced, so there are no headline numbers");
	else if (valid == 0)
		line(section, metrics > 0 ? "no launch of this run is in the numbers, but for those that are no times"
			: "no launch of this run is in the numbers, so there are none");
	for (size_t i = 0; i < summary->warning_count; i++)
		line(section, "%s", summary->warnings[i]);
	if (summary->blocks_void > 0)
		line(section, "%zu of %d blocks held a void launch (disturbed from outside the browser)",
			summary->blocks_void, summary->run.blocks);
}

void text_notes(FILE *out, const struct summary *summary)
{
	struct section section = { out, "Notes", false };
	print_left_out(out, summary);
	for (size_t i = 0; i < summary->arm_count; i++)
		note_arm(&section, summary, &summary->arms[i]);
	note_run(&section, summary);
	end(&section);
}
