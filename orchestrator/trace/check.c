#include "trace/check.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "trace/messages.h"
#include "trace/reader.h"
#include "trace/value.h"

/* Messages that were posted after the latest mark so far: the next mark decides. Marks come every 1–2 s, and no page was
 * seen to send more than 40,000 messages a second. */
enum { WAITING_MAX = 1 << 17 };

/* How many went from one thread to another between the marks. */
struct route {
	const struct trace_thread *from, *to;
	uint64_t count;
	double first_handled_us;
};

struct trace_check {
	struct trace_reader *reader;
	struct trace_threads *threads;
	struct trace_messages *messages;
	struct route *routes;
	size_t route_count;
	struct trace_message *waiting;
	size_t waiting_count, waiting_room;
	double window_start_us, window_end_us; /* from the first mark to the last */
	struct trace_facts facts;
};

/* ---- messages between the marks ---- */

static bool is_inside(const struct trace_check *check, double ts_us)
{
	return ts_us >= check->window_start_us && ts_us <= check->window_end_us;
}

static struct route *route_of(struct trace_check *check, const struct trace_thread *from, const struct trace_thread *to)
{
	for (size_t i = 0; i < check->route_count; i++) {
		if (check->routes[i].from == from && check->routes[i].to == to)
			return &check->routes[i];
	}
	check->routes = mem_resize(check->routes, check->route_count + 1, sizeof *check->routes);
	check->routes[check->route_count] = (struct route){ from, to, 0, INFINITY };
	return &check->routes[check->route_count++];
}

static void count_message(struct trace_check *check, const struct trace_message *message)
{
	struct route *route = route_of(check, message->from, message->to);
	route->count++;
	route->first_handled_us = fmin(route->first_handled_us, message->handle_us);
}

static void count_waiting(struct trace_check *check)
{
	size_t kept = 0;
	for (size_t i = 0; i < check->waiting_count; i++) {
		const struct trace_message *message = &check->waiting[i];
		if (is_inside(check, message->post_us))
			count_message(check, message);
		else
			check->waiting[kept++] = *message;
	}
	check->waiting_count = kept;
}

static void take_message(struct trace_check *check, const struct trace_message *message)
{
	if (is_inside(check, message->post_us)) {
		count_message(check, message);
		return;
	}
	if (check->waiting_count == WAITING_MAX)
		return;
	if (check->waiting_count == check->waiting_room) {
		check->waiting_room = check->waiting_room ? 2 * check->waiting_room : 64;
		check->waiting = mem_resize(check->waiting, check->waiting_room, sizeof *check->waiting);
	}
	check->waiting[check->waiting_count++] = *message;
}

static void take_mark(struct trace_check *check, double ts_us)
{
	if (!(check->window_start_us <= ts_us))
		check->window_start_us = ts_us;
	if (!(check->window_end_us >= ts_us))
		check->window_end_us = ts_us;
	count_waiting(check);
}

/* ---- events ---- */

static bool begins_with(const struct trace_text *text, const char *start, size_t length)
{
	return text->length >= length && memcmp(text->bytes, start, length) == 0;
}

static void take_wasm(struct trace_facts *facts, const struct trace_event *event)
{
	const struct trace_text *name = &event->name;
	if (event->phase != 'X' && event->phase != 'I' && event->phase != 'B')
		return;
	if (trace_text_equals(name, "wasm.SyncCompile") || trace_text_equals(name, "wasm.AsyncCompile")
	    || trace_text_equals(name, "wasm.StartStreamingCompilation"))
		facts->wasm_compiles++;
	else if (trace_text_equals(name, "wasm.CompileLazy"))
		facts->wasm_lazy_compiles++;
	else if (trace_text_equals(name, "wasm.TopTierCompilation"))
		facts->wasm_tier_ups++;
}

/* A mark is an instant (or, with a time of its own, phase R); a measure begins with b. Navigation timing has the same
 * category and phase R; a mark has args.data.startTime. */
static void take_user_timing(struct trace_check *check, const struct trace_event *event)
{
	if (!trace_text_has_category(&event->category, "blink.user_timing"))
		return;
	if (event->phase == 'b') {
		check->facts.user_timings++;
		check->facts.guest_gcs += trace_text_equals(&event->name, "h:guestgc");
		return;
	}
	bool mark = event->phase == 'I' || event->phase == 'i' || event->phase == 'R';
	if (!mark || trace_value_find(&event->args, "data.startTime").kind != TRACE_NUMBER)
		return;
	check->facts.user_timings++;
	if (begins_with(&event->name, "align:", 6))
		take_mark(check, event->ts_us);
}

static void take_time(struct trace_facts *facts, const struct trace_event *event)
{
	double end_us = event->ts_us + event->dur_us;
	if (event->phase == 'M' || isnan(end_us))
		return;
	if (!(facts->first_us <= event->ts_us))
		facts->first_us = event->ts_us;
	if (!(facts->last_us >= end_us))
		facts->last_us = end_us;
}

static void on_event(const struct trace_event *event, void *context)
{
	struct trace_check *check = context;
	struct trace_message message;
	check->facts.events++;
	take_time(&check->facts, event);
	const struct trace_thread *thread = trace_threads_take(check->threads, event);
	if (thread && trace_messages_take(check->messages, event, thread, &message))
		take_message(check, &message);
	if (begins_with(&event->name, "wasm.", 5))
		take_wasm(&check->facts, event);
	else if (begins_with(&event->category, "blink.", 6))
		take_user_timing(check, event);
}

static void on_metadata(const struct json *metadata, void *context)
{
	struct trace_check *check = context;
	trace_loss_read(&check->facts.loss, metadata);
}

struct trace_check *trace_check_new(void)
{
	struct trace_check *check = mem_alloc_zero(1, sizeof *check);
	const struct trace_reader_calls calls = { on_event, on_metadata, check };
	check->reader = trace_reader_new(&calls);
	check->threads = trace_threads_new();
	check->messages = trace_messages_new();
	check->window_start_us = check->window_end_us = NAN;
	check->facts.first_us = check->facts.last_us = NAN;
	return check;
}

void trace_check_free(struct trace_check *check)
{
	if (!check)
		return;
	trace_reader_free(check->reader);
	trace_threads_free(check->threads);
	trace_messages_free(check->messages);
	free(check->routes);
	free(check->waiting);
	free(check);
}

int trace_check_feed(struct trace_check *check, const char *bytes, size_t length, struct err *err)
{
	return trace_reader_feed(check->reader, bytes, length, err);
}

/* ---- the end ---- */

/* The two threads while pending ends are looked at. */
struct pending {
	struct trace_check *check;
	const struct trace_thread *main, *worker;
	uint64_t count;
};

static bool has_lost_head(const struct trace_check *check)
{
	return trace_loss_value(&check->facts.loss, "chunks_overwritten") > 0;
}

/* Messages of one direction are handled in their order: one that was handled before the first whose posting is in a ring was
 * posted in what was overwritten. */
static bool is_of_lost_head(const struct pending *pending, const struct trace_message *message)
{
	if (message->from || !has_lost_head(pending->check))
		return false;
	const struct trace_thread *from = message->to == pending->main ? pending->worker : pending->main;
	return message->handle_us < route_of(pending->check, from, message->to)->first_handled_us;
}

static void on_pending(const struct trace_message *message, void *context)
{
	struct pending *pending = context;
	const struct trace_thread *thread = message->from ? message->from : message->to;
	if ((thread == pending->main || thread == pending->worker)
	    && is_inside(pending->check, message->from ? message->post_us : message->handle_us))
		pending->count += !is_of_lost_head(pending, message);
}

/* Of both threads: where a ring begins that has lost its head. */
static double usable_from(const struct trace_check *check, const struct trace_thread *page, const struct trace_thread *worker)
{
	return has_lost_head(check) ? fmax(page->first_us, worker->first_us) : -INFINITY;
}

/* Where the marks of an end are missing, what is there belongs to the launch as far as anybody can tell. */
static void open_window(struct trace_check *check, const struct trace_marks *marks, double usable_from_us)
{
	struct trace_mark_ends missing = trace_marks_missing(marks, has_lost_head(check));
	if (missing.start)
		check->window_start_us = usable_from_us;
	if (missing.end)
		check->window_end_us = INFINITY;
	count_waiting(check);
}

static void take_threads(struct trace_check *check, const struct trace_thread *page, const struct trace_thread *worker)
{
	struct trace_facts *facts = &check->facts;
	facts->has_main = page;
	facts->has_worker = worker;
	if (page)
		facts->main = *page;
	if (worker)
		facts->worker = *worker;
	if (page && worker) {
		open_window(check, &page->marks[TRACE_MAIN], usable_from(check, page, worker));
		open_window(check, &worker->marks[TRACE_WORKER], usable_from(check, page, worker));
		facts->to_worker = route_of(check, page, worker)->count;
		facts->to_main = route_of(check, worker, page)->count;
	}
}

int trace_check_end(struct trace_check *check, struct trace_facts *facts, struct err *err)
{
	if (trace_reader_end(check->reader, err))
		return -1;
	struct pending pending = { check, trace_threads_of_role(check->threads, TRACE_MAIN),
		trace_threads_of_role(check->threads, TRACE_WORKER), 0 };
	take_threads(check, pending.main, pending.worker);
	trace_messages_pending(check->messages, on_pending, &pending);
	check->facts.unpaired = pending.count;
	*facts = check->facts;
	return 0;
}
