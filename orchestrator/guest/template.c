#include "guest/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { FILLED_MAX = 1 << 16, LIST_MAX = 1 << 12 };

static int unknown(const char *text, const char *name, const struct json *values,
	struct err *err)
{
	struct buf list;
	buf_init(&list, LIST_MAX);
	for (const struct json *m = json_first(values); m; m = json_next(m))
		buf_append_format(&list, "%s{%s}", list.length ? ", " : "", json_key(m));
	int result = err_set(err, ERR_USAGE, "\"%s\" holds {%s}, which is no placeholder here; these are: %s",
		text, name, list.length ? list.data : "none");
	buf_release(&list);
	return result;
}

/* The length of the name in "{name}…", 0 when that is not what stands there. */
static size_t placeholder_length(const char *at)
{
	size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	return at[1 + length] == '}' ? length : 0;
}

static int append_value(struct buf *out, const char *text, char *name_taken,
	const struct json *values, struct err *err)
{
	const char *value = json_text(values, name_taken, NULL);
	int result = value ? 0 : unknown(text, name_taken, values, err);
	if (value && buf_append_text(out, value))
		result = err_set(err, ERR_TOO_LARGE, "\"%s\" grows too long when it is filled", text);
	free(name_taken);
	return result;
}

char *template_fill(const char *text, const struct json *values, struct err *err)
{
	struct buf out;
	buf_init(&out, FILLED_MAX);
	for (const char *at = text; *at; ) {
		size_t plain = strcspn(at, "{");
		size_t name = plain == 0 ? placeholder_length(at) : 0;
		int result;
		if (name) {
			result = append_value(&out, text, mem_strndup(at + 1, name), values, err);
			at += name + 2;
		} else {
			plain += plain == 0;
			result = buf_append(&out, at, plain)
				? err_set(err, ERR_TOO_LARGE, "\"%.60s…\" is too long", text) : 0;
			at += plain;
		}
		if (result) {
			buf_release(&out);
			return NULL;
		}
	}
	return buf_detach(&out);
}

struct json *template_fill_list(const struct json *texts, const struct json *values,
	struct err *err)
{
	struct json *list = json_new_array();
	for (const struct json *m = json_first(texts); m; m = json_next(m)) {
		char *filled = template_fill(json_as_text(m, ""), values, err);
		if (!filled) {
			json_free(list);
			return NULL;
		}
		json_append(list, json_new_text(filled));
		free(filled);
	}
	return list;
}

struct json *template_fill_object(const struct json *texts, const struct json *values,
	struct err *err)
{
	struct json *object = json_new_object();
	for (const struct json *m = json_first(texts); m; m = json_next(m)) {
		char *filled = template_fill(json_as_text(m, ""), values, err);
		if (!filled) {
			json_free(object);
			return NULL;
		}
		json_set_text(object, json_key(m), filled);
		free(filled);
	}
	return object;
}
