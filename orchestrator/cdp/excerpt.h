/* One member of a reply's result as the browser wrote it, without building its JSON: what is kept and not read, such
 * as a profile.
 *
 * {"id":N,"result":{"NAME":VALUE…
 * Pure; any thread. */
#ifndef WASMOGRAPH_CDP_EXCERPT_H
#define WASMOGRAPH_CDP_EXCERPT_H

#include <stddef.h>

#include "base/err.h"

struct cdp_excerpt {
	const char *text; /* an object, within the reply */
	size_t length;
};

/* The first member of the result must be an object of this name. −1: ERR_INVALID for anything but such a reply. */
int cdp_excerpt_read(const char *text, size_t length, const char *name, struct cdp_excerpt *excerpt, struct err *err);

#endif
