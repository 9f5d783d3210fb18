/* The "captures" of probe.json: what is recorded of the browser in the launches of some arms and kept with them: a trace, a
 * profile of the arm's thread, a snapshot of the page's JavaScript heap. Their probe.js may read them before it reports.
 *
 * Ownership: the struct owns everything it points to. Pure. */
#ifndef WASMOGRAPH_PROBE_CAPTURES_H
#define WASMOGRAPH_PROBE_CAPTURES_H

#include <stdbool.h>
#include <stddef.h>

#include "probe/rules.h"

enum probe_capture_kind {
	PROBE_CAPTURE_TRACE,
	PROBE_CAPTURE_CPUPROFILE,
	PROBE_CAPTURE_HEAPSNAPSHOT,
	PROBE_CAPTURE_KINDS,
};
const char *captures_kind_name(enum probe_capture_kind kind); /* "trace", "cpuprofile", "heapsnapshot" */

struct probe_capture {
	enum probe_capture_kind kind;
	struct json *arms;       /* globs of the arms that have it; NULL: all */
	struct json *categories; /* of a trace, beyond the usual ones; NULL: none */
};

struct probe_captures {
	struct probe_capture *list; size_t count;
};

/* `list` is the value of the key "captures". 0, or −1 with ERR_USAGE; to be released either way. */
int captures_read(const struct rules *top, const struct json *list, struct probe_captures *captures);
void captures_release(struct probe_captures *captures);

/* The capture of a kind in the launches of an arm of this full name, or NULL. */
const struct probe_capture *captures_find(const struct probe_captures *captures, enum probe_capture_kind kind,
	const char *arm);
bool captures_any(const struct probe_captures *captures, const char *arm);

#endif
