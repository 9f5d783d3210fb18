/* Whether a recorded trace is whole: the trace's own account, the clock marks at both ends on both threads, and as many
 * messages in it as the harness sent. Of a ring that was overwritten: the marks at the end, and in what is kept no message of which only
 * one end is there. A lossy trace gives no causes (METHOD §5).
 *
 * Pure. */
#ifndef WASMOGRAPH_TRACE_VERDICT_H
#define WASMOGRAPH_TRACE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/check.h"

enum { TRACE_VERDICT_SIZE = 512 };

/* What is known apart from the trace. */
struct trace_expectation {
	bool data_loss;                  /* dataLossOccurred of Tracing.tracingComplete */
	enum trace_role target;          /* the thread that answers: TRACE_WORKER, or TRACE_MAIN in main-thread arms */
	int64_t to_target, to_sender;    /* the harness's own counts; -1 when there are none */
	bool ring;                       /* what it overwrote is the head, and no loss */
	bool no_parties;                 /* the page neither marks nor counts: the trace's own account decides alone */
};

/* True when something is lost; `text` then says what, as one sentence without a full stop, else it is "". */
bool trace_verdict(const struct trace_facts *facts, const struct trace_expectation *expected,
	char text[TRACE_VERDICT_SIZE]);

#endif
