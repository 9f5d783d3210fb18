#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "probe/upload.h"

enum { HEADER = 48, SAMPLES = 3, COLUMNS = 5, SPACE = 4096 };

/* What a test may change before the bytes are written. */
struct draft {
	const char *magic;
	uint32_t version, samples, cold, columns;
	double sender_origin, target_origin, drain_end;
	const char *json;
	double values[COLUMNS][SAMPLES];
};

static struct draft good(void)
{
	return (struct draft){ .magic = "WGUP", .version = 1, .samples = SAMPLES, .cold = 1,
		.columns = COLUMNS, .sender_origin = 1.7e12, .target_origin = 1.7e12 + 0.5, .drain_end = 900,
		.json = "{\"a\":[1,2]}",
		.values = { { 100, 105.5, 105.5 }, { 100.1, 105.6, NAN }, { 99, 105, NAN },
			{ 99.5, NAN, NAN }, { 101, 106, NAN } } };
}

static void put_u32(uint8_t *at, uint32_t word)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(word >> 8 * i);
}

static void put_f64(uint8_t *at, double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	put_u32(at, (uint32_t)bits);
	put_u32(at + 4, (uint32_t)(bits >> 32));
}

/* Bytes written to out[]; all SAMPLES are, whatever the header says. */
static size_t write_draft(const struct draft *draft, uint8_t out[SPACE])
{
	size_t json = strlen(draft->json), at = HEADER + (json + 7) / 8 * 8;
	memset(out, 0, SPACE);
	memcpy(out, draft->magic, 4);
	put_u32(out + 4, draft->version);
	put_u32(out + 8, draft->samples);
	put_u32(out + 12, draft->cold);
	put_u32(out + 16, draft->columns);
	put_u32(out + 20, (uint32_t)json);
	put_f64(out + 24, draft->sender_origin);
	put_f64(out + 32, draft->target_origin);
	put_f64(out + 40, draft->drain_end);
	memcpy(out + HEADER, draft->json, json);
	for (int c = 0; c < COLUMNS; c++) {
		for (int s = 0; s < SAMPLES; s++, at += 8)
			put_f64(out + at, draft->values[c][s]);
	}
	return at;
}

/* From a block of exactly that size, so that a read beyond it is found. */
static int parse(const uint8_t *bytes, size_t length, struct upload *upload, struct err *err)
{
	uint8_t *copy = malloc(length ? length : 1);
	memcpy(copy, bytes, length);
	int result = upload_parse(copy, length, upload, err);
	free(copy);
	return result;
}

static void test_good(void **state)
{
	uint8_t bytes[SPACE];
	struct draft draft = good();
	struct upload upload;
	struct err err = { 0 };
	(void)state;
	if (parse(bytes, write_draft(&draft, bytes), &upload, &err))
		fail_msg("%s", err.text);
	assert_int_equal(upload.samples, SAMPLES);
	assert_int_equal(upload.cold, 1);
	assert_true(upload.sender_origin_ms == 1.7e12 && upload.target_origin_ms == 1.7e12 + 0.5);
	assert_true(upload.drain_end_ms == 900);
	assert_true(upload.due[0] == 100 && upload.due[2] == 105.5);
	assert_true(upload.sent[1] == 105.6 && isnan(upload.sent[2]));
	assert_true(upload.received[0] == 99 && upload.received[1] == 105);
	assert_true(upload.replied[0] == 99.5 && isnan(upload.replied[1]));
	assert_true(upload.returned[1] == 106 && isnan(upload.returned[2]));
	assert_true(json_as_number(json_at(json_get(upload.report, "a"), 1), 0) == 2);
	upload_release(&upload);
	assert_null(upload.due);
}

static void test_no_samples(void **state)
{
	uint8_t bytes[SPACE];
	struct draft draft = good();
	struct upload upload;
	struct err err = { 0 };
	(void)state;
	draft.samples = draft.cold = 0;
	draft.json = "{}      "; /* eight bytes: no padding */
	write_draft(&draft, bytes);
	assert_int_equal(parse(bytes, HEADER + 8, &upload, &err), 0);
	assert_int_equal(upload.samples, 0);
	upload_release(&upload);
}

struct row {
	const char *what;
	void (*change)(struct draft *draft);
	const char *says;
};

#define CHANGE(name, statement) \
	static void name(struct draft *d) { statement; }
CHANGE(bad_magic, d->magic = "WGUQ")
CHANGE(new_version, d->version = 2)
CHANGE(more_samples, d->samples = SAMPLES + 1)
CHANGE(fewer_samples, d->samples = SAMPLES - 1)
CHANGE(huge_samples, d->samples = UPLOAD_SAMPLES_MAX + 1)
CHANGE(wrapping_samples, d->samples = 0xFFFFFFFF)
CHANGE(too_cold, d->cold = SAMPLES + 1)
CHANGE(four_columns, d->columns = 4)
CHANGE(nan_origin, d->sender_origin = NAN)
CHANGE(infinite_origin, d->target_origin = INFINITY)
CHANGE(nan_drain, d->drain_end = NAN)
CHANGE(early_drain, d->drain_end = 105.4)
CHANGE(json_array, d->json = "[1,2]")
CHANGE(json_broken, d->json = "{\"a\":")
CHANGE(json_empty, d->json = "")
CHANGE(json_not_utf8, d->json = "{\"a\":\"\xFF\"}")
CHANGE(no_due, d->values[0][1] = NAN)
CHANGE(infinite_due, d->values[0][2] = INFINITY)
CHANGE(due_backwards, d->values[0][1] = 99.9)
CHANGE(infinite_sent, d->values[1][0] = -INFINITY)
CHANGE(infinite_received, d->values[2][0] = INFINITY)
CHANGE(returned_early, d->values[4][0] = 100.05)
CHANGE(returned_unsent, d->values[1][1] = NAN)
CHANGE(replied_early, d->values[3][0] = 98.9)
CHANGE(replied_unreceived, d->values[2][0] = NAN)

static void test_refused(void **state)
{
	static const struct row rows[] = {
		{ "magic", bad_magic, "WGUP" },
		{ "version", new_version, "of version 2" },
		{ "more samples than bytes", more_samples, "is short" },
		{ "bytes behind", fewer_samples, "is too long" },
		{ "huge", huge_samples, "at most 1000000" },
		{ "size that wraps", wrapping_samples, "at most 1000000" },
		{ "cold", too_cold, "more samples are cold" },
		{ "columns", four_columns, "5 columns" },
		{ "page origin", nan_origin, "not finite" },
		{ "worker origin", infinite_origin, "not finite" },
		{ "drain", nan_drain, "not finite" },
		{ "drain before due", early_drain, "sample 1 is due after the end" },
		{ "array", json_array, "no object" },
		{ "broken", json_broken, "JSON" },
		{ "empty", json_empty, "JSON" },
		{ "not UTF-8", json_not_utf8, "JSON" },
		{ "no due", no_due, "sample 1 has no due time" },
		{ "infinite due", infinite_due, "sample 2 has no due time" },
		{ "backwards", due_backwards, "sample 1 is due before" },
		{ "infinite sent", infinite_sent, "sample 0 has an infinite time" },
		{ "infinite received", infinite_received, "sample 0 has an infinite time" },
		{ "returned early", returned_early, "sample 0 returned before" },
		{ "returned unsent", returned_unsent, "sample 1 returned before" },
		{ "replied early", replied_early, "sample 0 was replied to before" },
		{ "replied unreceived", replied_unreceived, "sample 0 was replied to before" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[SPACE];
		struct upload upload;
		struct err err = { 0 };
		struct draft draft = good();
		rows[i].change(&draft);
		if (parse(bytes, write_draft(&draft, bytes), &upload, &err) != -1)
			fail_msg("accepted: %s", rows[i].what);
		if ((err.code != ERR_INVALID && err.code != ERR_TOO_LARGE) || !strstr(err.text, rows[i].says))
			fail_msg("%s: %s", rows[i].what, err.text);
		assert_null(upload.due);
		assert_null(upload.report);
	}
}

static void test_padding(void **state)
{
	uint8_t bytes[SPACE];
	struct draft draft = good();
	struct upload upload;
	struct err err = { 0 };
	size_t length = write_draft(&draft, bytes);
	(void)state;
	bytes[HEADER + strlen(draft.json)] = ' ';
	assert_int_equal(parse(bytes, length, &upload, &err), -1);
	assert_non_null(strstr(err.text, "zeros"));
}

static void test_every_length(void **state)
{
	uint8_t bytes[SPACE];
	struct draft draft = good();
	size_t length = write_draft(&draft, bytes);
	(void)state;
	for (size_t cut = 0; cut <= length + 16; cut++) {
		struct upload upload;
		struct err err = { 0 };
		assert_int_equal(parse(bytes, cut, &upload, &err), cut == length ? 0 : -1);
		upload_release(&upload);
	}
}

/* Seeded mutations: one to four bytes of a good upload, changed. What is taken must be whole: sums over
 * all columns read every value. */
static void test_mutations(void **state)
{
	uint8_t original[SPACE];
	struct draft draft = good();
	size_t length = write_draft(&draft, original);
	struct rng rng;
	int taken = 0;
	(void)state;
	rng_seed(&rng, 1, "upload mutations");
	for (int round = 0; round < 20000; round++) {
		uint8_t bytes[SPACE];
		struct upload upload;
		struct err err = { 0 };
		memcpy(bytes, original, SPACE);
		for (uint32_t k = rng_below(&rng, 4) + 1; k > 0; k--)
			bytes[rng_below(&rng, (uint32_t)length)] = (uint8_t)rng_next(&rng);
		if (parse(bytes, length, &upload, &err)) {
			assert_true(err.code == ERR_INVALID || err.code == ERR_TOO_LARGE);
			continue;
		}
		taken++;
		assert_true(upload.samples == SAMPLES && upload.cold <= upload.samples);
		for (size_t i = 0; i < COLUMNS * upload.samples; i++)
			assert_false(isinf(upload.due[i]));
		assert_int_equal(json_type(upload.report), JSON_OBJECT);
		upload_release(&upload);
	}
	assert_true(taken > 0 && taken < 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_no_samples),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_mutations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
