/* Does to a built module what its toolchain's "instrument" asks for (guest/instrument.h), and keeps the compiler's own
 * output beside it.
 *
 * "instrument": {"function","callers":[…],"import":{"module","name"},"when":{"OPTION":[values]},"hint"}: see
 * docs/PROBES.md. A module that cannot be instrumented is used as it is, and the record says why: what it can do is not
 * less for it. */
#ifndef WASMOGRAPH_GUEST_INSTRUMENTED_H
#define WASMOGRAPH_GUEST_INSTRUMENTED_H

#include "base/err.h"
#include "base/json.h"
#include "guest/recipe.h"

/* `output` is the path of the file just built. Fills "instrument", "compiled" and "instrument_warning" of the
 * record. */
int instrumented_make(const struct recipe *recipe, const char *output, struct json *record,
	struct err *err);

#endif
