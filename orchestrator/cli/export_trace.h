/* export --as trace: the traces of a run, or of one launch, as the JSON that Chromium wrote, or that we make of what it
 * wrote (trace/convert.h); DevTools and the Perfetto UI open it. export --as perfetto: those recorded in protobuf, as they
 * came; the Perfetto UI opens them.
 *
 * Each is a file RUN-LAUNCH-ARM.json or .pftrace in a folder; none that is there is replaced. What is stored is compared with its
 * SHA-256 first. */
#ifndef WASMOGRAPH_CLI_EXPORT_TRACE_H
#define WASMOGRAPH_CLI_EXPORT_TRACE_H

#include "cli/cli.h"
#include "cli/stored.h"

/* `as_recorded`: --as perfetto. `folder` is made if need be; NULL or "-" writes to standard output, which takes one trace only. ERR_USAGE (nothing to
 * export, a name that is taken), ERR_INVALID (stored bytes that are not those that were recorded), ERR_ENVIRONMENT,
 * ERR_NO_SPACE, ERR_IO. Traces before the failing one stay. */
int export_traces(struct stored *stored, const struct cli_common *common, const char *folder, bool as_recorded,
	struct err *err);

#endif
