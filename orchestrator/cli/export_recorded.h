/* export of what was recorded of a run's launches, or of one:
 *
 *   --as trace         traces as the JSON that Chromium wrote, or that we make of what it wrote (trace/convert.h); DevTools and
 *                      the Perfetto UI open it
 *   --as perfetto      traces that were recorded in protobuf, as they came; the Perfetto UI opens them
 *   --as cpuprofile    captured profiles; DevTools (Performance, Load profile) opens them
 *   --as heapsnapshot  captured snapshots of the page's heap; DevTools (Memory, Load) opens them
 *
 * Each is a file RUN-LAUNCH-ARM with the form's extension in a folder; none that is there is replaced. What is stored is
 * compared with its SHA-256 first. */
#ifndef WASMOGRAPH_CLI_EXPORT_RECORDED_H
#define WASMOGRAPH_CLI_EXPORT_RECORDED_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/stored.h"

/* Whether a word of --as is one of the four. */
bool export_is_recorded(const char *format);

/* `format` is one of the four. `folder` is made if need be; NULL or "-" writes to standard output, which takes one file only.
 * ERR_USAGE (nothing to export, a name that is taken), ERR_INVALID (stored bytes that are not those that were recorded),
 * ERR_ENVIRONMENT, ERR_NO_SPACE, ERR_IO. Files before the failing one stay. */
int export_recorded(struct stored *stored, const struct cli_common *common, const char *folder, const char *format,
	struct err *err);

#endif
