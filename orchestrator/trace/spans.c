#include "trace/spans.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

void trace_spans_release(struct trace_spans *spans)
{
	free(spans->items);
	*spans = (struct trace_spans){ 0 };
}

void trace_spans_add(struct trace_spans *spans, const struct trace_span *span)
{
	struct trace_span *last = spans->count ? &spans->items[spans->count - 1] : NULL;
	struct trace_span added = *span;
	if (last && added.from_us <= last->to_us && last->value == added.value && last->other == added.other) {
		last->to_us = fmax(last->to_us, added.to_us);
		return;
	}
	if (last)
		added.from_us = fmax(added.from_us, last->to_us);
	if (!(added.to_us > added.from_us))
		return;
	if (spans->count == spans->room) {
		spans->room = spans->room ? spans->room + spans->room / 2 : 256;
		spans->items = mem_resize(spans->items, spans->room, sizeof *spans->items);
	}
	spans->items[spans->count++] = added;
}

void trace_spans_yield(struct trace_spans *spans, double from_us)
{
	while (spans->count && spans->items[spans->count - 1].from_us >= from_us)
		spans->count--;
	if (spans->count)
		spans->items[spans->count - 1].to_us = fmin(spans->items[spans->count - 1].to_us, from_us);
}

size_t trace_spans_after(const struct trace_spans *spans, double moment_us)
{
	size_t low = 0, high = spans->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (spans->items[middle].to_us <= moment_us)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static double common_us(const struct trace_span *span, double from_us, double to_us)
{
	return fmin(span->to_us, to_us) - fmax(span->from_us, from_us);
}

double trace_spans_overlap_us(const struct trace_spans *spans, double from_us, double to_us)
{
	double sum_us = 0;
	for (size_t i = trace_spans_after(spans, from_us); i < spans->count && spans->items[i].from_us < to_us; i++)
		sum_us += common_us(&spans->items[i], from_us, to_us);
	return sum_us;
}

double trace_spans_integral(const struct trace_spans *spans, double from_us, double to_us)
{
	double sum = 0;
	for (size_t i = trace_spans_after(spans, from_us); i < spans->count && spans->items[i].from_us < to_us; i++)
		sum += (double)spans->items[i].value * common_us(&spans->items[i], from_us, to_us);
	return sum;
}
