/* What one launch is to do, and the manifest that tells its page so. Pure.
 *
 * Ownership: a spec borrows everything; page_manifest()'s object is the caller's. */
#ifndef WASMOGRAPH_RUN_SPEC_H
#define WASMOGRAPH_RUN_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "guest/build.h"
#include "guest/toolchain.h"
#include "probe/manifest.h"

/* From measure()'s beginning to that of the schedule; as LEAD_IN_MS in web/sender.js. */
enum { LAUNCH_SPEC_LEAD_IN_MS = 50 };

struct launch_spec {
	const struct probe *probe;
	const struct probe_arm *arm;
	const struct json *parameters;     /* of this arm, complete */
	const struct guest_build *guest;   /* NULL: no guest */
	const struct toolchain *toolchain; /* of the guest; NULL without one */
	const struct json *browser_flags;  /* the probe's and the arm's; NULL: none */
	const char *run;
	uint64_t seed;                     /* the run's */
	int block;
	int number;                        /* the launch's, from 1 */
	double threshold_ms;
	bool traced;                       /* the page puts marks and measures into the trace */
	double trigger_ms;                 /* of a flight recorder: an episode beyond it ends the window; 0: none */
	bool trigger_is_length;            /* it is the episode's length, not one sample's response */
};

/* The four words of a seeded stream of this launch's block: "schedule", "load",
 * "load_schedule". The same for every arm of the block. */
void launch_spec_seed(const struct launch_spec *spec, const char *stream, uint32_t words[4]);

/* Seeded 0–250 ms added to the warm-up, so that no phase of a guest's GC is locked in. */
double launch_spec_warmup_extra_ms(const struct launch_spec *spec);

/* Checks that each setting of an arm is a parameter of the probe or a runtime setting of its
 * toolchain: ERR_USAGE otherwise. */
int launch_spec_check_settings(const struct probe *probe, const struct probe_arm *arm,
	const struct toolchain *toolchain, struct err *err);

/* Who answers: "js" or "guest". The parameter `responder` says so where the probe has it, so that an arm can
 * set it; else the probe itself. `parameters` are the arm's, complete. */
const char *launch_spec_responder(const struct probe *probe, const struct json *parameters);

/* What the page gets as manifest.json (docs/PROBES.md). */
struct json *launch_spec_manifest(const struct launch_spec *spec);

/* How long the schedule of the measured samples is, ms. */
double launch_spec_schedule_ms(const struct launch_spec *spec);

/* The planned length of measure(), ms: lead-in, schedule, drain. */
double launch_spec_window_ms(const struct launch_spec *spec);

/* Bytes of one step of the built-in loads, as probe/workload.h wants them; 0 for others. */
size_t launch_spec_step_size(const struct launch_spec *spec);

#endif
