/* Reads the members of a JSON document with rules, so that every rule broken is one
 * sentence naming the file, the place in it and what would be right. Used for probe.json and
 * for toolchains.
 *
 * A place is "" for the document itself, else like "arms[2]". All functions return 0, or −1
 * with ERR_USAGE. Ownership: texts given out are the caller's; struct json ones are borrowed. */
#ifndef WASMOGRAPH_PROBE_RULES_H
#define WASMOGRAPH_PROBE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"

struct rules {
	const char *file;        /* borrowed; starts every sentence */
	const struct json *object;
	const char *place;       /* borrowed */
	struct err *err;
};

/* "FILE: PLACE.KEY TEXT"; `key` may be NULL for the object itself. Returns −1. */
int rules_bad(const struct rules *rules, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The object is an object, and has no key beyond `keys` (NULL-terminated): a typing error must not
 * silently become a default. */
int rules_known(const struct rules *rules, const char *const *keys);

/* A string that is not empty; `fallback` (copied) when the key is absent, and with a NULL
 * fallback the key is required. */
int rules_text(const struct rules *rules, const char *key, const char *fallback, char **out);

/* As rules_text, may be absent: then *out is NULL. */
int rules_text_optional(const struct rules *rules, const char *key, char **out);

/* A name: letters, digits, '_', '-' and '.', beginning with a letter. */
int rules_name(const struct rules *rules, const char *key, char **out);

/* A finite number, required. */
int rules_number(const struct rules *rules, const char *key, double *out);
/* A number > 0; `fallback` when absent, required when the fallback is 0. */
int rules_positive(const struct rules *rules, const char *key, double fallback, double *out);
int rules_bool(const struct rules *rules, const char *key, bool fallback, bool *out);

/* One of `choices` (NULL-terminated): its index; `fallback` when absent, required if −1. */
int rules_choice(const struct rules *rules, const char *key, const char *const *choices,
	int fallback, int *out);

/* An array or object; *out is NULL when absent. */
int rules_array(const struct rules *rules, const char *key, const struct json **out);
int rules_object(const struct rules *rules, const char *key, const struct json **out);

/* An array of strings that are not empty; absent is fine. *out borrowed or NULL. */
int rules_words(const struct rules *rules, const char *key, const struct json **out);

bool rules_is_name(const char *text);

#endif
