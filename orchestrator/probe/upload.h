/* The one binary upload of a launch, as web/upload.js writes it. Pure; fuzzed.
 *
 * Layout, little-endian:
 *   0  "WGUP"             4  u32 version = 1
 *   8  u32 samples        12 u32 cold (the first ones)
 *   16 u32 columns = 5    20 u32 json_bytes
 *   24 f64 timeOrigin of the sender's thread, ms   32 f64 timeOrigin of the target's, ms
 *   40 f64 drain_end_ms   48 json (UTF-8 object), zero-padded to 8 bytes
 *   then `columns` × `samples` f64, column after column: due, sent, received, replied,
 *   returned; ms; missing = NaN. Nothing follows.
 * due, sent, returned: sender's performance.now(); received, replied: the target's. The target is the thread
 * that holds the guest: a worker, or the page, and then a worker sends.
 * Ownership: the struct owns a copy of everything. */
#ifndef WASMOGRAPH_PROBE_UPLOAD_H
#define WASMOGRAPH_PROBE_UPLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum { UPLOAD_SAMPLES_MAX = 1000000, UPLOAD_JSON_MAX = 1 << 20 };

struct upload {
	size_t samples, cold;
	double sender_origin_ms, target_origin_ms, drain_end_ms;
	double *due, *sent, *received, *replied, *returned; /* one block, due owns it */
	struct json *report;     /* work, guest, metrics, observations, environment, warnings */
};

/* ERR_INVALID or ERR_TOO_LARGE, and nothing to release then. Checked: the length to the byte; zeros
 * after the JSON; finite times in the header; per sample a finite due time not before the one before it
 * and not after drain_end, no infinite time, returned not before sent, replied not before received (a
 * time without its predecessor is refused too). How sane the figures are is stats' to say. */
int upload_parse(const void *bytes, size_t length, struct upload *upload, struct err *err);

void upload_release(struct upload *upload);

#endif
