#include "report/number.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Decimals that leave 3 significant digits after rounding: 9.996 is "10.0", not "10.00". */
static int decimals(double magnitude)
{
	if (magnitude >= 99.95)
		return 0;
	if (magnitude >= 9.995)
		return 1;
	return magnitude >= 0.9995 ? 2 : 3;
}

void number_format(double value, char out[NUMBER_SIZE])
{
	double magnitude = fabs(value);
	if (isnan(value))
		snprintf(out, NUMBER_SIZE, "–");
	else if (isinf(value))
		snprintf(out, NUMBER_SIZE, "%s∞", value < 0 ? "-" : "");
	else if (value == 0)
		snprintf(out, NUMBER_SIZE, "0");
	else if (magnitude >= 1e9)
		snprintf(out, NUMBER_SIZE, "%.2e", value);
	else
		snprintf(out, NUMBER_SIZE, "%.*f", decimals(magnitude), value);
}

void number_figures(double value, char out[NUMBER_SIZE])
{
	static const double rounds_up = 1.0005, least_plain = 1e-6;
	double magnitude = fabs(value);
	if (!(magnitude > 0 && magnitude * rounds_up < 1))
		number_format(value, out);
	else if (magnitude < least_plain)
		snprintf(out, NUMBER_SIZE, "%.2e", value);
	else
		snprintf(out, NUMBER_SIZE, "%.*f", 2 - (int)floor(log10(magnitude * rounds_up)), value);
}

void number_p(double p, char out[NUMBER_SIZE])
{
	if (isnan(p))
		snprintf(out, NUMBER_SIZE, "–");
	else if (p < 0.0001)
		snprintf(out, NUMBER_SIZE, "<0.0001");
	else
		snprintf(out, NUMBER_SIZE, "%.2g", p);
}

void number_exact(double value, char out[NUMBER_SIZE])
{
	out[0] = '\0';
	if (isnan(value))
		return;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(out, NUMBER_SIZE, "%.*g", digits, value);
		if (strtod(out, NULL) == value)
			return;
	}
}

size_t number_width(const char *text)
{
	size_t width = 0;
	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

/* ---- intervals ---- */

struct parts { char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE]; };

typedef void (*format_fn)(double value, char out[NUMBER_SIZE]);

static struct parts parts_of(struct interval interval, format_fn format)
{
	struct parts parts = { "", "", "" };
	format(interval.value, parts.value);
	format(interval.low, parts.low);
	format(interval.high, parts.high);
	return parts;
}

static char *join(struct interval interval, format_fn format)
{
	struct parts parts = parts_of(interval, format);
	if (isnan(interval.low))
		return mem_strdup(parts.value);
	return mem_format("%s [%s, %s]", parts.value, parts.low, parts.high);
}

char *number_interval(struct interval interval)
{
	return join(interval, number_format);
}

char *number_interval_figures(struct interval interval)
{
	return join(interval, number_figures);
}

static int pad(size_t width, const char *text)
{
	return (int)(width - number_width(text));
}

static size_t wider(size_t width, const char *text)
{
	size_t own = number_width(text);
	return own > width ? own : width;
}

static char *aligned(const struct parts *parts, bool bounded, size_t value, size_t low, size_t high)
{
	if (!bounded)
		return mem_format("%*s%s%*s", pad(value, parts->value), "", parts->value,
			low + high > 0 ? (int)(low + high + 5) : 0, "");
	return mem_format("%*s%s [%*s%s, %*s%s]", pad(value, parts->value), "", parts->value,
		pad(low, parts->low), "", parts->low, pad(high, parts->high), "", parts->high);
}

char **number_intervals(const struct interval *intervals, size_t count)
{
	size_t value = 0, low = 0, high = 0;
	struct parts *parts = mem_alloc_zero(count, sizeof *parts);
	char **texts = mem_alloc_zero(count, sizeof *texts);
	for (size_t i = 0; i < count; i++) {
		parts[i] = parts_of(intervals[i], number_format);
		value = wider(value, parts[i].value);
		if (isnan(intervals[i].low))
			continue;
		low = wider(low, parts[i].low);
		high = wider(high, parts[i].high);
	}
	for (size_t i = 0; i < count; i++)
		texts[i] = aligned(&parts[i], !isnan(intervals[i].low), value, low, high);
	free(parts);
	return texts;
}

/* ---- wrapped text ---- */

/* The bytes of the next word, of at most `most` characters. */
static size_t word_bytes(const char *text, size_t most)
{
	size_t bytes = 0, characters = 0;
	while (text[bytes] && text[bytes] != ' ') {
		characters += ((unsigned char)text[bytes] & 0xc0) != 0x80;
		if (characters > most)
			break;
		bytes++;
	}
	return bytes;
}

static char *without_controls(const char *text)
{
	char *copy = mem_strdup(text);
	for (char *c = copy; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	}
	return copy;
}

void number_wrap(FILE *out, size_t first, size_t rest, const char *text)
{
	char *clean = without_controls(text);
	size_t column = first;
	bool at_start = true;
	fprintf(out, "%*s", (int)first, "");
	for (const char *c = clean; *(c += strspn(c, " "));) {
		size_t bytes = word_bytes(c, NUMBER_COLUMNS - rest);
		char *word = mem_strndup(c, bytes);
		size_t width = number_width(word);
		if (!at_start && column + 1 + width > NUMBER_COLUMNS) {
			fprintf(out, "\n%*s", (int)rest, "");
			column = rest;
			at_start = true;
		}
		fprintf(out, "%s%s", at_start ? "" : " ", word);
		column += width + !at_start;
		at_start = false;
		free(word);
		c += bytes;
	}
	fputc('\n', out);
	free(clean);
}

void number_wrap_format(FILE *out, size_t first, size_t rest, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	mem_check(length < 0 ? NULL : text);
	number_wrap(out, first, rest, text);
	free(text);
}
