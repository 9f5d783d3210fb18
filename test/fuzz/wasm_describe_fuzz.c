/* The structure of a WebAssembly binary. */
#include "fuzz.h"

#include "guest/wasm.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct err err = { 0 };
	struct json *description = wasm_describe(bytes, length, &err);
	if (!description) {
		FUZZ_PROMISE_ERROR(err);
		return 0;
	}
	double contents = 0;
	for (const struct json *section = json_first(json_get(description, "sections")); section; section = json_next(section))
		contents += json_number(section, "bytes", -1e18);
	FUZZ_PROMISE(contents >= 0 && contents <= (double)length);
	json_free(description);
	return 0;
}
