/* The probes whose claims are wanted, and the runs that decide them: found in the results, gone on with, or made.
 *
 * Ownership: struct claims borrows its request; claims_release() frees what it made. */
#ifndef WASMOGRAPH_CLI_CLAIMS_RUNS_H
#define WASMOGRAPH_CLI_CLAIMS_RUNS_H

#include "cli/measure.h"
#include "report/claim_sheet.h"
#include "run/evidence.h"
#include "run/pace.h"

/* What the command was asked for. */
struct claims_request {
	struct measure_options measure;
	int64_t chapter, blocks;
	bool quick, full, again;
	const char *output;
	const char *const *ids; size_t id_count;
};

/* One probe, and the run that decides its claims. */
struct claims_subject {
	struct probe *probe;
	size_t *arms;
	struct run_request request;
	struct json *evidence;     /* for the run's spec */
	struct evidence_found found; /* that the results held already */
	char run[STORE_RUN_ID_SIZE]; /* "" until there is one */
};

/* One call of the command. */
struct claims {
	const struct claims_request *request;
	const struct cli_common *common;
	struct claim_choice choice;
	enum evidence_mode mode;
	struct measure measure;
	struct claims_subject *subjects; size_t count;
	struct pace_run *paces;    /* by subject */
	size_t current;            /* the subject that is measured */
	int64_t began_us;          /* to be measured */
};

/* The subjects: probes of the data root that decide a wanted claim, with their arms. −1 when a probe is broken, two decide
 * one claim, or a claim is unknown. */
int claims_choose(struct claims *own, struct err *err);

/* Makes what the results do not hold. 0 also when it was interrupted. */
int claims_measure(struct claims *own, struct session *session, bool *interrupted, struct err *err);

void claims_release(struct claims *own);

#endif
