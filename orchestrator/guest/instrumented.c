#include "guest/instrumented.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "guest/instrument.h"
#include "guest/record.h"

enum { OUTPUT_CEILING = 1 << 30 };

static bool is_among(const char *text, const struct json *list)
{
	for (const struct json *m = json_first(list); m; m = json_next(m)) {
		if (strcmp(json_as_text(m, ""), text) == 0)
			return true;
	}
	return false;
}

/* Is the function to be expected with these options? */
static bool is_wanted(const struct recipe *recipe, const struct json *request)
{
	const struct json *when = json_get(request, "when");
	for (const struct json *m = json_first(when); m; m = json_next(m)) {
		if (!is_among(json_text(recipe->options, json_key(m), ""), m))
			return false;
	}
	return request != NULL;
}

static struct json *facts_json(const struct instrument *instrument, const struct instrument_facts *facts)
{
	struct json *object = json_new_object();
	json_set_text(object, "function", instrument->function);
	json_set_number(object, "index", facts->function);
	json_set_number(object, "moved_to", facts->moved_to);
	json_set_text(object, "export", INSTRUMENT_PHASE);
	return object;
}

/* The compiler's own output moves aside, the new module takes its name. */
static int replace(const char *output, const struct buf *module, struct json *record, struct err *err)
{
	const char *name = strrchr(output, '/') + 1;
	char *aside = mem_format("%.*scompiled-%s", (int)(name - output), output, name);
	int result = rename(output, aside)
		? err_set_errno(err, ERR_IO, errno, "cannot rename %s", output)
		: record_set_compiled(record, aside, err)
			|| fs_write_atomic(output, module->data, module->length, 0644, err) ? -1 : 0;
	free(aside);
	return result;
}

static void warn(struct json *record, const struct json *request, const struct err *problem)
{
	const char *hint = json_text(request, "hint", NULL);
	char *text = mem_format("the module is not instrumented: %s%s%s", problem->text, hint ? "; " : "",
		hint ? hint : "");
	json_set_text(record, "instrument_warning", text);
	free(text);
}

static int apply(const struct json *request, const struct buf *bytes, const char *output,
	struct json *record, struct err *err)
{
	const struct json *import = json_get(request, "import");
	const struct instrument instrument = { .function = json_text(request, "function", ""),
		.callers = json_get(request, "callers"), .import_module = json_text(import, "module", ""),
		.import_name = json_text(import, "name", "") };
	struct instrument_facts facts;
	struct err problem = { 0 };
	struct buf module;
	int result = 0;
	if (instrument_module(bytes->data, bytes->length, &instrument, &module, &facts, &problem)) {
		warn(record, request, &problem);
	} else {
		json_set(record, "instrument", facts_json(&instrument, &facts));
		result = replace(output, &module, record, err);
	}
	buf_release(&module);
	return result;
}

int instrumented_make(const struct recipe *recipe, const char *output, struct json *record,
	struct err *err)
{
	const struct json *request = json_get(recipe->toolchain->root, "instrument");
	struct buf bytes;
	if (!is_wanted(recipe, request))
		return 0;
	int result = fs_read(output, OUTPUT_CEILING, &bytes, err)
		|| apply(request, &bytes, output, record, err) ? -1 : 0;
	buf_release(&bytes);
	return result;
}
