#include "trace/sweep.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* Less time off the processor is scheduling as usual (and the two clocks of a slice differ by some 30 µs). */
#define LEAST_OFF_US 300.0

/* ---- time off the processor ---- */

/* A slice that may hold others, with what those take of it. */
struct frame {
	size_t slice;
	double parts_us, parts_cpu_us;
};

static double length_of(const struct trace_slice *slice)
{
	return slice->end == TRACE_SLICE_ENDLESS ? INFINITY : (double)slice->end - slice->start;
}

static void close_frame(struct trace_sweep *sweep, const struct frame *frame, struct frame *parent)
{
	const struct trace_slice *slice = &sweep->lane->slices[frame->slice];
	bool known = slice->cpu_share != TRACE_SLICE_CPU_UNKNOWN;
	double length_us = length_of(slice), own_us = length_us - frame->parts_us;
	double cpu_us = known ? length_us * slice->cpu_share / TRACE_SLICE_CPU_WHOLE : length_us;
	double off_us = own_us - (cpu_us - frame->parts_cpu_us);
	sweep->off_shares[frame->slice] = !known || !(own_us > 0) ? -1 : off_us > LEAST_OFF_US
		? (float)fmin(off_us / own_us, 1) : 0;
	if (parent) {
		parent->parts_us += length_us;
		parent->parts_cpu_us += cpu_us;
	}
}

static void close_until(struct trace_sweep *sweep, struct frame *frames, size_t *count, uint32_t moment)
{
	while (*count > 0 && sweep->lane->slices[frames[*count - 1].slice].end <= moment) {
		(*count)--;
		close_frame(sweep, &frames[*count], *count ? &frames[*count - 1] : NULL);
	}
}

static void measure_off(struct trace_sweep *sweep)
{
	struct frame frames[TRACE_SWEEP_DEPTH];
	size_t count = 0;
	for (size_t i = 0; i < sweep->lane->count; i++) {
		const struct trace_slice *slice = &sweep->lane->slices[i];
		sweep->off_shares[i] = -1;
		if (slice->flags & TRACE_NAME_MEASURE || slice->end == slice->start)
			continue;
		close_until(sweep, frames, &count, slice->start);
		if (count < TRACE_SWEEP_DEPTH)
			frames[count++] = (struct frame){ .slice = i };
	}
	close_until(sweep, frames, &count, TRACE_SLICE_ENDLESS);
}

/* ---- roots ---- */

static void add_root(struct trace_sweep *sweep, const struct trace_slice *slice)
{
	if (sweep->root_count == sweep->root_room) {
		sweep->root_room = sweep->root_room ? sweep->root_room + sweep->root_room / 2 : 256;
		sweep->roots = mem_resize(sweep->roots, sweep->root_room, sizeof *sweep->roots);
	}
	sweep->roots[sweep->root_count++] = (struct trace_root){ .from = slice->start, .to = slice->end };
}

static void find_roots(struct trace_sweep *sweep)
{
	uint32_t end = 0;
	for (size_t i = 0; i < sweep->lane->count; i++) {
		const struct trace_slice *slice = &sweep->lane->slices[i];
		bool outermost = slice->start >= end && slice->end > slice->start && !(slice->flags & TRACE_NAME_MEASURE);
		if (outermost) {
			add_root(sweep, slice);
			end = slice->end;
		}
		if (sweep->root_count > 0 && slice->start <= end)
			sweep->roots[sweep->root_count - 1].grows |= slice->what == TRACE_MEM_GROW;
	}
}

const struct trace_root *trace_sweep_root(const struct trace_sweep *sweep, double moment_us)
{
	size_t low = 0, high = sweep->root_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (trace_lane_us(sweep->lane, sweep->roots[middle].to) <= moment_us)
			low = middle + 1;
		else
			high = middle;
	}
	bool inside = low < sweep->root_count && trace_lane_us(sweep->lane, sweep->roots[low].from) <= moment_us;
	return inside ? &sweep->roots[low] : NULL;
}

/* ---- the timeline ---- */

void trace_sweep_init(struct trace_sweep *sweep, const struct trace_lane *lane)
{
	*sweep = (struct trace_sweep){ .lane = lane, .next_end = TRACE_SLICE_ENDLESS };
	sweep->at = lane->count ? lane->slices[0].start : 0;
	sweep->off_shares = mem_alloc_zero(lane->count + 1, sizeof *sweep->off_shares);
	measure_off(sweep);
	find_roots(sweep);
}

void trace_sweep_release(struct trace_sweep *sweep)
{
	free(sweep->off_shares);
	free(sweep->roots);
	*sweep = (struct trace_sweep){ 0 };
}

static void close_slices(struct trace_sweep *sweep)
{
	size_t kept = 0;
	sweep->next_end = TRACE_SLICE_ENDLESS;
	for (size_t i = 0; i < sweep->active_count; i++) {
		uint32_t end = sweep->lane->slices[sweep->active[i]].end;
		if (end <= sweep->at)
			continue;
		sweep->active[kept++] = sweep->active[i];
		sweep->next_end = end < sweep->next_end ? end : sweep->next_end;
	}
	sweep->active_count = kept;
}

static void open_slice(struct trace_sweep *sweep)
{
	const struct trace_slice *slice = &sweep->lane->slices[sweep->next];
	if (slice->end > slice->start && slice->what != TRACE_IDLE && sweep->active_count < TRACE_SWEEP_DEPTH) {
		sweep->active[sweep->active_count++] = sweep->next;
		sweep->next_end = slice->end < sweep->next_end ? slice->end : sweep->next_end;
	}
	sweep->next++;
}

/* What is open now, as a segment without an end. */
static struct trace_segment open_segment(struct trace_sweep *sweep)
{
	struct trace_segment segment = { .from_us = trace_lane_us(sweep->lane, sweep->at), .what = TRACE_IDLE,
		.off_share = -1 };
	for (size_t i = 0; i < sweep->active_count; i++) {
		const struct trace_slice *slice = &sweep->lane->slices[sweep->active[i]];
		if (slice->what > segment.what)
			segment.what = slice->what;
		if (!(slice->flags & TRACE_NAME_MEASURE))
			segment.off_share = (double)sweep->off_shares[sweep->active[i]];
	}
	while (sweep->root < sweep->root_count && sweep->roots[sweep->root].to <= sweep->at)
		sweep->root++;
	if (sweep->active_count && sweep->root < sweep->root_count && sweep->roots[sweep->root].from <= sweep->at)
		segment.root = &sweep->roots[sweep->root];
	return segment;
}

/* To the next moment at which something opens or ends; false when there is none. */
static bool advance(struct trace_sweep *sweep)
{
	const struct trace_lane *lane = sweep->lane;
	uint32_t start = sweep->next < lane->count ? lane->slices[sweep->next].start : TRACE_SLICE_ENDLESS;
	sweep->at = start < sweep->next_end ? start : sweep->next_end;
	if (sweep->at == TRACE_SLICE_ENDLESS)
		return false;
	if (sweep->next_end <= sweep->at)
		close_slices(sweep);
	while (sweep->next < lane->count && lane->slices[sweep->next].start <= sweep->at)
		open_slice(sweep);
	return true;
}

static bool is_same(const struct trace_segment *a, const struct trace_segment *b)
{
	return a->what == b->what && a->root == b->root && a->off_share == b->off_share;
}

bool trace_sweep_next(struct trace_sweep *sweep, struct trace_segment *segment)
{
	if (sweep->next == 0 && !advance(sweep))
		return false;
	if (sweep->at == TRACE_SLICE_ENDLESS) /* the last one was given */
		return false;
	*segment = open_segment(sweep);
	while (advance(sweep)) {
		struct trace_segment after = open_segment(sweep);
		if (is_same(segment, &after))
			continue;
		segment->to_us = after.from_us;
		return true;
	}
	segment->to_us = INFINITY; /* what never ends, or the idle time after the last slice */
	return true;
}
