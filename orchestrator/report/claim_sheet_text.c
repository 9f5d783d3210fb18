#include "report/claim_sheet_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/text_claims.h"

enum { INDENT = 6, HANGING = 8, READING = 8 };

/* "CONFIRMED", so that the eye finds it. */
static char *loud(enum verdict_claim verdict)
{
	char *text = mem_strdup(verdict_claim_words(verdict));
	for (char *at = text; *at; at++)
		*at = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
	return text;
}

static void print_evidence(FILE *out, const struct claim_reading *reading, size_t indent)
{
	char *reason = claim_reading_reason(reading);
	char *figures = reading->claim ? text_claims_figures(reading->claim) : NULL;
	if (figures)
		number_wrap(out, indent, indent + 2, figures);
	number_wrap_format(out, indent, indent + 2, "why: %s", reason);
	free(figures);
	free(reason);
}

static void print_reading(FILE *out, const struct claim_reading *reading)
{
	number_wrap_format(out, INDENT, HANGING, "also read as %s: %s", reading->said->reading ? reading->said->reading : "it stands",
		verdict_claim_words(claim_reading_verdict(reading)));
	print_evidence(out, reading, READING);
}

static void print_entry(FILE *out, const struct claim_entry *entry)
{
	const struct claim_reading *leading = &entry->readings[0];
	char *verdict = loud(claim_entry_verdict(entry));
	number_wrap_format(out, 0, INDENT, "%s %s “%s” (%s)", entry->id, verdict, entry->says, entry->section);
	if (entry->reading_count > 1 && leading->said->reading)
		number_wrap_format(out, INDENT, HANGING, "read as %s", leading->said->reading);
	print_evidence(out, leading, INDENT);
	for (size_t i = 1; i < entry->reading_count; i++)
		print_reading(out, &entry->readings[i]);
	fputc('\n', out);
	free(verdict);
}

static bool is_named_before(const struct claim_sheet *sheet, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (sheet->entries[i].readings[0].source == sheet->entries[index].readings[0].source)
			return true;
	}
	return false;
}

static void print_runs(FILE *out, const struct claim_sheet *sheet)
{
	fputs("Evidence\n", out);
	for (size_t i = 0; i < sheet->entry_count; i++) {
		const struct claim_source *source = sheet->entries[i].readings[0].source;
		if (source->summary && !is_named_before(sheet, i))
			fprintf(out, "  %-14s wasmograph show %s\n", source->probe->name, source->summary->run.id);
	}
	fputc('\n', out);
}

void claim_sheet_text(FILE *out, const struct claim_sheet *sheet)
{
	int chapter = -1;
	for (size_t i = 0; i < sheet->entry_count; i++) {
		if (sheet->entries[i].chapter != chapter)
			fprintf(out, "Chapter %d\n\n", chapter = sheet->entries[i].chapter);
		print_entry(out, &sheet->entries[i]);
	}
	print_runs(out, sheet);
	fprintf(out, "%zu claims%s: %zu confirmed, %zu refuted, %zu undecided, %zu not measurable\n", sheet->entry_count,
		sheet->provisional ? ", verdicts provisional (quick)" : "", sheet->counts[CLAIM_CONFIRMED],
		sheet->counts[CLAIM_REFUTED], sheet->counts[CLAIM_UNDECIDED], sheet->counts[CLAIM_NOT_MEASURABLE]);
}
