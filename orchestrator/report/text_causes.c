#include "report/text_causes.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/number.h"

enum { INDENT = 2, HANGING = 4, CAUSES_SHOWN = 4 };
static const double least_share = 0.01; /* of the second cause and those after */

static double told_ms(const struct summary_traced *traced)
{
	double sum_ms = 0;
	for (size_t i = 0; i < traced->cause_count; i++)
		sum_ms += traced->causes[i].ms;
	return sum_ms;
}

/* The largest shares; the caller frees. */
static char *shares_text(const struct summary_traced *traced)
{
	char *text = mem_strdup("");
	for (size_t i = 0; i < traced->cause_count && i < CAUSES_SHOWN; i++) {
		const struct summary_cause *cause = &traced->causes[i];
		if (i > 0 && !(cause->share >= least_share))
			break;
		char *longer = mem_format("%s%s%s %.0f %%", text, i ? ", " : "", cause->name, 100 * cause->share);
		free(text);
		text = longer;
	}
	return text;
}

static void print_arm(FILE *out, const struct summary_arm *arm)
{
	const struct summary_traced *traced = &arm->traced;
	char stalled[NUMBER_SIZE];
	char *shares = shares_text(traced);
	number_format(told_ms(traced), stalled);
	number_wrap_format(out, INDENT, HANGING, "%s: %zu episode%s, %zu explained%s%s%s%s%s", arm->name, traced->episodes,
		traced->episodes == 1 ? "" : "s", traced->explained, traced->explained > 0 ? "; " : "",
		traced->explained > 0 ? stalled : "", traced->explained > 0 ? " ms stalled: " : "",
		traced->explained > 0 ? shares : "",
		traced->compared && !traced->representative ? " (of these launches alone: they are not representative)" : "");
	free(shares);
}

void text_causes(FILE *out, const struct summary *summary)
{
	if (summary->traced_episodes == 0)
		return;
	fputs("What slow messages of traced launches waited for (docs/CAUSES.md)\n", out);
	for (size_t i = 0; i < summary->arm_count; i++) {
		if (summary->arms[i].traced.episodes > 0)
			print_arm(out, &summary->arms[i]);
	}
	fputc('\n', out);
}
