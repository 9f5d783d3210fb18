/* What there is to know of a module before one of its functions is wrapped (guest/instrument.h), and whether it can
 * be. Pure.
 *
 * Ownership: borrows the module's bytes; wrap_site_release() frees the rest. */
#ifndef WASMOGRAPH_GUEST_WRAP_SITE_H
#define WASMOGRAPH_GUEST_WRAP_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "guest/anatomy.h"
#include "guest/instrument.h"

/* Parts of the name section: the core specification's appendix, and the extended-name-section proposal. */
enum wrap_names {
	WRAP_NAMES_FUNCTIONS = 1, WRAP_NAMES_LOCALS = 2, WRAP_NAMES_LABELS = 3, WRAP_NAMES_GLOBALS = 7
};

struct wrap_site {
	struct anatomy anatomy;
	const struct instrument *wanted;
	struct err *err;
	uint32_t imported_functions, imported_globals;
	uint32_t functions, globals;     /* that the module defines */
	uint32_t import, import_type;    /* the function that the wrapper calls */
	bool import_found;
	uint32_t import_results;
	uint32_t function, type;         /* the one to wrap, by index of all functions */
	uint32_t parameters;
	size_t body_start;               /* of its entry in the code section, where the size stands */
	struct cursor body, behind;      /* the entry without its size; the entries behind it */
};

/* ERR_INVALID, ERR_NOT_FOUND as instrument_module(). To be released in either case. */
int wrap_site_find(struct wrap_site *site, const void *bytes, size_t length,
	const struct instrument *wanted, struct err *err);
void wrap_site_release(struct wrap_site *site);

/* ERR_INVALID when the part read last, or one before, is broken. */
int wrap_site_check(struct wrap_site *site, const struct cursor *part);

/* Indices of what the wrapped module has more. */
uint32_t wrap_site_new_function(const struct wrap_site *site);
uint32_t wrap_site_new_global(const struct wrap_site *site);

#endif
