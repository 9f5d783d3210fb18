#include "trace/label.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "trace/value.h"

enum { URL_SIZE = 1024 };

static void copy(const struct trace_value *value, char *out, size_t size)
{
	out[0] = '\0';
	if (value->kind == TRACE_STRING || value->kind == TRACE_NUMBER)
		trace_text_copy(&value->text, out, size);
}

/* "https://host/a/b.js?c" → "b.js"; what has no path stays. */
static const char *file_of(char *url)
{
	url[strcspn(url, "?#")] = '\0';
	char *slash = strrchr(url, '/');
	return slash && slash[1] ? slash + 1 : url;
}

/* "onmessage (sink.js:3)", or as much of it as is known. */
static char *describe(const struct trace_value *data)
{
	char function[TRACE_LABEL_SIZE], url[URL_SIZE], line[16];
	struct trace_value name = trace_value_find(data, "functionName"), at = trace_value_find(data, "url"),
		number = trace_value_find(data, "lineNumber");
	copy(&name, function, sizeof function);
	copy(&at, url, sizeof url);
	copy(&number, line, sizeof line);
	const char *file = file_of(url);
	if (!file[0])
		return mem_strdup(function);
	return mem_format("%s%s(%s%s%s)", function, function[0] ? " " : "", file, line[0] ? ":" : "", line);
}

void trace_label(const struct trace_event *event, char out[TRACE_LABEL_SIZE])
{
	char name[TRACE_LABEL_SIZE];
	struct trace_value data = trace_value_find(&event->args, "data");
	trace_text_copy(&event->name, name, sizeof name);
	char *more = describe(&data), *text = mem_format("%s%s%s", name, more[0] ? " " : "", more);
	size_t length = strlen(text);
	if (length >= TRACE_LABEL_SIZE)
		length = utf8_whole_prefix(text, TRACE_LABEL_SIZE - 1);
	memcpy(out, text, length);
	out[length] = '\0';
	free(text);
	free(more);
}
