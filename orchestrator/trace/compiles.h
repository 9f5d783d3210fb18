/* How much WebAssembly a thread compiled, by kind.
 *
 * Kinds may lie in each other (a lazy compilation holds the baseline compiler's): each kind's time is that of its outermost
 * slices, and the total that of the outermost of all, so that the kinds do not sum to it. Pure; a value,
 * trace_compiles_init(). */
#ifndef WASMOGRAPH_TRACE_COMPILES_H
#define WASMOGRAPH_TRACE_COMPILES_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/event.h"

enum trace_compile {
	TRACE_COMPILE_LAZY,      /* a function at its first call, on the calling thread */
	TRACE_COMPILE_BASELINE,  /* by Liftoff */
	TRACE_COMPILE_TOP_TIER,  /* by TurboFan, of hot functions: on pool threads */
	TRACE_COMPILE_STREAMING, /* of a module while its bytes arrive */
	TRACE_COMPILE_MODULE,    /* of a whole module: compile(), new Module() */
	TRACE_COMPILE_UNITS,     /* pool threads working through what is to be compiled */
	TRACE_COMPILE_OTHER,     /* wrappers, publishing code */
	TRACE_COMPILES,
};

/* "lazy", "baseline", "top-tier", "streaming", "module", "units", "other" */
const char *trace_compile_name(enum trace_compile compile);

struct trace_compiled {
	uint64_t count;
	double sum_us, longest_us;
	double end_us;           /* of the outermost one seen last */
};

struct trace_compiles {
	struct trace_compiled kinds[TRACE_COMPILES];
	struct trace_compiled total; /* outermost ones of any kind */
	struct trace_compiled growths; /* of memories: wasm.GrowMemory, which is no compilation */
};

void trace_compiles_init(struct trace_compiles *compiles);

/* A slice (X) whose name begins with "wasm.". */
void trace_compiles_take(struct trace_compiles *compiles, const struct trace_event *event);

#endif
