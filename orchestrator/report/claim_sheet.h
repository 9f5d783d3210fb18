/* The claims of several probes side by side, as `wasmograph claims` shows them: by id, each with its readings, and what
 * became of them in the runs that are their evidence.
 *
 * The first reading of a claim leads: its verdict is the claim's. A claim whose probe was not measured (interrupted, a
 * browser that died) stands there all the same, undecided. Pure, but for its making from summaries.
 * Ownership: a sheet borrows probes and summaries; claim_sheet_release() frees its own lists. */
#ifndef WASMOGRAPH_REPORT_CLAIM_SHEET_H
#define WASMOGRAPH_REPORT_CLAIM_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "probe/manifest.h"
#include "report/summary.h"

/* A probe with the run that decides its claims. */
struct claim_source {
	const struct probe *probe;
	const struct summary *summary; /* NULL: nothing was measured */
};

struct claim_reading {
	const struct claim_source *source;
	const struct probe_claim *said;
	const struct summary_claim *claim; /* NULL: nothing was measured */
};

struct claim_entry {
	const char *id, *section, *says;
	int chapter;                 /* the section's first number; 0 without one */
	struct claim_reading *readings; size_t reading_count; /* at least one */
};

enum { CLAIM_VERDICTS = PROBE_VERDICTS };

struct claim_sheet {
	struct claim_entry *entries; size_t entry_count; /* by chapter, then id */
	size_t counts[CLAIM_VERDICTS];                   /* by enum verdict_claim */
	bool provisional;            /* of a quick run */
};

/* Which claims are wanted: of `ids` (none: all) and of `chapter` (0: all). */
struct claim_choice {
	const char *const *ids; size_t id_count;
	int chapter;
};

bool claim_choice_has(const struct claim_choice *choice, const struct probe_claim *claim);

/* The section's first number: 3 of "3.2, GC". 0 without one. */
int claim_sheet_chapter(const char *section);

void claim_sheet_make(const struct claim_source *sources, size_t count, const struct claim_choice *choice,
	struct claim_sheet *sheet);
void claim_sheet_release(struct claim_sheet *sheet);

/* Of a reading; undecided where nothing was measured. */
enum verdict_claim claim_reading_verdict(const struct claim_reading *reading);
/* One sentence why, and the reason beyond the measurement where the probe gives one. The caller frees. */
char *claim_reading_reason(const struct claim_reading *reading);
/* That of its leading reading. */
enum verdict_claim claim_entry_verdict(const struct claim_entry *entry);

#endif
