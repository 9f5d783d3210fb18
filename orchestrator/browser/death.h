/* How a browser ended, decided from what was seen. Pure: evidence in, verdict out.
 *
 * Ownership: values; the status text is borrowed. Any thread. */
#ifndef WASMOGRAPH_BROWSER_DEATH_H
#define WASMOGRAPH_BROWSER_DEATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "browser/browser.h"

struct browser_death_evidence {
	bool closed_by_us;
	bool exec_failed;          /* the program could not be executed */
	bool unusable;             /* it runs, but offers no endpoint, or no page, that we understand */
	bool endpoint_seen;
	bool exited;               /* the browser process has ended */
	int exit_code;             /* −1: by a signal */
	int exit_signal;
	bool supervisor_lost;      /* the supervisor ended unasked; it takes the browser along */
	bool target_crashed;
	const char *target_status; /* Target.targetCrashed: "crashed" "killed" "oom" "abnormal"
	                              "normal" "failed to launch"; NULL when it did not come */
	int target_error;          /* its errorCode: a wait status, wait(2) (seen with 156) */
	int64_t oom_kills;         /* how far counters_oom_kills() moved; ≤ 0: not at all */
	bool heap_full;            /* V8 says in the browser's log that its heap was full */
	bool deadline_passed;
	bool stopped;              /* then: a process of the browser is stopped by a signal, */
	bool looping;              /* or a thread of the page runs without a pause (browser/hang.h) */
	bool socket_lost;
};

/* Earlier members win over later ones: an end that we asked for is never a fault; what ended
 * outweighs what did not answer. SIGTERM, SIGINT and SIGHUP make Chromium 156 end with exit
 * status 0, so 0 unasked counts as killed from outside, once its endpoint was there. */
enum browser_death browser_death_classify(const struct browser_death_evidence *evidence);

/* What was seen, as a clause: "the renderer was killed by signal 9 (Killed)". */
void browser_death_describe(const struct browser_death_evidence *evidence, char *text,
	size_t size);

#endif
