#include "probe/rules.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { LIST_MAX = 4096 };

int rules_bad(const struct rules *rules, const char *key, const char *format, ...)
{
	va_list arguments;
	char text[ERR_TEXT_SIZE];
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	const char *dot = *rules->place && key ? "." : "";
	return err_set(rules->err, ERR_USAGE, "%s: %s%s%s%s%s", rules->file, rules->place,
		dot, key ? key : "", *rules->place || key ? " " : "", text);
}

static bool is_in(const char *key, const char *const *keys)
{
	for (; *keys; keys++) {
		if (strcmp(key, *keys) == 0)
			return true;
	}
	return false;
}

/* "a, b, c"; the caller frees. */
static char *joined(const char *const *words)
{
	struct buf list;
	buf_init(&list, LIST_MAX);
	for (size_t i = 0; words[i]; i++)
		buf_append_format(&list, "%s%s", i ? ", " : "", words[i]);
	return buf_detach(&list);
}

int rules_known(const struct rules *rules, const char *const *keys)
{
	if (!rules->object || json_type(rules->object) != JSON_OBJECT)
		return rules_bad(rules, NULL, "must be an object");
	for (struct json *m = json_first(rules->object); m; m = json_next(m)) {
		if (is_in(json_key(m), keys))
			continue;
		char *known = joined(keys);
		int result = rules_bad(rules, json_key(m), "is not known here: the keys are %s", known);
		free(known);
		return result;
	}
	return 0;
}

int rules_text_optional(const struct rules *rules, const char *key, char **out)
{
	const struct json *value = json_get(rules->object, key);
	*out = NULL;
	if (!value)
		return 0;
	const char *text = json_as_text(value, NULL);
	if (!text || !*text)
		return rules_bad(rules, key, "must be a text that is not empty");
	*out = mem_strdup(text);
	return 0;
}

int rules_text(const struct rules *rules, const char *key, const char *fallback, char **out)
{
	if (rules_text_optional(rules, key, out))
		return -1;
	if (!*out && !fallback)
		return rules_bad(rules, key, "is missing: it must be a text");
	if (!*out)
		*out = mem_strdup(fallback);
	return 0;
}

bool rules_is_name(const char *text)
{
	if (!isalpha((unsigned char)*text))
		return false;
	for (; *text; text++) {
		if (!isalnum((unsigned char)*text) && !strchr("_-.", *text))
			return false;
	}
	return true;
}

int rules_name(const struct rules *rules, const char *key, char **out)
{
	if (rules_text(rules, key, NULL, out))
		return -1;
	if (rules_is_name(*out))
		return 0;
	return rules_bad(rules, key, "is \"%s\": a name begins with a letter and holds "
		"letters, digits, '_', '-' and '.' only", *out);
}

int rules_number(const struct rules *rules, const char *key, double *out)
{
	const struct json *value = json_get(rules->object, key);
	if (!value || json_type(value) != JSON_NUMBER)
		return rules_bad(rules, key, value ? "must be a number" : "is missing: it must be a number");
	*out = json_as_number(value, 0);
	return 0;
}

int rules_positive(const struct rules *rules, const char *key, double fallback, double *out)
{
	*out = fallback;
	if (!json_get(rules->object, key) && fallback > 0)
		return 0;
	if (rules_number(rules, key, out))
		return -1;
	return *out > 0 ? 0 : rules_bad(rules, key, "must be greater than 0");
}

int rules_bool(const struct rules *rules, const char *key, bool fallback, bool *out)
{
	const struct json *value = json_get(rules->object, key);
	*out = json_as_bool(value, fallback);
	if (!value || json_type(value) == JSON_BOOL)
		return 0;
	return rules_bad(rules, key, "must be true or false");
}

int rules_choice(const struct rules *rules, const char *key, const char *const *choices,
	int fallback, int *out)
{
	const struct json *value = json_get(rules->object, key);
	const char *text = json_as_text(value, "");
	*out = fallback;
	if (!value && fallback >= 0)
		return 0;
	for (int i = 0; choices[i]; i++) {
		*out = i;
		if (strcmp(text, choices[i]) == 0)
			return 0;
	}
	char *list = joined(choices);
	int result = rules_bad(rules, key, "%s: it must be one of %s",
		value ? "is something else" : "is missing", list);
	free(list);
	return result;
}

static int typed(const struct rules *rules, const char *key, enum json_type type,
	const char *should, const struct json **out)
{
	*out = json_get(rules->object, key);
	if (!*out || json_type(*out) == type)
		return 0;
	return rules_bad(rules, key, "must be %s", should);
}

int rules_array(const struct rules *rules, const char *key, const struct json **out)
{
	return typed(rules, key, JSON_ARRAY, "a list", out);
}

int rules_object(const struct rules *rules, const char *key, const struct json **out)
{
	return typed(rules, key, JSON_OBJECT, "an object", out);
}

int rules_words(const struct rules *rules, const char *key, const struct json **out)
{
	if (typed(rules, key, JSON_ARRAY, "a list of texts", out))
		return -1;
	for (struct json *m = json_first(*out); m; m = json_next(m)) {
		if (*json_as_text(m, "") == '\0')
			return rules_bad(rules, key, "must be a list of texts that are not empty");
	}
	return 0;
}
