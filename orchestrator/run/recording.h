/* What becomes of a launch's trace when the launch is over: read through once and judged (whole or lossy),
 * compressed, described. Between windows only: it reads the whole trace.
 *
 * The description is the launch's environment "trace", of which readers of the store live (report/traced.h):
 * {"format":"json"|"protobuf","categories":[…],"buffer_kb"|null,"failed":TEXT|null,"lossy","lost":TEXT|null,"data_loss","bytes",
 *  "stop_ms","stalled","read_ms","events","seconds","messages":{"to_target":{"sent","traced"},"to_sender":{…},"unpaired"},
 *  "main":{"pid","tid","name","marks","minor_gcs","major_gcs","gc_ms","long_tasks"}|null,"worker":{…}|null,
 *  "guest_gcs","wasm_compiles","wasm_lazy_compiles","wasm_tier_ups","loss":{COUNTER:VALUE}}
 * Of a flight recorder "ring":{"episode","overwritten","stop_asked_after_ms","last_event_after_ms"} beside: without an episode no trace and no
 * ticks are kept, which is no failure; overwritten is null without a trace. The last two count from the end of the episode that ended the
 * window: until the browser was asked to stop, and until the last event that it recorded; null when the window went to its end. From "lossy" on only when there is a trace. The host's ticks are kept with it: its marks name their worker.
 * Ownership: both descriptions are the caller's. */
#ifndef WASMOGRAPH_RUN_RECORDING_H
#define WASMOGRAPH_RUN_RECORDING_H

#include <stdbool.h>

#include "base/err.h"
#include "base/json.h"
#include "run/launch.h"
#include "trace/format.h"

/* Names in the launch's staging folder: as it comes, which is gone when this is done; and as it stays. */
const char *recording_raw_name(enum trace_format format);
const char *recording_name(enum trace_format format);

/* What the browser is asked to record (docs/METHOD.md §4), and the texts of `more` (NULL: nothing more) beside. NULL-terminated; the
 * caller frees the array, whose texts are borrowed. */
const char **recording_categories_with(const struct json *more);

struct recording_input {
	const char *staging;             /* absolute */
	const struct launch_record *record;
	const struct json *report;       /* of the page's upload; NULL without one */
	bool target_is_main;             /* the guest's thread */
	bool is_capture;                 /* of a launch without parties and ticks: neither marks nor messages are expected */
	const char *const *categories;   /* as asked */
	int buffer_kb;                   /* as asked; 0: the browser's default */
	enum trace_format format;
	bool ring;                       /* of a flight recorder */
};

struct recording {
	struct json *facts;
	struct json *ticks;              /* the environment's "ticks" (run/ticks_keep.h) */
	bool lossy;
	double last_us;                  /* of the trace's events, on its clock; NAN without a trace */
};

/* A trace that cannot be read or kept (damaged, no space) is told in facts, and the launch is none the worse. */
void recording_finish(const struct recording_input *input, struct recording *recording);

/* Of a flight recorder whose episode was over at `over_us` and whose browser was asked to stop at `asked_us`, both on the trace's clock, which
 * is mono_now_us()'s: puts into facts how long after the episode the recording went on. */
void recording_tell_stop(struct recording *recording, double over_us, double asked_us);

#endif
