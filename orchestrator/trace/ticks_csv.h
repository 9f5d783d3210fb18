/* Reads host ticks from CSV: `mono_us,late_us,main_run_ns,main_delay_ns,main_minflt,main_state,worker_run_ns,
 * worker_delay_ns,worker_minflt,worker_state,all_cpu_us,browser_cpu_us`, in any order and with other columns between. All
 * but mono_us may be missing, and every field but that one empty. Columns t<TID>_delay_ns, which our own sampler adds, are
 * the page's other workers.
 *
 * Pure. Fuzzed. Ownership: trace_ticks_csv_free(). */
#ifndef WASMOGRAPH_TRACE_TICKS_CSV_H
#define WASMOGRAPH_TRACE_TICKS_CSV_H

#include "trace/host.h"

struct trace_ticks_csv;

/* Rows are added to `ticks`, which is borrowed. */
struct trace_ticks_csv *trace_ticks_csv_new(struct trace_host *ticks);
void trace_ticks_csv_free(struct trace_ticks_csv *csv); /* NULL is fine */

/* ERR_INVALID or ERR_TOO_LARGE, with the line. */
int trace_ticks_csv_feed(struct trace_ticks_csv *csv, const char *bytes, size_t length, struct err *err);
int trace_ticks_csv_end(struct trace_ticks_csv *csv, struct err *err);

#endif
