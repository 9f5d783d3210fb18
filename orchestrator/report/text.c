#include "report/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/machine.h"
#include "report/number.h"
#include "report/text_arms.h"
#include "report/text_claims.h"
#include "report/text_compare.h"
#include "report/text_notes.h"
#include "report/text_traced.h"

enum { INDENT = 2, CONTINUED = 4, MORE_BLOCKS = 2 };

static void print_machine(FILE *out, const struct summary *summary)
{
	char *text = machine_text(summary->run.environment, summary->cpus_by);
	number_wrap(out, 0, INDENT, text);
	free(text);
}

static bool is_of_calls(const struct summary *summary)
{
	return strcmp(json_text(summary->run.spec, "kind", "latency"), "calls") == 0;
}

static void print_setting(FILE *out, const struct summary *summary)
{
	char threshold[NUMBER_SIZE];
	if (is_of_calls(summary)) {
		number_wrap_format(out, 0, INDENT, "%d block%s, seed %llu; times and sizes: geometric mean; counts and shares: "
			"mean; [95%%]", summary->run.blocks, summary->run.blocks == 1 ? "" : "s",
			(unsigned long long)summary->run.seed);
		return;
	}
	number_format(summary->run.threshold_ms, threshold);
	number_wrap_format(out, 0, INDENT, "%d block%s, seed %llu; spike: over %s ms; P95, p50: geometric "
		"mean; rates: mean; [95%%]", summary->run.blocks, summary->run.blocks == 1 ? "" : "s",
		(unsigned long long)summary->run.seed, threshold);
}

static void print_head(FILE *out, const struct summary *summary)
{
	const struct store_run *run = &summary->run;
	number_wrap_format(out, 0, INDENT, "%s: %s", run->probe, json_text(run->spec, "title", ""));
	number_wrap_format(out, 0, INDENT, "run %s%s%s%s%s", run->id, run->plan ? ", plan " : "",
		run->plan ? run->plan : "", strcmp(run->state, "done") == 0 ? "" : ", ",
		strcmp(run->state, "done") == 0 ? "" : run->state);
	print_machine(out, summary);
	print_setting(out, summary);
	fputc('\n', out);
}

/* Is the arm's guest one that was given for this run only? */
static bool is_foreign(const struct summary *summary, const char *arm)
{
	const struct json *list = json_get(summary->run.spec, "foreign");
	size_t length = strcspn(arm, "/");
	for (const struct json *m = json_first(list); m; m = json_next(m)) {
		const char *name = json_text(m, "name", "");
		if (strlen(name) == length && strncmp(arm, name, length) == 0)
			return true;
	}
	return false;
}

/* "wasmograph run PROBE --arms A --arms B --blocks N": on one line where it fits, else continued;
 * nothing for names that do not fit a line at all, or of guests that only that run had. */
static void print_rerun(FILE *out, const struct summary *summary, const char *a, const char *b)
{
	if (is_foreign(summary, a) || (b && is_foreign(summary, b)))
		return;
	char *start = mem_format("  wasmograph run %s --arms '%s'", summary->run.probe, a);
	char *end = b ? mem_format("--arms '%s' --blocks %d", b, summary->run.blocks + MORE_BLOCKS)
		: mem_format("--blocks %d", summary->run.blocks + MORE_BLOCKS);
	bool one_line = number_width(start) + 1 + number_width(end) <= NUMBER_COLUMNS;
	bool two_lines = number_width(start) + 2 <= NUMBER_COLUMNS
		&& number_width(end) + CONTINUED <= NUMBER_COLUMNS;
	if (one_line || two_lines)
		fprintf(out, "%s %s%*s%s\n", start, one_line ? "" : "\\\n", one_line ? 0 : CONTINUED, "", end);
	free(start);
	free(end);
}

static bool has_trace(const struct summary *summary)
{
	for (size_t i = 0; i < summary->artefact_count; i++) {
		if (strcmp(summary->artefacts[i].kind, "trace") == 0)
			return true;
	}
	return false;
}

/* What to try next, each a command that works as it stands. */
static void print_next(FILE *out, const struct summary *summary)
{
	const char *run = summary->run.id;
	fprintf(out, "Next:\n  wasmograph show %s:1\n", run);
	if (!is_of_calls(summary))
		fprintf(out, "  wasmograph export %s --as csv -o samples.csv\n", run);
	if (has_trace(summary))
		fprintf(out, "  wasmograph explain %s\n  wasmograph export %s --as trace -o traces\n", run, run);
	if (summary->ratio_count > 0)
		print_rerun(out, summary, summary->ratios[0].a, summary->ratios[0].b);
	else if (summary->arm_count > 0)
		print_rerun(out, summary, summary->arms[0].name, NULL);
}

static void print_run(FILE *out, const struct summary *summary)
{
	print_head(out, summary);
	if (summary->arm_count > 0) {
		text_arms(out, summary);
		fputc('\n', out);
	}
	text_compare(out, summary);
	text_claims(out, summary);
	text_traced(out, summary);
	text_notes(out, summary);
}

void report_text(FILE *out, const struct summary *summaries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		print_run(out, &summaries[i]);
	if (count > 0)
		print_next(out, &summaries[count - 1]);
}
