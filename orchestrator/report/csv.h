/* Samples as CSV for spreadsheets and scripts. Reads the store, writes `out`. */
#ifndef WASMOGRAPH_REPORT_CSV_H
#define WASMOGRAPH_REPORT_CSV_H

#include <stdio.h>

#include "base/err.h"
#include "store/store.h"

/* One row a sample, RFC 4180 (CRLF), columns run,launch,arm,traced,sample,cold,answered,due_ms,sent_ms,
 * received_ms,replied_ms,returned_ms; samples count from 0. Of a run (launch < 1): its valid launches, traced ones
 * flagged; of one launch: whatever it left. ERR_NOT_FOUND for no such launch, ERR_NO_SPACE, ERR_IO. */
int report_csv(FILE *out, struct store *store, const char *run, int launch, struct err *err);

#endif
