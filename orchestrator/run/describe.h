/* What is stored of a run before its first launch: what was asked, and where it was measured
 * (store/run.h). Ownership: the JSON is the caller's. */
#ifndef WASMOGRAPH_RUN_DESCRIBE_H
#define WASMOGRAPH_RUN_DESCRIBE_H

#include "base/hash.h"
#include "base/json.h"
#include "run/guests.h"
#include "run/request.h"
#include "run/session.h"

/* {"title","arms","parameters","builds","foreign","primary","secondary","trace","trace_buffer_kb","trace_format",
 * "probe_sha256","script_sha256","reproduces"?}; `parameters` by position in request->arms. */
struct json *describe_spec(const struct run_request *request, const struct guest_set *guests,
	struct json *const *parameters);

/* SHA-256 of all files directly in the probe's folder, which are what the page can load from it: names and bytes. 0, or −1
 * when one cannot be read. */
int describe_served(const struct probe *probe, char out[HASH_HEX_SIZE]);

/* The machine (host/environment.h), with "browser" and "wasmograph". */
struct json *describe_environment(const struct session *session);

#endif
