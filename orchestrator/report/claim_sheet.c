#include "report/claim_sheet.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/claims.h"

int claim_sheet_chapter(const char *section)
{
	while (*section && !isdigit((unsigned char)*section))
		section++;
	return (int)strtol(section, NULL, 10);
}

bool claim_choice_has(const struct claim_choice *choice, const struct probe_claim *claim)
{
	bool named = choice->id_count == 0;
	for (size_t i = 0; i < choice->id_count; i++)
		named |= strcmp(choice->ids[i], claim->id) == 0;
	return named && (choice->chapter == 0 || choice->chapter == claim_sheet_chapter(claim->section));
}

/* What became of a claim of the probe's in its run, by the claim's own place in the manifest. */
static const struct summary_claim *judged(const struct claim_source *source, const struct probe_claim *said)
{
	for (size_t i = 0; source->summary && i < source->summary->claim_count; i++) {
		if (source->summary->claims[i].claim == said)
			return &source->summary->claims[i];
	}
	return NULL;
}

static struct claim_entry *entry_of(struct claim_sheet *sheet, const struct probe_claim *said)
{
	for (size_t i = 0; i < sheet->entry_count; i++) {
		if (strcmp(sheet->entries[i].id, said->id) == 0)
			return &sheet->entries[i];
	}
	sheet->entries = mem_resize(sheet->entries, sheet->entry_count + 1, sizeof *sheet->entries);
	struct claim_entry *entry = &sheet->entries[sheet->entry_count++];
	*entry = (struct claim_entry){ .id = said->id, .section = said->section, .says = said->says,
		.chapter = claim_sheet_chapter(said->section) };
	return entry;
}

static void add(struct claim_sheet *sheet, const struct claim_source *source, const struct probe_claim *said)
{
	struct claim_entry *entry = entry_of(sheet, said);
	entry->readings = mem_resize(entry->readings, entry->reading_count + 1, sizeof *entry->readings);
	entry->readings[entry->reading_count++] = (struct claim_reading){ source, said, judged(source, said) };
}

static int by_chapter_and_id(const void *a, const void *b)
{
	const struct claim_entry *one = a, *other = b;
	if (one->chapter != other->chapter)
		return one->chapter < other->chapter ? -1 : 1;
	return strverscmp(one->id, other->id);
}

void claim_sheet_make(const struct claim_source *sources, size_t count, const struct claim_choice *choice,
	struct claim_sheet *sheet)
{
	*sheet = (struct claim_sheet){ .entry_count = 0 };
	for (size_t s = 0; s < count; s++) {
		sheet->provisional |= sources[s].summary && claims_are_provisional(sources[s].summary);
		for (size_t i = 0; i < sources[s].probe->claim_count; i++) {
			if (claim_choice_has(choice, &sources[s].probe->claims[i]))
				add(sheet, &sources[s], &sources[s].probe->claims[i]);
		}
	}
	if (sheet->entry_count > 0)
		qsort(sheet->entries, sheet->entry_count, sizeof *sheet->entries, by_chapter_and_id);
	for (size_t i = 0; i < sheet->entry_count; i++)
		sheet->counts[claim_entry_verdict(&sheet->entries[i])]++;
}

void claim_sheet_release(struct claim_sheet *sheet)
{
	for (size_t i = 0; i < sheet->entry_count; i++)
		free(sheet->entries[i].readings);
	free(sheet->entries);
	*sheet = (struct claim_sheet){ .entry_count = 0 };
}

enum verdict_claim claim_reading_verdict(const struct claim_reading *reading)
{
	return reading->claim ? reading->claim->verdict : CLAIM_UNDECIDED;
}

char *claim_reading_reason(const struct claim_reading *reading)
{
	const char *because = reading->said->because[claim_reading_verdict(reading)];
	if (!reading->claim)
		return mem_strdup("nothing was measured: its probe's run did not come to an end");
	return mem_format("%s%s%s", reading->claim->why, because ? ": " : "", because ? because : "");
}

enum verdict_claim claim_entry_verdict(const struct claim_entry *entry)
{
	return claim_reading_verdict(&entry->readings[0]);
}
