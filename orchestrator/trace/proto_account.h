/* What a protobuf trace says of itself and of what it lost, as the object that Chromium's JSON has under "metadata":
 * the browser's metadata, and "trace_processor_stats" with the service's counters and what the reader itself had to leave
 * out, under the names that Perfetto's trace processor has for the same. trace/loss.h reads both. Private to trace/.
 *
 * Pure. Ownership: trace_account_release(). */
#ifndef WASMOGRAPH_TRACE_PROTO_ACCOUNT_H
#define WASMOGRAPH_TRACE_PROTO_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "trace/wire.h"

/* What the reader left out. */
struct trace_left_out {
	uint64_t damaged;        /* packets that are no packets, or hold what is none */
	uint64_t invalid;        /* packets that follow on a gap: unreadable without what was in it */
	uint64_t gaps;           /* in the middle of sequences */
	uint64_t headless;       /* sequences whose first packets are gone */
	uint64_t timeless;       /* events without a time, or on a clock that nobody set */
	uint64_t too_deep;       /* slices in more than 512 others */
	uint64_t older;          /* events of an older kind than Chromium 156 writes: no loss */
	uint64_t trackless;      /* events for which there was no room */
};

struct trace_account {
	struct json *metadata;   /* NULL before anything was taken */
	struct json *stats;      /* NULL without TraceStats */
	bool overwritten;        /* a ring's head is gone */
};

/* Take ChromeEventBundle and TraceStats. False when one is damaged. */
bool trace_account_take_metadata(struct trace_account *account, struct trace_wire bundle);
bool trace_account_take_stats(struct trace_account *account, struct trace_wire stats);

/* The object, which the caller frees. */
struct json *trace_account_json(struct trace_account *account, const struct trace_left_out *left_out);
void trace_account_release(struct trace_account *account);

#endif
