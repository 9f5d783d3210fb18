#include "report/text_claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/text_compare.h"

enum { INDENT = 2, DEEPER = 4, HANGING = 6, DETAIL = 8 };

/* "claimed …; measured …". The caller frees. */
static char *figures(const struct summary_claim *claim)
{
	const struct probe_claim *said = claim->claim;
	char claimed[NUMBER_SIZE];
	char *measured = claim->measured.n ? number_interval(claim->measured) : mem_strdup("nothing");
	char *name = said->metric ? text_metric_name(said->metric) : NULL, *text = NULL;
	number_format(said->value, claimed);
	switch (said->rule) {
	case PROBE_CLAIM_NUMBER:
		text = mem_format("claimed %s %s; measured %s%s%s (%s of %s, %zu launches)", claimed,
			said->unit, measured, claim->measured.n ? " " : "", claim->measured.n ? said->unit : "",
			name, said->arm, claim->measured.n);
		break;
	case PROBE_CLAIM_EXCEEDS:
		text = mem_format("claimed above ×%s; measured %s%s (%s of %s ÷ %s, %zu blocks)", claimed,
			claim->measured.n ? "×" : "", measured, name, said->arm, said->against,
			claim->measured.n);
		break;
	case PROBE_CLAIM_MECHANISM:
		text = mem_format("%s seen in %zu of %zu launches of %s", said->observation, claim->observed,
			claim->replicates, said->arm);
		break;
	case PROBE_CLAIM_UNSTATED:
		text = mem_format("no figure is claimed; measured %s%s%s (%s of %s, %zu launches)", measured,
			claim->measured.n ? " " : "", claim->measured.n ? said->unit : "", name, said->arm,
			claim->measured.n);
		break;
	}
	free(measured);
	free(name);
	return text;
}

/* Readings of one claim follow each other: its words are printed once. */
static bool continues(const struct summary *summary, size_t index)
{
	if (index == 0)
		return false;
	const struct probe_claim *said = summary->claims[index].claim;
	const struct probe_claim *before = summary->claims[index - 1].claim;
	return strcmp(said->id, before->id) == 0 && strcmp(said->says, before->says) == 0;
}

static void print_claim(FILE *out, const struct summary *summary, size_t index)
{
	const struct summary_claim *claim = &summary->claims[index];
	const struct probe_claim *said = claim->claim;
	char *text = figures(claim);
	if (!continues(summary, index))
		number_wrap_format(out, INDENT, HANGING, "%s: “%s” (%s)", said->id, said->says, said->section);
	number_wrap_format(out, DEEPER, DETAIL, "%s%s%s", verdict_claim_name(claim->verdict),
		said->reading ? "; read as: " : "", said->reading ? said->reading : "");
	number_wrap(out, HANGING, DETAIL, text);
	number_wrap_format(out, HANGING, DETAIL, "why: %s", claim->why);
	free(text);
}

void text_claims(FILE *out, const struct summary *summary)
{
	if (summary->claim_count == 0)
		return;
	fputs("Claims\n", out);
	for (size_t i = 0; i < summary->claim_count; i++)
		print_claim(out, summary, i);
	fputc('\n', out);
}
