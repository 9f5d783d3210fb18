#include "trace/fixture.h"

#include "base/rng.h"
#include "trace/scan.h"

enum { ROUNDS = 4000, LENGTH_MAX = 400 };

/* Where a value ends, in pieces of `step` bytes: the offset of the byte after it, -1 open, -2 a problem (then *problem
 * is where). */
static long scan_in_pieces(const char *text, size_t length, size_t step,
	const char *(*scan_value)(struct trace_scan *, const char *, const char *), long *problem)
{
	struct trace_scan scan;
	trace_scan_begin(&scan);
	*problem = -1;
	for (size_t at = 0; at < length; at += step) {
		size_t piece = step < length - at ? step : length - at;
		const char *after = scan_value(&scan, text + at, text + at + piece);
		if (after)
			return after - text;
		if (scan.problem) {
			*problem = scan.problem_at - text;
			return -2;
		}
	}
	return -1;
}

/* Mostly well-formed: what opens is closed by its like, most of the time. */
static size_t random_text(struct rng *rng, char *out)
{
	static const char filling[] = "abc123:, \n.tf-";
	size_t length = 1 + rng_below(rng, LENGTH_MAX - 1), depth = 0;
	char closers[LENGTH_MAX + 1];
	bool in_string = false;
	for (size_t i = 0; i < length; i++) {
		uint32_t dice = i == 0 ? 90 + rng_below(rng, 3) : rng_below(rng, 100);
		out[i] = filling[rng_below(rng, in_string ? 8 : sizeof filling - 1)];
		if (in_string && dice < 8)
			in_string = false, out[i] = '"';
		else if (in_string && dice < 12)
			out[i] = "\\\n{}"[rng_below(rng, 4)];
		else if (!in_string && dice >= 92)
			in_string = true, out[i] = '"';
		else if (!in_string && dice >= 88)
			out[i] = dice & 1 ? '{' : '[', closers[depth++] = dice & 1 ? '}' : ']';
		else if (!in_string && dice < 5 && depth > 1)
			out[i] = closers[--depth];
		else if (!in_string && dice == 5 && depth > 1)
			out[i] = ']';
	}
	return length;
}

static void test_blocks_and_bytes_find_the_same(void **state)
{
	(void)state;
	struct rng rng;
	char text[LENGTH_MAX + 1];
	size_t ended = 0, open = 0, wrong = 0;
	rng_seed(&rng, 7, "scan");
	for (int round = 0; round < ROUNDS; round++) {
		size_t length = random_text(&rng, text);
		long problem, plain_problem, plain = scan_in_pieces(text, length, length, trace_scan_value_plainly, &plain_problem);
		size_t steps[] = { length, 1, 1 + rng_below(&rng, 90), 64 };
		for (size_t i = 0; i < FIXTURE_COUNT(steps); i++) {
			long found = scan_in_pieces(text, length, steps[i], trace_scan_value, &problem);
			if (found != plain || problem != plain_problem)
				fail_msg("pieces of %zu: %ld (%ld) instead of %ld (%ld) in %.*s", steps[i], found, problem, plain,
					plain_problem, (int)length, text);
		}
		ended += plain >= 0;
		open += plain == -1;
		wrong += plain == -2;
	}
	/* All three kinds were met, often. */
	assert_true(ended > ROUNDS / 50 && open > ROUNDS / 50 && wrong > ROUNDS / 50);
}

static void test_nesting(void **state)
{
	(void)state;
	char text[2 * TRACE_DEPTH_MAX + 2];
	long problem;
	for (size_t depth = TRACE_DEPTH_MAX - 1; depth <= TRACE_DEPTH_MAX; depth++) {
		for (size_t i = 0; i < depth; i++) {
			text[i] = i % 3 ? '[' : '{';
			text[2 * depth - 1 - i] = i % 3 ? ']' : '}';
		}
		assert_int_equal(scan_in_pieces(text, 2 * depth, 2 * depth, trace_scan_value, &problem), 2 * depth);
		assert_int_equal(scan_in_pieces(text, 2 * depth, 1, trace_scan_value, &problem), 2 * depth);
	}
	memset(text, '[', sizeof text);
	assert_int_equal(scan_in_pieces(text, sizeof text, sizeof text, trace_scan_value, &problem), -2);
	assert_int_equal(problem, TRACE_DEPTH_MAX);
}

static void test_values(void **state)
{
	(void)state;
	static const struct { const char *text; long after, problem; } rows[] = {
		{ "{}x", 2, -1 }, { "[]", 2, -1 }, { "\"a\"b", 3, -1 }, { "\"a\\\"b\"", 6, -1 }, { "\"a\\\\\"", 5, -1 },
		{ "{\"}\":1}", 7, -1 }, { "{\"a\":\"{[\"}", 10, -1 }, { "[[],{\"a\":[]}]", 13, -1 },
		{ "{", -1, -1 }, { "\"", -1, -1 }, { "\"\\", -1, -1 }, { "{\"a\":\"}", -1, -1 },
		{ "{]", -2, 1 }, { "[}", -2, 1 }, { "[[}]", -2, 2 }, { "\"a\nb\"", -2, 2 }, { "{\"a\x01\":1}", -2, 3 },
		{ "{\"a\":\n1}", 8, -1 }, /* white space between is no problem */
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		size_t length = strlen(rows[i].text);
		for (size_t step = 1; step <= length; step++) {
			long problem, after = scan_in_pieces(rows[i].text, length, step, trace_scan_value, &problem);
			if (after != rows[i].after || problem != rows[i].problem)
				fail_msg("%s in pieces of %zu: %ld (%ld)", rows[i].text, step, after, problem);
		}
	}
}

/* The same again where 64 bytes can be taken at once, at every place of a block. */
static void test_specials_at_every_place_of_a_block(void **state)
{
	(void)state;
	for (size_t place = 1; place < 200; place++) {
		char text[260], nul[260];
		memset(text, 'a', sizeof text);
		memset(nul, 'a', sizeof nul);
		text[0] = nul[0] = '"';
		text[place] = '\\';
		nul[place] = '\0';
		text[220] = nul[220] = '"';
		long problem;
		assert_ptr_equal(trace_scan_string(text + 1, text + 260), text + place);
		assert_ptr_equal(trace_scan_string(nul + 1, nul + 260), nul + place);
		assert_ptr_equal(trace_scan_string(text + 1, text + place), text + place);
		assert_int_equal(scan_in_pieces(text, 260, 260, trace_scan_value, &problem), 221);
		assert_int_equal(scan_in_pieces(nul, 260, 260, trace_scan_value, &problem), -2);
		assert_int_equal(problem, place);
		text[place] = 'a';
		text[0] = '[';
		text[1] = '"';
		text[place + 1] = '"';
		text[place + 2] = ']'; /* the string that ends at this place does not hide the bracket */
		if (place > 1)
			assert_int_equal(scan_in_pieces(text, 260, 260, trace_scan_value, &problem), place + 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_and_bytes_find_the_same),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_specials_at_every_place_of_a_block),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
