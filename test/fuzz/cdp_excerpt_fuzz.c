/* Excerpts of replies, against the JSON reader: what is taken out is the object of that name. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cdp/excerpt.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *text = (const char *)bytes;
	struct cdp_excerpt excerpt;
	struct err err = { 0 };
	if (cdp_excerpt_read(text, length, "profile", &excerpt, &err)) {
		FUZZ_PROMISE_ERROR(err);
		return 0;
	}
	FUZZ_PROMISE(excerpt.length >= 2 && excerpt.text + excerpt.length < text + length);
	struct json *whole = json_parse(text, length, SIZE_MAX, "the reply", &err);
	struct json *part = json_parse(excerpt.text, excerpt.length, SIZE_MAX, "the excerpt", &err);
	FUZZ_PROMISE(whole && part);
	char *expected = json_print(json_get(json_get(whole, "result"), "profile"), false), *got = json_print(part, false);
	FUZZ_PROMISE(strcmp(expected, got) == 0);
	free(expected);
	free(got);
	json_free(whole);
	json_free(part);
	return 0;
}
