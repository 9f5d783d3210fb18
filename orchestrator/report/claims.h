/* The probe's claims about arms of this run, each judged from its launches (docs/METHOD.md §7). A claim
 * about an arm that the run does not have is left out: it was not asked for. Pure, but for
 * claims_keep(). */
#ifndef WASMOGRAPH_REPORT_CLAIMS_H
#define WASMOGRAPH_REPORT_CLAIMS_H

#include "report/cohort.h"
#include "report/summary.h"

/* Fills summary->claims; the arms of the summary must be there. */
void claims_judge(const struct cohort *cohort, const struct probe *probe, struct summary *summary);

/* Whether a run's verdicts are provisional: it was made by `claims --quick`. */
bool claims_are_provisional(const struct summary *summary);

/* What a claim says of one call: its number or range; of a claimed total, a call's part of it. */
struct verdict_range claims_claimed(const struct probe_claim *said);

/* Whether more blocks of the same, most_blocks in all, may decide a claim that is undecided now: its interval is too wide,
 * and would be narrow enough should value and scatter stay. */
bool claims_would_gain(const struct summary *summary, size_t most_blocks);

/* Stores the verdicts as of the run (store/claim.h). Errors as there. */
int claims_keep(struct store *store, const struct summary *summary, struct err *err);

#endif
