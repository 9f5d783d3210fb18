/* How a cause is switched off in an arm, so that a block can hold a launch with it and one without. Pure.
 *
 * Ownership: values borrow static text. */
#ifndef WASMOGRAPH_RUN_WITHOUT_H
#define WASMOGRAPH_RUN_WITHOUT_H

#include "base/err.h"
#include "base/json.h"
#include "guest/toolchain.h"
#include "probe/manifest.h"

struct without {
	const char *cause;       /* without its thread: "guest-gc" */
	const char *key, *value; /* a setting of the arm; NULL: none */
	const char *flag;        /* a flag of the browser; NULL: none */
	const char *how;         /* "the guest's collector off (GOGC=off)" */
};

/* `cause` with or without a thread; `parameters` are the arm's, complete; `toolchain` NULL without a guest. ERR_USAGE, with
 * the reason, for what is no cause and for a cause that cannot be switched off in this arm. */
int without_find(const struct probe *probe, const struct probe_arm *arm, const struct toolchain *toolchain,
	const struct json *parameters, const char *cause, struct without *without, struct err *err);

/* Adds the arm NAME,without=CAUSE. The word after the comma is a name alone: page and guest are told of the setting that
 * it stands for. */
int without_add_arm(struct probe *probe, const char *name, const struct without *without, size_t *index,
	struct err *err);

#endif
