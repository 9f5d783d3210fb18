/* Messages of the DevTools protocol. */
#include "fuzz.h"

#include <string.h>

#include "cdp/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct cdp_message message;
	struct err err = { 0 };
	if (cdp_message_parse((const char *)bytes, length, &message, &err)) {
		FUZZ_PROMISE_ERROR(err);
		return 0;
	}
	FUZZ_PROMISE(message.root && message.session);
	switch (message.kind) {
	case CDP_REPLY:
		FUZZ_PROMISE(message.id >= 1 && message.result && json_type(message.result) == JSON_OBJECT);
		break;
	case CDP_ERROR_REPLY:
		FUZZ_PROMISE(message.id >= 1 && message.error_text && message.error_data);
		break;
	case CDP_EVENT:
		FUZZ_PROMISE(message.method && message.method[0]);
		break;
	}
	/* What was parsed prints as JSON that parses again. */
	char *text = json_print(message.root, false);
	struct json *again = json_parse(text, strlen(text), SIZE_MAX, "what was printed", &err);
	FUZZ_PROMISE(again);
	json_free(again);
	free(text);
	cdp_message_release(&message);
	return 0;
}
