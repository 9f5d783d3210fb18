/* What a toolchain is asked about each of its builds: the commands of its "reports", run behind the compiler, whether that
 * succeeded or not, in the copy of the sources and with the compiler's environment. A command may hold "{options}".
 *
 * Runs programs; for the one thread of the program. Ownership: results are the caller's. */
#ifndef WASMOGRAPH_GUEST_REPORTS_H
#define WASMOGRAPH_GUEST_REPORTS_H

#include "base/err.h"
#include "base/json.h"
#include "guest/recipe.h"
#include "guest/words.h"

struct reports_place {
	const struct recipe_places *places;
	const struct words *environment;
	const char *folder;
};

/* {"NAME": {"exit_status", "says", "stderr"}}: a report that failed is one. exit_status is null when a signal or the
 * toolchain's deadline ended it. NULL: ERR_USAGE, ERR_INTERRUPTED, ERR_IO, ERR_NOT_FOUND. */
struct json *reports_run(const struct recipe *recipe, const struct reports_place *place,
	struct err *err);

#endif
