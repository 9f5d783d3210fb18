/* What was planted in a launch on purpose: the truth that explanations are held against (docs/CAUSES.md, "How it is checked").
 *
 * {"schema":1,"plants":[{"id","kind","cause","also":[causes],"clock":"main"|"worker"|"mono","begin","end","pair":id|null,
 * "pure":bool,"failed":"why"?,"note"?}]}: begin and end in ms, of that thread's performance.now() or of CLOCK_MONOTONIC; a
 * plant that failed to happen may lack them. Nothing that explains reads it.
 *
 * Pure. Fuzzed. Ownership: trace_truth_release(); strings are borrowed from the root. */
#ifndef WASMOGRAPH_TRACE_TRUTH_H
#define WASMOGRAPH_TRACE_TRUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "trace/cause.h"

enum { TRACE_TRUTH_CEILING = 16 << 20, TRACE_TRUTH_PLANTS_MAX = 65536 };

enum trace_truth_clock { TRACE_TRUTH_MAIN, TRACE_TRUTH_WORKER, TRACE_TRUTH_MONO };

#define TRACE_PLANT_ALONE SIZE_MAX

struct trace_plant {
	int64_t id;
	const char *kind;        /* "js-page": what the figures are told by */
	int cause;               /* its name */
	uint64_t also;           /* other causes that are true of it too: bit 1 << cause */
	enum trace_truth_clock clock;
	double begin_ms, end_ms; /* NAN when it failed */
	size_t pair;             /* index of the plant that it overlaps on purpose, which names this one; or TRACE_PLANT_ALONE */
	bool pure;               /* one cause alone, not a mixture by its nature */
	const char *failed;      /* why it did not happen; NULL: it did */
};

struct trace_truth {
	struct json *root;
	struct trace_plant *plants;
	size_t count;
};

/* ERR_INVALID (with the plant's place), ERR_TOO_LARGE. Then there is nothing to release. */
int trace_truth_parse(const char *text, size_t length, struct trace_truth *truth, struct err *err);
void trace_truth_release(struct trace_truth *truth);

/* Whether the cause is the plant's, by its name or by what is true of it too. */
bool trace_plant_holds(const struct trace_plant *plant, int cause);

/* Its begin and end on the trace's clock, which is CLOCK_MONOTONIC; `offsets_us` of each thread: trace µs − 1000 × page ms. */
double trace_plant_begin_us(const struct trace_plant *plant, const double offsets_us[TRACE_ROLES]);
double trace_plant_end_us(const struct trace_plant *plant, const double offsets_us[TRACE_ROLES]);

#endif
