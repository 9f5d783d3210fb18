#include "report/claim_plot.h"

#include <math.h>

#include "stats/verdict.h"

/* In the SVG's own units, which are pixels at its natural size. */
enum {
	WIDTH = 640, LEFT = 24, RIGHT = 576, TOP = 18, HEIGHT = 72,
	SAMPLES_Y = 24, VALUES_Y = 40, INTERVAL_Y = 40, AXIS_Y = 54, LABEL_Y = 68, UNIT_X = 592,
	SAMPLES_DRAWN = 400, TICKS_MOST = 7, BOX = 12, BOX_STEP = 16,
};

static const double log_span = 8;           /* beyond such a ratio of the ends the axis is logarithmic */

struct axis {
	double low, high;
	bool logarithmic;
};

static void widen(struct axis *axis, double value)
{
	if (!isfinite(value))
		return;
	axis->low = isnan(axis->low) ? value : fmin(axis->low, value);
	axis->high = isnan(axis->high) ? value : fmax(axis->high, value);
}

static void widen_all(struct axis *axis, const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		widen(axis, values[i]);
}

/* A margin on both sides, in the axis' own measure. */
static void add_margin(struct axis *axis)
{
	static const double share = 0.06;
	if (axis->logarithmic) {
		double factor = pow(axis->high / axis->low, share);
		axis->low /= factor;
		axis->high *= factor;
		return;
	}
	double span = axis->high - axis->low;
	double margin = span > 0 ? share * span : fmax(fabs(axis->high), 1) / 2;
	axis->low = axis->low >= 0 && axis->low < margin ? 0 : axis->low - margin;
	axis->high += margin;
}

/* Single calls that took a thousand times as long would press all else into a corner: samples do not widen the axis. */
static struct axis axis_of(const struct claim_plot *plot)
{
	struct axis axis = { NAN, NAN, false };
	widen_all(&axis, plot->values, plot->value_count);
	widen(&axis, plot->measured.low);
	widen(&axis, plot->measured.high);
	widen(&axis, plot->claimed_low / VERDICT_CLAIM_BAND);
	widen(&axis, plot->claimed_high * VERDICT_CLAIM_BAND);
	widen(&axis, plot->least);
	axis.logarithmic = axis.low > 0 && axis.high / axis.low > log_span;
	if (!isnan(axis.low))
		add_margin(&axis);
	return axis;
}

static double place(const struct axis *axis, double value)
{
	double share = axis->logarithmic ? log(value / axis->low) / log(axis->high / axis->low)
		: (value - axis->low) / (axis->high - axis->low);
	return LEFT + share * (RIGHT - LEFT);
}

static bool is_on(const struct axis *axis, double value)
{
	return isfinite(value) && value >= axis->low && value <= axis->high;
}

static void append_tick(struct buf *out, const struct axis *axis, double value)
{
	double x = place(axis, value);
	buf_append_format(out, "<line class='tick' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/><text class='tick-label middle' x='%.1f' "
		"y='%d'>%.10g</text>", x, AXIS_Y, x, AXIS_Y + 4, x, LABEL_Y, value);
}

/* The least of 1, 2, 5, 10, 20 … of which the axis holds no more than TICKS_MOST. */
static double round_step(double span)
{
	static const double parts[] = { 1, 2, 5 };
	int decade = (int)floor(log10(span / TICKS_MOST));
	for (size_t i = 0; i < 3; i++) {
		if (parts[i] * pow(10, decade) * TICKS_MOST >= span)
			return parts[i] * pow(10, decade);
	}
	return pow(10, decade + 1);
}

static void append_linear_ticks(struct buf *out, const struct axis *axis)
{
	double step = round_step(axis->high - axis->low);
	for (double i = ceil(axis->low / step); i * step <= axis->high; i++)
		append_tick(out, axis, i * step);
}

/* Powers of ten; of a short axis their doubles and halves too, of a very long one not all. */
static void append_logarithmic_ticks(struct buf *out, const struct axis *axis)
{
	static const double parts[] = { 1, 2, 5 };
	double decades = log10(axis->high / axis->low);
	size_t part_count = decades <= 2 ? 3 : 1;
	int stride = (int)fmax(1, ceil(decades / TICKS_MOST));
	for (int d = (int)floor(log10(axis->low)); d <= log10(axis->high); d++) {
		for (size_t i = 0; i < part_count && d % stride == 0; i++) {
			if (is_on(axis, parts[i] * pow(10, d)))
				append_tick(out, axis, parts[i] * pow(10, d));
		}
	}
}

static void append_axis(struct buf *out, const struct axis *axis, const char *unit)
{
	buf_append_format(out, "<line class='axis' x1='%d' y1='%d' x2='%d' y2='%d'/>", LEFT, AXIS_Y, RIGHT, AXIS_Y);
	buf_append_format(out, "<text class='tick-label' x='%d' y='%d'>%s</text>", UNIT_X, AXIS_Y + 4, unit);
	if (axis->logarithmic)
		append_logarithmic_ticks(out, axis);
	else
		append_linear_ticks(out, axis);
}

/* Where a claimed value stands. */
static void append_edge(struct buf *out, double x)
{
	buf_append_format(out, "<rect class='claimed' x='%.2f' y='%d' width='1.5' height='%d'/>", x - 0.75, TOP, AXIS_Y - TOP);
}

static void append_claimed(struct buf *out, const struct axis *axis, const struct claim_plot *plot)
{
	if (!isnan(plot->claimed_low)) {
		double left = place(axis, plot->claimed_low / VERDICT_CLAIM_BAND), right = place(axis, plot->claimed_high * VERDICT_CLAIM_BAND);
		double from = place(axis, plot->claimed_low), to = place(axis, plot->claimed_high);
		buf_append_format(out, "<rect class='band' x='%.1f' y='%d' width='%.1f' height='%d'/>", left, TOP, right - left,
			AXIS_Y - TOP);
		append_edge(out, from);
		if (to > from) {
			buf_append_format(out, "<rect class='band' x='%.1f' y='%d' width='%.1f' height='%d'/>", from, TOP, to - from,
				AXIS_Y - TOP);
			append_edge(out, to);
		}
		buf_append_format(out, "<text class='claimed-label %s' x='%.1f' y='%d'>claimed</text>",
			from > (LEFT + RIGHT) / 2.0 ? "last" : "first", from, TOP - 5);
	}
	if (!isnan(plot->least)) {
		double x = place(axis, plot->least);
		buf_append_format(out, "<rect class='band' x='%.1f' y='%d' width='%.1f' height='%d'/><text class='claimed-label %s' "
			"x='%.1f' y='%d'>claimed: above</text>", x, TOP, RIGHT - x, AXIS_Y - TOP,
			x > (LEFT + RIGHT) / 2.0 ? "last" : "first", x, TOP - 5);
		append_edge(out, x);
	}
}

static void append_values(struct buf *out, const struct axis *axis, const struct claim_plot *plot)
{
	size_t step = plot->sample_count / SAMPLES_DRAWN + 1;
	for (size_t i = 0; i < plot->sample_count; i += step) {
		if (is_on(axis, plot->samples[i]))
			buf_append_format(out, "<line class='sample' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/>",
				place(axis, plot->samples[i]), SAMPLES_Y - 3, place(axis, plot->samples[i]), SAMPLES_Y + 3);
	}
	if (is_on(axis, plot->measured.low) && is_on(axis, plot->measured.high))
		buf_append_format(out, "<line class='interval' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/>", place(axis, plot->measured.low),
			INTERVAL_Y, place(axis, plot->measured.high), INTERVAL_Y);
	for (size_t i = 0; i < plot->value_count; i++) {
		if (is_on(axis, plot->values[i]))
			buf_append_format(out, "<circle class='value' cx='%.1f' cy='%d' r='3.5'/>", place(axis, plot->values[i]), VALUES_Y);
	}
}

void claim_plot_append(struct buf *out, const struct claim_plot *plot)
{
	struct axis axis = axis_of(plot);
	if (plot->value_count == 0 || !(axis.high > axis.low))
		return;
	buf_append_format(out, "<svg class='plot' viewBox='0 0 %d %d' role='img' aria-label='measured values beside the claim'>",
		WIDTH, HEIGHT);
	append_claimed(out, &axis, plot);
	append_axis(out, &axis, plot->unit);
	append_values(out, &axis, plot);
	buf_append_format(out, "</svg>\n");
}

void claim_plot_append_observed(struct buf *out, size_t observed, size_t replicates)
{
	enum { MOST = 38 };
	size_t shown = replicates > MOST ? MOST : replicates;
	if (replicates == 0)
		return;
	buf_append_format(out, "<svg class='boxes' viewBox='0 0 %d %d' role='img' aria-label='seen in %zu of %zu launches'>", WIDTH,
		BOX + 4, observed, replicates);
	for (size_t i = 0; i < shown; i++)
		buf_append_format(out, "<rect class='%s' x='%zu' y='2' width='%d' height='%d' rx='2'/>",
			i * replicates < observed * shown ? "seen" : "unseen", LEFT + i * BOX_STEP, BOX, BOX);
	buf_append_format(out, "</svg>\n");
}
