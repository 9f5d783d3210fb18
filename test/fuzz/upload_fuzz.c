/* The binary upload of a launch. */
#include "fuzz.h"

#include <math.h>

#include "probe/upload.h"

static void check_sample(const struct upload *upload, size_t i)
{
	FUZZ_PROMISE(isfinite(upload->due[i]) && upload->due[i] <= upload->drain_end_ms);
	FUZZ_PROMISE(i == 0 || upload->due[i] >= upload->due[i - 1]);
	FUZZ_PROMISE(!isinf(upload->sent[i]) && !isinf(upload->received[i]) && !isinf(upload->replied[i])
		&& !isinf(upload->returned[i]));
	FUZZ_PROMISE(isnan(upload->returned[i]) || upload->returned[i] >= upload->sent[i]);
	FUZZ_PROMISE(isnan(upload->replied[i]) || upload->replied[i] >= upload->received[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct upload upload;
	struct err err = { 0 };
	if (upload_parse(bytes, length, &upload, &err)) {
		FUZZ_PROMISE_ERROR(err);
		return 0;
	}
	FUZZ_PROMISE(upload.samples <= UPLOAD_SAMPLES_MAX && upload.cold <= upload.samples);
	FUZZ_PROMISE(isfinite(upload.sender_origin_ms) && isfinite(upload.target_origin_ms));
	FUZZ_PROMISE(upload.report && json_type(upload.report) == JSON_OBJECT);
	for (size_t i = 0; i < upload.samples; i++)
		check_sample(&upload, i);
	upload_release(&upload);
	return 0;
}
