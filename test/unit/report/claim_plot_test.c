/* Plots of claims: what is drawn where, read back from the SVG. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/claim_plot.h"

enum { SVG_MOST = 1 << 20 };

static const struct claim_plot nothing = { .unit = "ms", .claimed_low = NAN, .claimed_high = NAN, .least = NAN,
	.measured = { NAN, NAN, NAN, 0 } };

static char *draw(const struct claim_plot *plot)
{
	struct buf out;
	buf_init(&out, SVG_MOST);
	claim_plot_append(&out, plot);
	char *text = mem_format("%.*s", (int)out.length, out.data ? (const char *)out.data : "");
	buf_release(&out);
	if (strstr(text, "nan") || strstr(text, "inf"))
		fail_msg("%s", text);
	return text;
}

static size_t count(const char *text, const char *word)
{
	size_t found = 0;
	while ((text = strstr(text, word))) {
		text += strlen(word);
		found++;
	}
	return found;
}

/* The number after `attribute` of the first element of a class. */
static double at(const char *svg, const char *class, const char *attribute)
{
	char *element = mem_format("class='%s'", class), *name = mem_format(" %s='", attribute);
	const char *found = strstr(svg, element);
	assert_non_null(found);
	found = strstr(found, name);
	assert_non_null(found);
	double value = strtod(found + strlen(name), NULL);
	free(name);
	free(element);
	return value;
}

static void what_was_measured_stands_beside_the_claim(void **state)
{
	(void)state;
	static const double values[] = { 19, 20, 21 }, samples[] = { 18, 20, 22, 1e9, NAN, -1 };
	struct claim_plot plot = nothing;
	plot.claimed_low = plot.claimed_high = 10;
	plot.measured = (struct interval){ 20, 18.5, 21.5, 3 };
	plot.values = values, plot.value_count = 3;
	plot.samples = samples, plot.sample_count = 6;
	char *svg = draw(&plot);
	assert_int_equal(count(svg, "class='value'"), 3);
	assert_int_equal(count(svg, "class='sample'"), 3); /* what lies beyond the axis is not drawn on its edge */
	double claimed = at(svg, "claimed", "x"), value = at(svg, "value", "cx"), low = at(svg, "interval", "x1");
	assert_true(claimed < low && low < value && value < at(svg, "interval", "x2"));
	assert_true(at(svg, "band", "x") < claimed);
	free(svg);
}

/* Factors, not differences, are seen where the claim is far from what was measured. */
static void a_claim_far_off_makes_the_axis_logarithmic(void **state)
{
	(void)state;
	static const double values[] = { 1, 10, 100 };
	struct claim_plot plot = nothing;
	plot.claimed_low = plot.claimed_high = 1000;
	plot.measured = (struct interval){ 10, 1, 100, 3 };
	plot.values = values, plot.value_count = 3;
	char *svg = draw(&plot);
	double one = at(svg, "value", "cx"), two = at(strstr(svg, "class='value'") + 1, "value", "cx");
	double three = at(strstr(strstr(svg, "class='value'") + 1, "class='value'") + 1, "value", "cx");
	assert_true(fabs((two - one) - (three - two)) < 0.2);
	free(svg);
}

static void a_least_factor_has_its_side(void **state)
{
	(void)state;
	static const double values[] = { 2, 3 };
	struct claim_plot plot = nothing;
	plot.least = 2.5;
	plot.measured = (struct interval){ 2.5, 2, 3, 2 };
	plot.values = values, plot.value_count = 2;
	char *svg = draw(&plot);
	assert_non_null(strstr(svg, "claimed: above"));
	assert_true(at(svg, "value", "cx") < at(svg, "band", "x"));
	free(svg);
}

/* Round numbers: three at least with the unit, and none that is long with a rest of its rounding. */
static void assert_labels_are_short(const char *svg)
{
	size_t labels = 0;
	for (const char *label = svg; (label = strstr(label, "class='tick-label")); labels++) {
		label = strchr(label, '>') + 1;
		assert_true(strcspn(label, "<") <= 10);
	}
	assert_true(labels >= 3);
}

/* One launch, values that are all the same, zeros, a negative claim, no figure: an axis there is all the same. */
static void odd_values_are_drawn(void **state)
{
	(void)state;
	static const struct {
		double claimed, values[2];
		size_t count;
	} rows[] = { { 5, { 5, 5 }, 2 }, { 0, { 0, 0 }, 2 }, { -3, { 1, 2 }, 2 }, { NAN, { 7, 7 }, 2 }, { 1e-9, { 1e9, 1e9 }, 1 },
		{ 10, { 0, 1e6 }, 2 }, { 3.1, { 3.9, 4.2 }, 2 } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct claim_plot plot = nothing;
		plot.claimed_low = plot.claimed_high = rows[i].claimed;
		plot.values = rows[i].values, plot.value_count = rows[i].count;
		char *svg = draw(&plot);
		assert_int_equal(count(svg, "class='value'"), rows[i].count);
		assert_labels_are_short(svg);
		free(svg);
	}
}

static void nothing_measured_is_no_plot(void **state)
{
	(void)state;
	struct claim_plot plot = nothing;
	plot.claimed_low = plot.claimed_high = 10;
	char *svg = draw(&plot);
	assert_string_equal(svg, "");
	free(svg);
}

static void many_samples_are_thinned(void **state)
{
	(void)state;
	double *samples = mem_alloc_zero(50000, sizeof *samples);
	for (size_t i = 0; i < 50000; i++)
		samples[i] = 10 + (double)i / 50000;
	struct claim_plot plot = nothing;
	plot.values = samples, plot.value_count = 2;
	plot.samples = samples, plot.sample_count = 50000;
	plot.claimed_low = plot.claimed_high = 10;
	char *svg = draw(&plot);
	assert_true(count(svg, "class='sample'") > 100 && count(svg, "class='sample'") <= 400);
	free(svg);
	free(samples);
}

static void launches_that_saw_it_are_full(void **state)
{
	(void)state;
	static const size_t rows[][3] = { { 0, 6, 0 }, { 2, 6, 2 }, { 6, 6, 6 }, { 50, 100, 19 } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out;
		buf_init(&out, SVG_MOST);
		claim_plot_append_observed(&out, rows[i][0], rows[i][1]);
		char *svg = mem_format("%.*s", (int)out.length, (const char *)out.data);
		assert_int_equal(count(svg, "class='seen'"), rows[i][2]);
		free(svg);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_measured_stands_beside_the_claim),
		cmocka_unit_test(a_claim_far_off_makes_the_axis_logarithmic),
		cmocka_unit_test(a_least_factor_has_its_side),
		cmocka_unit_test(odd_values_are_drawn),
		cmocka_unit_test(nothing_measured_is_no_plot),
		cmocka_unit_test(many_samples_are_thinned),
		cmocka_unit_test(launches_that_saw_it_are_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
