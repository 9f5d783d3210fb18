/* Stretches of time in their order, each with values: what is known from outside about a thread.
 *
 * Spans of a list ascend and do not overlap; spans_add() sees to it. A cursor goes through one list forwards and answers
 * for the moment it was put on. Pure. Ownership: trace_spans_release(). */
#ifndef WASMOGRAPH_TRACE_SPANS_H
#define WASMOGRAPH_TRACE_SPANS_H

#include <stdbool.h>
#include <stddef.h>

struct trace_span {
	double from_us, to_us;
	float value, other;      /* what they mean is the list's matter */
};

struct trace_spans {
	struct trace_span *items;
	size_t count, room;
};

void trace_spans_release(struct trace_spans *spans);

/* Adds a span, cut at the end of the one before; one that then is empty is left out. Where it touches the one before and
 * has the same values, that one is prolonged instead. */
void trace_spans_add(struct trace_spans *spans, const struct trace_span *span);

/* Before a span is added that reaches back over others: from `from_us` on these give way. */
void trace_spans_yield(struct trace_spans *spans, double from_us);

/* trace_spans_add() for a list without values. */
static inline void trace_spans_join(struct trace_spans *spans, double from_us, double to_us)
{
	trace_spans_add(spans, &(struct trace_span){ from_us, to_us, 0, 0 });
}

/* The first span that ends after that moment; its count when there is none. */
size_t trace_spans_after(const struct trace_spans *spans, double moment_us);

/* How much of [from, to) lies in spans. */
double trace_spans_overlap_us(const struct trace_spans *spans, double from_us, double to_us);

/* The integral of the value over [from, to). */
double trace_spans_integral(const struct trace_spans *spans, double from_us, double to_us);

struct trace_spans_cursor {
	const struct trace_spans *spans;
	size_t next;
};

/* The span that holds the moment, or NULL; *edge_us is lowered to where that changes next. Moments ascend. */
static inline const struct trace_span *trace_spans_at(struct trace_spans_cursor *cursor, double moment_us,
	double *edge_us)
{
	const struct trace_spans *spans = cursor->spans;
	while (cursor->next < spans->count && spans->items[cursor->next].to_us <= moment_us)
		cursor->next++;
	if (cursor->next == spans->count)
		return NULL;
	const struct trace_span *span = &spans->items[cursor->next];
	bool inside = span->from_us <= moment_us;
	double change_us = inside ? span->to_us : span->from_us;
	if (change_us < *edge_us)
		*edge_us = change_us;
	return inside ? span : NULL;
}

#endif
