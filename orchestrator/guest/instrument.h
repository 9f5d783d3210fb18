/* Makes one function of a built WebAssembly module tell when it begins and when it ends. Pure; fuzzed.
 *
 * The function is moved to a new index behind all others, and in its old place stands a wrapper of the same type, so
 * that all who call it come by. The wrapper sets the new global `wasmograph.phase` (i32, mutable, exported) to 1, calls
 * a function that the module imports already, sets 0, calls the moved function, does the same with 2, and returns what
 * the moved function returned. Who provides the import, workers/ in our case, looks at the phase: 0 is a call of the
 * program's own. Without a new import no index shifts, and as the wrapper is filled up to the length of what it
 * replaces, every other function stays where it was: positions in traces, and DWARF, remain those of the compiler's
 * own output. The moved function keeps its name.
 *
 * Source: WebAssembly Core Specification 2.0 §5; the name section: §7.4 and the extended-name-section proposal. */
#ifndef WASMOGRAPH_GUEST_INSTRUMENT_H
#define WASMOGRAPH_GUEST_INSTRUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

#define INSTRUMENT_PHASE "wasmograph.phase"

struct instrument {
	const char *function;        /* by the module's name section: "runtime.runGC" */
	const struct json *callers;  /* functions that must call it directly, else a copy of it may have been inlined
	                                there, which would not be seen; a list of names */
	const char *import_module, *import_name; /* takes no parameters; what it returns is dropped */
};

struct instrument_facts {
	uint32_t function;       /* the index where the wrapper is */
	uint32_t moved_to;       /* the new index */
};

/* Writes the new module to `out`, which is initialised here; release it in any case. ERR_INVALID for a broken module,
 * with the offset; ERR_NOT_FOUND for one that cannot be instrumented, with the reason as part of a sentence: "it has no
 * function named runtime.runGC". */
int instrument_module(const void *bytes, size_t length, const struct instrument *instrument,
	struct buf *out, struct instrument_facts *facts, struct err *err);

#endif
