#include "report/text_claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/text_compare.h"

enum { INDENT = 2, DEEPER = 4, HANGING = 6, DETAIL = 8 };

/* "claimed 12 to 18": as published, without digits that were not. */
static char *claimed_text(const struct probe_claim *said)
{
	char value[NUMBER_SIZE], to[NUMBER_SIZE];
	number_exact(said->value, value);
	number_exact(said->to, to);
	return said->to > said->value ? mem_format("claimed %s to %s", value, to) : mem_format("claimed %s", value);
}

/* Of a claimed total: " in 10,000 calls; measured of one call …, which makes … of so many (extrapolated)". */
static char *total_text(const struct summary_claim *claim, const char *claimed, const char *measured)
{
	char calls[NUMBER_SIZE], total[NUMBER_SIZE];
	const struct probe_claim *said = claim->claim;
	number_exact(said->per, calls);
	number_figures(claim->measured.value * said->per, total);
	if (claim->measured.n == 0)
		return mem_format("%s %s in %s calls; measured nothing", claimed, said->unit, calls);
	return mem_format("%s %s in %s calls; measured %s %s a call, extrapolated to %s %s in %s", claimed, said->unit,
		calls, measured, said->unit, total, said->unit, calls);
}

/* "claimed …; measured …" of a number. */
static char *number_text(const struct summary_claim *claim, const char *measured)
{
	const struct probe_claim *said = claim->claim;
	char *claimed = claimed_text(said);
	char *figures = said->per != 1 ? total_text(claim, claimed, measured)
		: mem_format("%s %s; measured %s%s%s", claimed, said->unit, measured, claim->measured.n ? " " : "",
			claim->measured.n ? said->unit : "");
	char *name = text_metric_name(said->metric);
	char *text = mem_format("%s (%s of %s, %zu launch%s)", figures, name, said->arm, claim->measured.n,
		claim->measured.n == 1 ? "" : "es");
	free(name);
	free(figures);
	free(claimed);
	return text;
}

static char *ratio_text(const struct summary_claim *claim, const char *measured)
{
	const struct probe_claim *said = claim->claim;
	char least[NUMBER_SIZE];
	number_exact(said->value, least);
	char *claimed = said->rule == PROBE_CLAIM_EXCEEDS ? mem_format("claimed above ×%s", least) : claimed_text(said);
	char *name = text_metric_name(said->metric);
	char *text = mem_format("%s%s; measured %s%s (%s of %s ÷ %s, %zu block%s)", claimed,
		said->rule == PROBE_CLAIM_RATIO ? " times" : "", claim->measured.n ? "×" : "", measured, name, said->arm,
		said->against, claim->measured.n, claim->measured.n == 1 ? "" : "s");
	free(name);
	free(claimed);
	return text;
}

static char *observation_text(const struct summary_claim *claim)
{
	const struct probe_claim *said = claim->claim;
	return mem_format("%s: seen in %zu of %zu launches of %s (%s)", said->observes, claim->observed, claim->replicates,
		said->arm, said->observation);
}

static char *unstated_text(const struct summary_claim *claim, const char *measured)
{
	const struct probe_claim *said = claim->claim;
	if (said->observation)
		return observation_text(claim);
	char *name = text_metric_name(said->metric);
	char *text = mem_format("no figure is claimed; measured %s%s%s (%s of %s, %zu launch%s)", measured, claim->measured.n ? " " : "",
		claim->measured.n ? said->unit : "", name, said->arm, claim->measured.n, claim->measured.n == 1 ? "" : "es");
	free(name);
	return text;
}

char *text_claims_figures(const struct summary_claim *claim)
{
	char *measured = claim->measured.n ? number_interval_figures(claim->measured) : mem_strdup("nothing"), *text = NULL;
	switch (claim->claim->rule) {
	case PROBE_CLAIM_NUMBER: text = number_text(claim, measured); break;
	case PROBE_CLAIM_RATIO:
	case PROBE_CLAIM_EXCEEDS: text = ratio_text(claim, measured); break;
	case PROBE_CLAIM_MECHANISM: text = observation_text(claim); break;
	case PROBE_CLAIM_UNSTATED: text = unstated_text(claim, measured); break;
	}
	free(measured);
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
	char *text = text_claims_figures(claim);
	if (!continues(summary, index))
		number_wrap_format(out, INDENT, HANGING, "%s: “%s” (%s)", said->id, said->says, said->section);
	number_wrap_format(out, DEEPER, DETAIL, "%s%s%s", verdict_claim_words(claim->verdict),
		said->reading ? "; read as: " : "", said->reading ? said->reading : "");
	number_wrap(out, HANGING, DETAIL, text);
	const char *because = said->because[claim->verdict];
	number_wrap_format(out, HANGING, DETAIL, "why: %s%s%s", claim->why, because ? ": " : "", because ? because : "");
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
