#include "probe/upload.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { HEADER_BYTES = 48, VERSION = 1, COLUMNS = 5 };

static uint32_t read_u32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16
	     | (uint32_t)bytes[3] << 24;
}

static double read_f64(const uint8_t *bytes)
{
	uint64_t bits = (uint64_t)read_u32(bytes) | (uint64_t)read_u32(bytes + 4) << 32;
	double value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

static int bad(struct err *err, const char *what)
{
	return err_set(err, ERR_INVALID, "The page's upload is broken: %s.", what);
}

/* Bytes of JSON with the zeros that follow it. */
static size_t padded(size_t length)
{
	return (length + 7) / 8 * 8;
}

static int check_counts(const struct upload *upload, size_t columns, size_t json_bytes,
	size_t length, struct err *err)
{
	if (columns != COLUMNS)
		return bad(err, "it does not hold 5 columns");
	if (upload->samples > UPLOAD_SAMPLES_MAX)
		return err_set(err, ERR_TOO_LARGE, "The page's upload holds %zu samples; at most %d are "
			"taken.", upload->samples, UPLOAD_SAMPLES_MAX);
	if (json_bytes > UPLOAD_JSON_MAX)
		return err_set(err, ERR_TOO_LARGE, "The page's upload holds %zu bytes of JSON; at most "
			"%d are taken.", json_bytes, UPLOAD_JSON_MAX);
	if (upload->cold > upload->samples)
		return bad(err, "more samples are cold than there are");
	size_t wanted = HEADER_BYTES + padded(json_bytes) + COLUMNS * sizeof(double) * upload->samples;
	if (length != wanted)
		return err_set(err, ERR_INVALID, "The page's upload is %s: %zu bytes where its header "
			"announces %zu.", length < wanted ? "short" : "too long", length, wanted);
	return 0;
}

static int check_clocks(const struct upload *upload, struct err *err)
{
	if (!isfinite(upload->sender_origin_ms) || !isfinite(upload->target_origin_ms)
	    || !isfinite(upload->drain_end_ms))
		return bad(err, "a time in its header is not finite");
	return 0;
}

static int read_header(const uint8_t *bytes, size_t length, struct upload *upload,
	size_t *json_bytes, struct err *err)
{
	if (length < HEADER_BYTES || memcmp(bytes, "WGUP", 4) != 0)
		return bad(err, "it does not begin with a header of \"WGUP\"");
	if (read_u32(bytes + 4) != VERSION)
		return err_set(err, ERR_INVALID, "The page's upload is of version %u; this wasmograph "
			"reads version %d.", read_u32(bytes + 4), VERSION);
	upload->samples = read_u32(bytes + 8);
	upload->cold = read_u32(bytes + 12);
	*json_bytes = read_u32(bytes + 20);
	upload->sender_origin_ms = read_f64(bytes + 24);
	upload->target_origin_ms = read_f64(bytes + 32);
	upload->drain_end_ms = read_f64(bytes + 40);
	if (check_counts(upload, read_u32(bytes + 16), *json_bytes, length, err))
		return -1;
	return check_clocks(upload, err);
}

static int read_report(const uint8_t *bytes, size_t json_bytes, struct upload *upload,
	struct err *err)
{
	upload->report = json_parse((const char *)bytes, json_bytes, UPLOAD_JSON_MAX,
		"the upload's JSON", err);
	if (!upload->report)
		return -1;
	if (json_type(upload->report) != JSON_OBJECT)
		return bad(err, "its JSON is no object");
	for (size_t i = json_bytes; i < padded(json_bytes); i++) {
		if (bytes[i] != 0)
			return bad(err, "its JSON is not followed by zeros");
	}
	return 0;
}

static void read_columns(const uint8_t *bytes, struct upload *upload)
{
	size_t samples = upload->samples;
	upload->due = mem_alloc_zero(COLUMNS * samples + 1, sizeof(double));
	upload->sent = upload->due + samples;
	upload->received = upload->due + 2 * samples;
	upload->replied = upload->due + 3 * samples;
	upload->returned = upload->due + 4 * samples;
	for (size_t i = 0; i < COLUMNS * samples; i++)
		upload->due[i] = read_f64(bytes + i * sizeof(double));
}

/* `late` never lies before `early`, and is not there without it. NaN compares false. */
static bool in_order(double early, double late)
{
	return isnan(late) || late >= early;
}

static const char *sample_fault(const struct upload *upload, size_t i)
{
	if (!isfinite(upload->due[i]))
		return "has no due time";
	if (i > 0 && upload->due[i] < upload->due[i - 1])
		return "is due before the one before it";
	if (isinf(upload->sent[i]) || isinf(upload->received[i]) || isinf(upload->replied[i])
	    || isinf(upload->returned[i]))
		return "has an infinite time";
	if (!in_order(upload->sent[i], upload->returned[i]))
		return "returned before it was sent";
	if (!in_order(upload->received[i], upload->replied[i]))
		return "was replied to before it was received";
	if (!in_order(upload->due[i], upload->drain_end_ms))
		return "is due after the end of the drain";
	return NULL;
}

static int check_samples(const struct upload *upload, struct err *err)
{
	for (size_t i = 0; i < upload->samples; i++) {
		const char *fault = sample_fault(upload, i);
		if (fault)
			return err_set(err, ERR_INVALID, "The page's upload is broken: sample %zu %s.", i,
				fault);
	}
	return 0;
}

int upload_parse(const void *bytes, size_t length, struct upload *upload, struct err *err)
{
	const uint8_t *at = bytes;
	size_t json_bytes = 0;
	*upload = (struct upload){ 0 };
	int result = read_header(at, length, upload, &json_bytes, err);
	if (!result)
		result = read_report(at + HEADER_BYTES, json_bytes, upload, err);
	if (!result) {
		read_columns(at + HEADER_BYTES + padded(json_bytes), upload);
		result = check_samples(upload, err);
	}
	if (result)
		upload_release(upload);
	return result;
}

void upload_release(struct upload *upload)
{
	free(upload->due);
	json_free(upload->report);
	*upload = (struct upload){ 0 };
}
