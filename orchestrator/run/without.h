/* How a cause is switched off in an arm, so that a block can hold a launch with it and one without. Pure.
 *
 * A probe says in its "without" by which of its parameters a cause goes; that comes first. Else there are the rules of
 * without.c, or a reason why not.
 * Ownership: struct without owns what it points to but cause and flag. */
#ifndef WASMOGRAPH_RUN_WITHOUT_H
#define WASMOGRAPH_RUN_WITHOUT_H

#include "base/err.h"
#include "base/json.h"
#include "guest/toolchain.h"
#include "probe/manifest.h"

struct without {
	const char *cause;       /* without its thread: "guest-gc" */
	char *key, *value;       /* a setting of the arm; NULL: none */
	const char *flag;        /* a flag of the browser; NULL: none */
	char *how;               /* "the guest's collector off (GOGC=off)" */
	struct json *options;    /* of the guest's build: other bytes from the same sources; NULL: the bytes that it has */
};

/* `cause` with or without a thread; `parameters` are the arm's, complete; `toolchain` NULL without a guest. ERR_USAGE, with
 * the reason, for what is no cause and for a cause that cannot be switched off in this arm. */
int without_find(const struct probe *probe, const struct probe_arm *arm, const struct toolchain *toolchain,
	const struct json *parameters, const char *cause, struct without *without, struct err *err);

void without_release(struct without *without);

/* Adds the arm NAME,without=CAUSE. The word after the comma is a name alone: page and guest are told of the setting that
 * it stands for. With options it gets a guest of its own, which is added to the probe. */
int without_add_arm(struct probe *probe, const char *name, const struct without *without, size_t *index,
	struct err *err);

#endif
