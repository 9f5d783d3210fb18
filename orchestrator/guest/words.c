#include "guest/words.h"

#include <stdlib.h>

#include "base/mem.h"

struct words {
	char **texts;
};

static struct words *words_new(const struct json *source)
{
	struct words *words = mem_alloc_zero(1, sizeof(*words));
	words->texts = mem_alloc_zero(json_length(source) + 1, sizeof(*words->texts));
	return words;
}

struct words *words_of_list(const struct json *list)
{
	struct words *words = words_new(list);
	size_t count = 0;
	for (const struct json *m = json_first(list); m; m = json_next(m))
		words->texts[count++] = mem_strdup(json_as_text(m, ""));
	return words;
}

struct words *words_of_object(const struct json *object)
{
	struct words *words = words_new(object);
	size_t count = 0;
	for (const struct json *m = json_first(object); m; m = json_next(m))
		words->texts[count++] = mem_format("%s=%s", json_key(m), json_as_text(m, ""));
	return words;
}

const char *const *words_array(const struct words *words)
{
	return (const char *const *)words->texts;
}

void words_free(struct words *words)
{
	if (!words)
		return;
	for (char **text = words->texts; *text; text++)
		free(*text);
	free(words->texts);
	free(words);
}
