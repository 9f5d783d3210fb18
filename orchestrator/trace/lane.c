#include "trace/lane.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/value.h"

enum { FIRST_ROOM = 1024, SHIFT_MAX = 64 };

/* Slices of JavaScript that lie in others are kept from here on: the processor time of a part says more than that of the
 * whole (trace/sweep.h). */
enum { PART_US = 300 };

/* The first slice that is taken need not be the earliest. */
#define HEADROOM_US 600e6

struct trace_lane_pending {
	struct open {            /* B without its E */
		double start_us, tts_us;
		struct trace_name name;
	} open[TRACE_LANE_OPEN_MAX];
	size_t open_count;
	size_t too_deep;         /* open ones beyond those */
	struct measure {         /* b without its e */
		uint64_t id;
		double start_us;
		enum trace_what what;
	} measures[TRACE_LANE_MEASURES_MAX];
	size_t measure_count;
};

void trace_lane_init(struct trace_lane *lane, int64_t pid, int64_t tid)
{
	*lane = (struct trace_lane){ .pid = pid, .tid = tid, .base_us = NAN, .dropped_us = INFINITY };
	lane->pending = mem_alloc_zero(1, sizeof *lane->pending);
}

void trace_lane_release(struct trace_lane *lane)
{
	free(lane->slices);
	free(lane->pending);
	*lane = (struct trace_lane){ 0 };
}

/* ---- what is kept ---- */

/* Events come nearly in order, so that the window is mostly the one of last time or the next. Growths matter to the whole of
 * their tasks, and are few. */
static bool is_wanted(struct trace_lane *lane, enum trace_what what, double start_us, double end_us)
{
	const struct trace_spans *windows = lane->windows;
	if (!windows || what == TRACE_MEM_GROW)
		return true;
	size_t at = lane->window;
	bool near = at < windows->count && windows->items[at].to_us > start_us
		&& (at == 0 || windows->items[at - 1].to_us <= start_us);
	if (!near)
		lane->window = at = trace_spans_after(windows, start_us);
	return at < windows->count && windows->items[at].from_us <= end_us;
}

/* Inside the slice before, which is of the same class: nothing new. */
static bool repeats(const struct trace_slice *slice, const struct trace_slice *before)
{
	bool part = slice->what == TRACE_JS && slice->end - slice->start >= PART_US;
	return !slice->flags && !part && before->what == slice->what && before->start <= slice->start
		&& before->end >= slice->end;
}

static bool is_measure(const struct trace_slice *slice)
{
	return slice->flags & TRACE_NAME_MEASURE;
}

/* It need not be stored first. Of slices out of order the one before is not known yet: trace_lane_sort() finds them. */
static bool is_repeated(const struct trace_lane *lane, const struct trace_slice *slice)
{
	if (lane->count == 0 || lane->sorted < lane->count)
		return false;
	const struct trace_slice *last = &lane->slices[lane->count - 1];
	return !is_measure(last) && repeats(slice, last);
}

static bool comes_before(const struct trace_slice *a, const struct trace_slice *b)
{
	return a->start < b->start || (a->start == b->start && a->end > b->end);
}

/* Puts the last slice where it belongs, when that is not far and all before it are in order. */
static void settle_last(struct trace_lane *lane)
{
	struct trace_slice *slices = lane->slices, last = slices[lane->count - 1];
	size_t place = lane->count - 1, least = place > SHIFT_MAX ? place - SHIFT_MAX : 0;
	if (lane->sorted < place)
		return;
	while (place > least && comes_before(&last, &slices[place - 1]))
		place--;
	if (place > 0 && comes_before(&last, &slices[place - 1]))
		return;
	lane->sorted = lane->count;
	if (place == lane->count - 1)
		return;
	memmove(&slices[place + 1], &slices[place], (lane->count - 1 - place) * sizeof last);
	slices[place] = last;
}

/* For one more. What is out of order may hold much that says nothing. */
static void make_room(struct trace_lane *lane)
{
	if (lane->count < lane->room)
		return;
	if (lane->sorted < lane->count)
		trace_lane_sort(lane);
	if (lane->count < lane->room - lane->room / 4)
		return;
	lane->room = lane->room ? lane->room + lane->room / 2 : FIRST_ROOM;
	lane->slices = mem_resize(lane->slices, lane->room, sizeof *lane->slices);
}

static void keep(struct trace_lane *lane, const struct trace_slice *slice)
{
	if (is_repeated(lane, slice))
		return;
	make_room(lane);
	lane->slices[lane->count++] = *slice;
	settle_last(lane);
}

/* False when the moment is out of reach. */
static bool place(const struct trace_lane *lane, double ts_us, uint32_t *moment)
{
	double offset_us = floor(ts_us - lane->base_us + 0.5);
	*moment = TRACE_SLICE_ENDLESS;
	if (!(offset_us >= 0) || (offset_us >= TRACE_SLICE_ENDLESS && !isinf(offset_us)))
		return false;
	if (!isinf(offset_us))
		*moment = (uint32_t)offset_us;
	return true;
}

static uint16_t share_of(double cpu_us, double length_us)
{
	if (isnan(cpu_us) || isinf(length_us))
		return TRACE_SLICE_CPU_UNKNOWN;
	double share = length_us > 0 ? cpu_us / length_us : 1;
	return (uint16_t)(fmin(fmax(share, 0), 1) * TRACE_SLICE_CPU_WHOLE + 0.5);
}

static bool is_full(const struct trace_lane *lane, bool measure)
{
	return lane->most && lane->count >= lane->most + (measure ? lane->most / 4 : 0);
}

static void keep_slice(struct trace_lane *lane, double start_us, double end_us, double cpu_us,
	const struct trace_name *name)
{
	struct trace_slice slice = { .what = (unsigned char)name->class, .flags = (unsigned char)name->flags };
	bool told = name->flags || name->class == TRACE_MEM_GROW || (name->class != TRACE_IDLE && end_us > start_us);
	bool measure = name->flags & TRACE_NAME_MEASURE;
	if (!told)
		return;
	lane->measures += measure;
	lane->handlers += (name->flags & TRACE_NAME_HANDLER) != 0;
	if (!is_wanted(lane, name->class, start_us, end_us))
		return;
	if (isnan(lane->base_us))
		lane->base_us = floor(start_us) - HEADROOM_US;
	if (is_full(lane, measure) || !place(lane, start_us, &slice.start) || !place(lane, end_us, &slice.end)) {
		lane->dropped_us = fmin(lane->dropped_us, start_us);
		return;
	}
	slice.cpu_share = measure ? TRACE_SLICE_CPU_UNKNOWN : share_of(cpu_us, end_us - start_us);
	keep(lane, &slice);
}

/* ---- phases ---- */

static void begin(struct trace_lane *lane, const struct trace_event *event, const struct trace_name *name)
{
	struct trace_lane_pending *pending = lane->pending;
	if (pending->open_count == TRACE_LANE_OPEN_MAX)
		pending->too_deep++;
	else
		pending->open[pending->open_count++] = (struct open){ event->ts_us, event->tts_us, *name };
}

static void end(struct trace_lane *lane, const struct trace_event *event)
{
	struct trace_lane_pending *pending = lane->pending;
	if (pending->too_deep) {
		pending->too_deep--;
		return;
	}
	if (pending->open_count == 0)
		return;
	const struct open *open = &pending->open[--pending->open_count];
	if (event->ts_us >= open->start_us)
		keep_slice(lane, open->start_us, event->ts_us, event->tts_us - open->tts_us, &open->name);
}

/* FNV-1a of the id's text: {"local":"0x25"} in Chromium. */
static uint64_t id_of(const struct trace_event *event)
{
	const struct trace_text *text = event->id2.kind == TRACE_ABSENT ? &event->id.text : &event->id2.text;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < text->length; i++)
		hash = (hash ^ (unsigned char)text->bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* Ids are used again: ends go to the earliest beginning of that class and id. When too many wait, the oldest is given up. */
static void begin_measure(struct trace_lane *lane, const struct trace_event *event, enum trace_what what)
{
	struct trace_lane_pending *pending = lane->pending;
	if (pending->measure_count == TRACE_LANE_MEASURES_MAX) {
		memmove(pending->measures, pending->measures + 1, sizeof pending->measures - sizeof pending->measures[0]);
		pending->measure_count--;
	}
	pending->measures[pending->measure_count++] = (struct measure){ id_of(event), event->ts_us, what };
}

static void end_measure(struct trace_lane *lane, const struct trace_event *event, const struct trace_name *name)
{
	struct trace_lane_pending *pending = lane->pending;
	uint64_t id = id_of(event);
	for (size_t i = 0; i < pending->measure_count; i++) {
		const struct measure found = pending->measures[i];
		if (found.id != id || found.what != name->class)
			continue;
		memmove(&pending->measures[i], &pending->measures[i + 1],
			(--pending->measure_count - i) * sizeof pending->measures[0]);
		if (event->ts_us >= found.start_us)
			keep_slice(lane, found.start_us, event->ts_us, NAN, name);
		return;
	}
}

/* Chromium leaves out a tdur of 0; without tts there is no processor time at all. It may exceed dur by some 90 µs. */
static double cpu_of(const struct trace_event *event)
{
	return isnan(event->tts_us) ? NAN : fmin(event->tdur_us, event->dur_us);
}

void trace_lane_take(struct trace_lane *lane, const struct trace_event *event, const struct trace_name *name)
{
	if (isnan(event->ts_us))
		return;
	bool measure = name->flags & TRACE_NAME_MEASURE;
	switch (event->phase) {
	case 'X':
		if (event->dur_us >= 0)
			keep_slice(lane, event->ts_us, event->ts_us + event->dur_us, cpu_of(event), name);
		break;
	case 'I': case 'i':      /* slices of 0 µs are written so */
		keep_slice(lane, event->ts_us, event->ts_us, 0, name);
		break;
	case 'B': begin(lane, event, name); break;
	case 'E': end(lane, event); break;
	case 'b':
		if (measure)
			begin_measure(lane, event, name->class);
		break;
	case 'e':
		if (measure)
			end_measure(lane, event, name);
		break;
	}
}

/* ---- the whole ---- */

static int compare(const void *left, const void *right)
{
	return comes_before(left, right) ? -1 : comes_before(right, left);
}

/* Merges the sorted rest into the sorted beginning, from the end on. */
static void merge(struct trace_lane *lane)
{
	size_t late = lane->count - lane->sorted, left = lane->sorted, to = lane->count;
	struct trace_slice *rest = mem_alloc_zero(late, sizeof *rest);
	memcpy(rest, lane->slices + lane->sorted, late * sizeof *rest);
	while (late > 0) {
		bool from_left = left > 0 && comes_before(&rest[late - 1], &lane->slices[left - 1]);
		lane->slices[--to] = from_left ? lane->slices[--left] : rest[--late];
	}
	free(rest);
}

/* The same ones, in whatever order the slices came. A measure is no slice round others: they do not nest in it. */
static void leave_out_repeated(struct trace_lane *lane)
{
	size_t kept = 0, before = SIZE_MAX;
	for (size_t i = 0; i < lane->count; i++) {
		const struct trace_slice slice = lane->slices[i];
		if (before != SIZE_MAX && repeats(&slice, &lane->slices[before]))
			continue;
		if (!is_measure(&slice))
			before = kept;
		lane->slices[kept++] = slice;
	}
	lane->count = kept;
}

void trace_lane_sort(struct trace_lane *lane)
{
	if (lane->sorted < lane->count) {
		qsort(lane->slices + lane->sorted, lane->count - lane->sorted, sizeof *lane->slices, compare);
		merge(lane);
	}
	leave_out_repeated(lane);
	lane->sorted = lane->count;
}

void trace_lane_end(struct trace_lane *lane)
{
	struct trace_lane_pending *pending = lane->pending;
	while (pending->open_count > 0) {
		const struct open *open = &pending->open[--pending->open_count];
		keep_slice(lane, open->start_us, INFINITY, NAN, &open->name);
	}
	trace_lane_sort(lane);
}

void trace_lane_limit(struct trace_lane *lane, const struct trace_spans *windows)
{
	size_t kept = 0;
	lane->windows = windows;
	lane->window = 0;
	trace_lane_sort(lane);
	for (size_t i = 0; i < lane->count; i++) {
		const struct trace_slice *slice = &lane->slices[i];
		if (is_wanted(lane, slice->what, trace_lane_us(lane, slice->start), trace_lane_us(lane, slice->end)))
			lane->slices[kept++] = *slice;
	}
	lane->count = lane->sorted = kept;
}

void trace_lane_forget(struct trace_lane *lane, double before_us)
{
	size_t kept = 0;
	trace_lane_sort(lane);
	for (size_t i = 0; i < lane->count; i++) {
		if (trace_lane_us(lane, lane->slices[i].end) > before_us)
			lane->slices[kept++] = lane->slices[i];
	}
	lane->count = lane->sorted = kept;
}
