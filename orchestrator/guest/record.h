/* build.json: what is known of one build (docs/PROBES.md).
 *
 * Ownership: records are the caller's. */
#ifndef WASMOGRAPH_GUEST_RECORD_H
#define WASMOGRAPH_GUEST_RECORD_H

#include "base/err.h"
#include "base/json.h"
#include "guest/recipe.h"
#include "host/command.h"

/* Everything that is known before the command runs. */
struct json *record_new(const struct recipe *recipe, const char *guest, const char *inputs,
	struct err *err);

/* How the command ended; NULL when there was none. `timed_out`: its deadline passed. */
void record_set_end(struct json *record, const struct command *command, bool timed_out);

/* The output's bytes: hash (which becomes the id), sizes, structure. ERR_TOO_LARGE beyond 1 GiB. */
int record_set_output(struct json *record, const char *path, struct err *err);

/* The compiler's own output, where what runs was made from it: file name, hash, sizes. */
int record_set_compiled(struct json *record, const char *path, struct err *err);

/* Where "output", "sha256" and "bytes" of the compiler's own output stand, which is what a program's author would
 * ship: in "compiled", or in the record itself. Borrowed. */
const struct json *record_shipped(const struct json *record);

#endif
