/* What a recorded trace holds of the launch it was made of: the two threads, what passed between them, collections, and
 * the trace's own account of what it lost. One pass over the JSON, memory flat; trace/verdict.h judges the result.
 *
 * Pure: bytes in, values out. Ownership: trace_check_free(); facts are a value. */
#ifndef WASMOGRAPH_TRACE_CHECK_H
#define WASMOGRAPH_TRACE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trace/loss.h"
#include "trace/threads.h"

struct trace_facts {
	uint64_t events;
	double first_us, last_us;        /* of all events but metadata; NAN when there is none */
	bool has_main, has_worker;
	struct trace_thread main, worker; /* those with the marks align:main and align:worker: .marks[TRACE_MAIN] and … */
	/* Messages between these two of which both ends are in the trace; only those posted between the first mark and the
	 * last one (of either thread), in which the harness counts, too. Where the marks of an end are missing, that end
	 * is open. */
	uint64_t to_main, to_worker;
	uint64_t unpaired;               /* ends on these threads in that time without the other one */
	struct trace_loss loss;
	size_t wasm_compiles;            /* modules: wasm.SyncCompile, AsyncCompile, StartStreamingCompilation */
	size_t wasm_lazy_compiles;       /* functions at their first call, on the calling thread */
	size_t wasm_tier_ups;
	size_t guest_gcs;                /* measures h:guestgc */
	size_t user_timings;             /* performance.mark() and measure(), ours included */
};

struct trace_check;

struct trace_check *trace_check_new(void);
void trace_check_free(struct trace_check *check); /* NULL is fine */

/* Errors as trace/reader.h has them. */
int trace_check_feed(struct trace_check *check, const char *bytes, size_t length, struct err *err);
int trace_check_end(struct trace_check *check, struct trace_facts *facts, struct err *err);

#endif
