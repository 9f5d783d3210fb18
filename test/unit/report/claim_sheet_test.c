/* The claims of several probes side by side: order, readings, choice, counts; what was not measured stands there too. And
 * whether more blocks may decide what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/claim_sheet.h"
#include "report/claim_sheet_json.h"
#include "report/claim_sheet_text.h"
#include "report/claims.h"
#include "report/number.h"

#define NUMBER_CLAIM(name, place) { .id = (char *)name, .section = (char *)place, .says = (char *)"it takes 10 ms", \
	.rule = PROBE_CLAIM_NUMBER, .metric = (char *)"time_ms", .arm = (char *)"none/main/a", .value = 10, .to = 10, .per = 1, \
	.unit = (char *)"ms" }

static struct probe_claim first_claims[] = { NUMBER_CLAIM("C10", "3.2, GC"), NUMBER_CLAIM("C9", "3.2"), NUMBER_CLAIM("C9", "3.2"),
	NUMBER_CLAIM("C50", "1, introduction") };
static struct probe_claim second_claims[] = { NUMBER_CLAIM("C1", "§4.1") };
static struct probe first = { .name = (char *)"first", .claims = first_claims, .claim_count = 4 };
static struct probe second = { .name = (char *)"second", .claims = second_claims, .claim_count = 1 };

static struct summary_claim judged[] = {
	{ .claim = &first_claims[0], .verdict = CLAIM_REFUTED, .why = (char *)"because", .measured = { 20, 19, 21, 6 } },
	{ .claim = &first_claims[1], .verdict = CLAIM_CONFIRMED, .why = (char *)"because", .measured = { 10, NAN, NAN, 1 } },
	{ .claim = &first_claims[2], .verdict = CLAIM_REFUTED, .why = (char *)"because", .measured = { 0.00001, 0.000009, 0.000011, 6 } },
	{ .claim = &first_claims[3], .verdict = CLAIM_UNDECIDED, .why = (char *)"because", .measured = { NAN, NAN, NAN, 0 } },
};
static struct summary summary = { .run = { .id = "a-run" }, .claims = judged, .claim_count = 4 };
static const struct claim_source sources[] = { { &first, &summary }, { &second, NULL } };

static struct claim_sheet make(const struct claim_choice *choice)
{
	struct claim_sheet sheet;
	claim_sheet_make(sources, 2, choice, &sheet);
	return sheet;
}

static void chapters_are_read(void **state)
{
	(void)state;
	static const struct { const char *section; int chapter; } rows[] = {
		{ "3.2, GC", 3 }, { "1, introduction", 1 }, { "§4.1", 4 }, { "12.1", 12 }, { "introduction", 0 }, { "", 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(claim_sheet_chapter(rows[i].section), rows[i].chapter);
}

/* By chapter, then id, of which the numbers count as numbers. */
static void claims_are_in_order_with_their_readings(void **state)
{
	(void)state;
	static const char *const ids[] = { "C50", "C9", "C10", "C1" };
	struct claim_sheet sheet = make(&(struct claim_choice){ 0 });
	assert_int_equal(sheet.entry_count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(sheet.entries[i].id, ids[i]);
	assert_int_equal(sheet.entries[1].reading_count, 2);
	assert_int_equal(claim_entry_verdict(&sheet.entries[1]), CLAIM_CONFIRMED);
	assert_int_equal(claim_reading_verdict(&sheet.entries[1].readings[1]), CLAIM_REFUTED);
	assert_int_equal(sheet.counts[CLAIM_CONFIRMED], 1);
	assert_int_equal(sheet.counts[CLAIM_REFUTED], 1); /* readings beside the first are not counted */
	assert_int_equal(sheet.counts[CLAIM_UNDECIDED], 2);
	claim_sheet_release(&sheet);
}

static void what_was_not_measured_is_undecided(void **state)
{
	(void)state;
	static const char *const ids[] = { "C1" };
	struct claim_sheet sheet = make(&(struct claim_choice){ ids, 1, 0 });
	assert_int_equal(sheet.entry_count, 1);
	assert_int_equal(claim_entry_verdict(&sheet.entries[0]), CLAIM_UNDECIDED);
	char *reason = claim_reading_reason(&sheet.entries[0].readings[0]);
	assert_non_null(strstr(reason, "nothing was measured"));
	free(reason);
	claim_sheet_release(&sheet);
}

static void a_choice_is_by_id_and_chapter(void **state)
{
	(void)state;
	static const char *const ids[] = { "C9", "C1" };
	struct claim_sheet sheet = make(&(struct claim_choice){ ids, 2, 3 });
	assert_int_equal(sheet.entry_count, 1);
	assert_string_equal(sheet.entries[0].id, "C9");
	claim_sheet_release(&sheet);
}

/* One launch has a value and no interval; none has no value at all. */
static void the_document_holds_no_nan(void **state)
{
	(void)state;
	struct claim_sheet sheet = make(&(struct claim_choice){ 0 });
	struct json *document = claim_sheet_json(&sheet);
	const struct json *claims = json_get(document, "claims"), *one = json_get(json_at(claims, 1), "measured");
	char *text = json_print(document, false);
	assert_null(strstr(text, "nan"));
	assert_int_equal(json_type(json_get(json_at(claims, 0), "measured")), JSON_NULL);
	assert_int_equal(json_type(json_get(one, "low")), JSON_NULL);
	assert_true(json_number(one, "n", 0) == 1);
	free(text);
	json_free(document);
	claim_sheet_release(&sheet);
}

static void the_text_fits_and_keeps_small_values(void **state)
{
	(void)state;
	struct claim_sheet sheet = make(&(struct claim_choice){ 0 });
	char *text, *line;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	claim_sheet_text(out, &sheet);
	fclose(out);
	assert_non_null(strstr(text, "measured 0.0000100 [0.00000900, 0.0000110] ms"));
	assert_non_null(strstr(text, "4 claims: 1 confirmed, 1 refuted, 2 undecided, 0 not measurable"));
	for (char *rest = text; (line = strsep(&rest, "\n"));)
		assert_true(number_width(line) <= NUMBER_COLUMNS);
	free(text);
	claim_sheet_release(&sheet);
}

static void more_blocks_only_where_they_may_decide(void **state)
{
	(void)state;
	static struct probe_claim number = NUMBER_CLAIM("C1", "1"), exceeds = NUMBER_CLAIM("C2", "1"), seen = NUMBER_CLAIM("C3", "1");
	exceeds.rule = PROBE_CLAIM_EXCEEDS;
	seen.rule = PROBE_CLAIM_MECHANISM;
	const struct {
		const struct probe_claim *claim;
		enum verdict_claim verdict;
		struct interval measured;
		size_t most;
		bool gains;
	} rows[] = {
		{ &number, CLAIM_UNDECIDED, { 10, 7, 14, 6 }, 12, true },
		{ &number, CLAIM_UNDECIDED, { 10, 7, 14, 6 }, 7, false },   /* it would take more */
		{ &number, CLAIM_UNDECIDED, { 12.4, 8, 19, 6 }, 12, false }, /* on an edge */
		{ &number, CLAIM_CONFIRMED, { 10, 9, 11, 6 }, 12, false },
		{ &number, CLAIM_UNDECIDED, { 10, NAN, NAN, 1 }, 12, false },
		{ &number, CLAIM_UNDECIDED, { NAN, NAN, NAN, 0 }, 12, false },
		{ &exceeds, CLAIM_UNDECIDED, { 10, 9, 11, 6 }, 12, true },
		{ &seen, CLAIM_UNDECIDED, { 0.5, 0.1, 0.9, 6 }, 12, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct summary_claim claim = { .claim = rows[i].claim, .verdict = rows[i].verdict, .measured = rows[i].measured };
		struct summary one = { .claims = &claim, .claim_count = 1 };
		if (claims_would_gain(&one, rows[i].most) != rows[i].gains)
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chapters_are_read),
		cmocka_unit_test(claims_are_in_order_with_their_readings),
		cmocka_unit_test(what_was_not_measured_is_undecided),
		cmocka_unit_test(a_choice_is_by_id_and_chapter),
		cmocka_unit_test(the_document_holds_no_nan),
		cmocka_unit_test(the_text_fits_and_keeps_small_values),
		cmocka_unit_test(more_blocks_only_where_they_may_decide),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
