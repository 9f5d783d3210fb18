/* The guests that a set of arms needs: toolchains loaded, builds made or found, stored.
 *
 * A build that fails is a result: it is stored, and the arms that need it are told so; only what
 * cannot be tried at all (a missing compiler, no space) is an error.
 * Ownership: the set is the caller's. */
#ifndef WASMOGRAPH_RUN_GUESTS_H
#define WASMOGRAPH_RUN_GUESTS_H

#include <stddef.h>

#include "base/err.h"
#include "base/log.h"
#include "guest/build.h"
#include "guest/toolchain.h"
#include "probe/manifest.h"
#include "store/store.h"

struct guest_set {
	size_t count;                  /* = the probe's guests */
	struct toolchain **toolchains; /* by guest index; NULL when no arm needs it */
	struct guest_build *builds;    /* by guest index; id "" when no arm needs it */
};

/* `store` may be NULL (the `build` command without results): then nothing is kept. `kept_builds`: by guest index, the id
 * of a build that was measured before and is taken from the results, NULL to build the guest; NULL builds all. */
int guest_set_make(struct guest_set *set, const char *data_root, const struct probe *probe,
	const size_t *arms, size_t arm_count, const char *const *kept_builds, struct store *store, struct log *log,
	struct err *err);
void guest_set_release(struct guest_set *set);

/* Of an arm; NULL without a guest. */
const struct guest_build *guest_set_build(const struct guest_set *set,
	const struct probe_arm *arm);
const struct toolchain *guest_set_toolchain(const struct guest_set *set,
	const struct probe_arm *arm);

#endif
