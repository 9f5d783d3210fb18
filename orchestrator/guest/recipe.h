/* What a toolchain does for one guest on this machine: programs found, variables and versions asked, options
 * chosen. Everything in it that can change the result is in recipe_key(), in a form without the places
 * of cache and source, so that these may move.
 *
 * Runs programs; for the one thread of the program. Ownership: the recipe owns its members. */
#ifndef WASMOGRAPH_GUEST_RECIPE_H
#define WASMOGRAPH_GUEST_RECIPE_H

#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "guest/toolchain.h"

struct recipe {
	const struct toolchain *toolchain; /* borrowed */
	struct json *values;     /* placeholders: programs, files, variables, cache, cache_home, root */
	struct json *names;      /* programs and files as the toolchain writes them (guest/needs.h) */
	struct json *files;      /* [{"name":"libc","path":"…","sha256":"…"}] */
	struct json *options;    /* chosen: name → value, defaults included */
	struct json *versions;   /* [{"command":"go version","says":"go version go1.22.12 linux/amd64"}] */
	char *glue;              /* absolute path, or NULL */
	char glue_sha256[HASH_HEX_SIZE]; /* "" without glue */
};

/* `cache` and `data_root` fill {cache} (a folder of the toolchain's own in the cache) and {root}. ERR_ENVIRONMENT when a program, a
 * file or the glue is missing or a program does not answer, naming the package; ERR_USAGE for unknown options. */
int recipe_make(const struct toolchain *toolchain, const char *data_root, const char *cache,
	const struct json *options, struct recipe *recipe, struct err *err);
void recipe_release(struct recipe *recipe);

/* The command with options, as a list of texts, NULL when the source is the guest (check the toolchain's "command"
 * first). With NULL places {source}, {output}, {cache}, {cache_home} and {root} stay as they are: that is the form of the
 * key and the record. */
struct recipe_places {
	const char *source, *output;
};
struct json *recipe_command(const struct recipe *recipe, const struct recipe_places *places,
	struct err *err);
/* The same for any other list of the toolchain's, one of its reports for example. */
struct json *recipe_words(const struct recipe *recipe, const struct json *words,
	const struct recipe_places *places, struct err *err);
/* The same for the environment: an object. */
struct json *recipe_environment(const struct recipe *recipe, const struct recipe_places *places,
	struct err *err);

/* Adds all that the result depends on, but for the sources. */
int recipe_key(const struct recipe *recipe, struct hash_stream *stream, struct err *err);

#endif
