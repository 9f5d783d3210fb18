/* Texts with placeholders, "{goroot}/misc/wasm/wasm_exec.js", filled from an object of names and texts. A
 * brace that does not enclose a name stands for itself. Pure.
 *
 * Ownership: results are the caller's. */
#ifndef WASMOGRAPH_GUEST_TEMPLATE_H
#define WASMOGRAPH_GUEST_TEMPLATE_H

#include "base/err.h"
#include "base/json.h"

/* NULL with ERR_USAGE when a placeholder is not in `values`, which the text lists. */
char *template_fill(const char *text, const struct json *values, struct err *err);

/* A list of texts, each filled. */
struct json *template_fill_list(const struct json *texts, const struct json *values,
	struct err *err);

/* An object of texts, each filled. */
struct json *template_fill_object(const struct json *texts, const struct json *values,
	struct err *err);

#endif
