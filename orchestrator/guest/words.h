/* JSON lists and objects as the NULL-terminated arrays that exec wants.
 *
 * Ownership: the words copy their texts; words_free() frees all. */
#ifndef WASMOGRAPH_GUEST_WORDS_H
#define WASMOGRAPH_GUEST_WORDS_H

#include "base/json.h"

struct words;

struct words *words_of_list(const struct json *list);     /* argv */
struct words *words_of_object(const struct json *object); /* "KEY=VALUE" */
const char *const *words_array(const struct words *words);
void words_free(struct words *words);

#endif
