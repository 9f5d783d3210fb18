/* `run --guest`: guests from elsewhere, added to the probe of one run.
 *
 * Ownership: the options borrow the command line's words. */
#ifndef WASMOGRAPH_CLI_FOREIGN_H
#define WASMOGRAPH_CLI_FOREIGN_H

#include "cli/cli.h"
#include "probe/manifest.h"

struct foreign_options {
	struct cli_texts guests;           /* "FILE" or "NAME=FILE" */
	const char *glue, *toolchain;      /* of all of them; NULL: none, and "wasm" */
};

/* The options' rows for a command's table. */
#define FOREIGN_OPTIONS(o) \
	{ "--guest", "[NAME=]FILE", "one guest more: a module from elsewhere; may be repeated", CLI_LIST, \
		&(o).guests, 0, 0 }, \
	{ "--toolchain", "NAME", "how --guest is started: wasm (default), gc, tinygo, js, …", CLI_TEXT, \
		&(o).toolchain, 0, 0 }, \
	{ "--glue", "FILE", "the glue script that --guest needs: its compiler's wasm_exec.js", CLI_TEXT, \
		&(o).glue, 0, 0 }

/* ERR_USAGE with a sentence for all that cannot be. */
int foreign_add(struct probe *probe, const char *data_root, const struct foreign_options *options,
	struct err *err);

#endif
