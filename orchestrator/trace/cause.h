/* The closed list of causes (docs/CAUSES.md), and what an instant of a thread can be.
 *
 * A cause is what was going on, with the thread where that matters: "js@worker". The classes among them are what a slice
 * of the trace says by its name (trace/names.h).
 *
 * Pure; values. */
#ifndef WASMOGRAPH_TRACE_CAUSE_H
#define WASMOGRAPH_TRACE_CAUSE_H

#include "trace/marks.h"

/* What an instant of a thread is. The classes stand in the order of their precedence: where several slices are open the
 * later one of this list names the instant, so that JavaScript called by a guest is the guest's time, and a collection
 * is a collection wherever it happens. */
enum trace_what {
	TRACE_IDLE,              /* no slice: no cause by itself */
	TRACE_TASK,              /* a task and nothing better */
	TRACE_JS,
	TRACE_GUEST,             /* inside a wasm export, or Go's _resume */
	TRACE_GUEST_GC,          /* the guest's own collector */
	TRACE_DESERIALISE,
	TRACE_SERIALISE,
	TRACE_LAYOUT,
	TRACE_MEM_GROW,
	TRACE_WASM_COMPILE,
	TRACE_GC,                /* V8's or Blink's collector */
	TRACE_CLASSES,
	TRACE_QUEUE = TRACE_CLASSES, /* behind other messages */
	TRACE_BLOCKED,           /* the thread sleeps inside a task */
	TRACE_LATE,              /* the sender's timer had not fired yet */
	TRACE_OF_A_THREAD,       /* what stands below is the same on both threads */
	TRACE_STOPPED = TRACE_OF_A_THREAD,
	TRACE_CPU_INTERNAL,      /* runnable, the processor was with the browser's other threads */
	TRACE_CPU_EXTERNAL,      /* … with other processes */
	TRACE_CPU_WAIT,          /* … with whom is not known */
	TRACE_HOST_STALL,
	TRACE_UNEXPLAINED,
	TRACE_WHATS,
};

enum {
	TRACE_CAUSES = TRACE_ROLES * (TRACE_OF_A_THREAD - TRACE_TASK) + TRACE_WHATS - TRACE_OF_A_THREAD,
	TRACE_NO_CAUSE = -1,
};

/* From 0 up to TRACE_CAUSES; TRACE_NO_CAUSE for TRACE_IDLE. `role` does not matter for what is no thread's. */
int trace_cause(enum trace_what what, enum trace_role role);

/* "js@worker", "stopped", …: static. */
const char *trace_cause_name(int cause);

/* The cause of that name; TRACE_NO_CAUSE when there is none. */
int trace_cause_parse(const char *name);

enum trace_what trace_cause_what(int cause);

#endif
