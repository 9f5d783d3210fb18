/* A summary as text, JSON, CSV. One function per reader. */
#ifndef WASMOGRAPH_REPORT_REPORT_H
#define WASMOGRAPH_REPORT_REPORT_H

#include <stdio.h>

#include "report/summary.h"

/* The tables that `run`, `plan` and `show RUN` print: at most 100 columns, plain text.
 * `summaries`: the runs of a plan, or one. */
void report_text(FILE *out, const struct summary *summaries, size_t count);

/* DESIGN §7: {"schema","run","probe","seed","threshold_ms","arms":[…],"ratios":[…],"claims":[…],"artefacts":[…],
 * "environment":{…}}. The caller frees. */
struct json *report_json(const struct summary *summary);
/* {"schema","plan","runs":[…]} */
struct json *report_plan_json(const char *plan, const struct summary *summaries, size_t count);

/* One row a sample, RFC 4180 (CRLF), columns run,launch,arm,traced,sample,cold,answered,due_ms,sent_ms,
 * received_ms,replied_ms,returned_ms; of a run, or of one launch (≥ 1). */
int report_csv(FILE *out, struct store *store, const char *run, int launch, struct err *err);

/* `list`, `show RUN:LAUNCH`, `show RUN:LAUNCH:SAMPLE` */
int report_list_text(FILE *out, struct store *store, size_t limit, struct err *err);
struct json *report_list_json(struct store *store, size_t limit, struct err *err);
int report_launch_text(FILE *out, struct store *store, const struct store_address *address, struct err *err);
struct json *report_launch_json(struct store *store, const struct store_address *address, struct err *err);

#endif
