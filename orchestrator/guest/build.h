/* Builds a guest into the cache, or finds it there.
 *
 * The cache is one folder shared by all results (default ROOT/build/guests for a source tree, else
 * ${XDG_CACHE_HOME:-~/.cache}/wasmograph/guests), one subfolder per hash of all inputs: sources, toolchain file, command,
 * environment, options, versions and glue. A build is made in a temporary folder and renamed, so an
 * interrupted one leaves nothing that counts. A failed build is a result too, and is cached, unless a signal
 * or the deadline ended it. A full disk is no result.
 * Ownership: struct guest_build owns its strings. */
#ifndef WASMOGRAPH_GUEST_BUILD_H
#define WASMOGRAPH_GUEST_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "guest/toolchain.h"

struct guest_source {
	const char *data_root;
	const char *cache;       /* NULL = the default */
	const char *name;        /* guest's name */
	const char *folder;      /* absolute: a source folder or file */
	const struct json *options; /* may be NULL */
};

struct guest_build {
	char id[65];             /* SHA-256 of the output's bytes; of the inputs when it failed */
	char inputs[65];         /* the cache key */
	char *name;
	char *toolchain;
	char *start;
	char *folder;            /* in the cache */
	char *output;            /* absolute path of the wasm or js; NULL when the build failed */
	char *compiled;          /* the compiler's own output where `output` was instrumented, else NULL */
	char *glue;              /* absolute path in the cache, or NULL */
	bool failed;
	bool cached;             /* not built now */
	struct json *record;     /* build.json, docs/PROBES.md: {"schema","id","inputs","guest","toolchain","start",
	                            "command","environment","options","versions","files","exit_status"|null,"signal",
	                            "timed_out","stderr","duration_ms","output"|null,"glue"|null (file names),"sha256"|null,
	                            "glue_sha256"|null,"bytes":{"raw","gzip","brotli"}|null,
	                            "wasm":{…guest/wasm.h}|null,"wasm_error"?,"instrument":{…}|null,
	                            "compiled":{"output","sha256","bytes"}|null,"instrument_warning"?} */
};

/* 0 also when the build failed (build->failed, record.stderr says why); −1 when it could not be tried:
 * a missing program (ERR_ENVIRONMENT, naming the package), no space, interrupted. */
int guest_build(const struct toolchain *toolchain, const struct guest_source *source,
	struct guest_build *build, struct err *err);
void guest_build_release(struct guest_build *build);

/* Copies output, compiler's own output, glue and build.json of a build to RESULTS/builds/<id>/ (once; a second glue for the same output
 * is put beside the first). */
int guest_build_keep(const struct guest_build *build, const char *results, struct err *err);

#endif
