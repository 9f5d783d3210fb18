#include "report/trace_notes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One slice in a hundred out of order is a writer's haste; more is another order. */
#define BACKWARD_SHARE 0.01

__attribute__((format(printf, 2, 3)))
static void add(struct trace_notes *notes, const char *format, ...)
{
	va_list arguments;
	if (notes->count == TRACE_NOTES_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(notes->items[notes->count++], TRACE_NOTE_SIZE, format, arguments);
	va_end(arguments);
}

static const char *meaning_of(const char *counter)
{
	static const char *const meanings[][2] = {
		{ "chunks_overwritten", "the head: a ring buffer was overwritten" },
		{ "chunks_discarded", "the tail: the buffer was full" },
		{ "trace_writer_packet_loss", "packets in the middle: a process wrote faster than they were fetched" },
	};
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		if (strcmp(counter, meanings[i][0]) == 0)
			return meanings[i][1];
	}
	return NULL;
}

static void tell_loss(const struct trace_loss *loss, char text[TRACE_NOTE_SIZE])
{
	size_t length = 0;
	for (size_t i = 0; i < loss->count && length < TRACE_NOTE_SIZE; i++) {
		const char *meaning = meaning_of(loss->counters[i].name);
		length += (size_t)snprintf(text + length, TRACE_NOTE_SIZE - length, "%s%s%s%s %.0f%s", i ? "; " : "",
			meaning ? meaning : "", meaning ? " (" : "", loss->counters[i].name, loss->counters[i].value,
			meaning ? ")" : "");
	}
}

static void note_reading(const struct trace_summary *summary, struct trace_notes *notes)
{
	if (!summary->loss.has_stats)
		add(notes, "The trace holds no account of what it lost: losses go unnoticed here.");
	if (summary->threadless)
		add(notes, "%" PRIu64 " events are of more threads than are kept (%d): they count in the sum only.",
			summary->threadless, TRACE_THREADS_MAX);
	if (summary->undated)
		add(notes, "%" PRIu64 " events have no time.", summary->undated);
	if ((double)summary->backward > BACKWARD_SHARE * (double)summary->slices)
		add(notes, "%.0f %% of the slices do not stand in the order of time, as Chromium writes them: which tasks, "
			"collections and compilations lie in others cannot be told, and some are counted twice.",
			100 * (double)summary->backward / (double)summary->slices);
}

static uint64_t count_tasks(const struct trace_summary *summary)
{
	uint64_t count = 0;
	for (size_t i = 0; i < summary->thread_count; i++)
		count += summary->threads[i].tasks.totals[TRACE_TASKS].count;
	return count;
}

static void note_messages(const struct trace_summary *summary, struct trace_notes *notes)
{
	const struct trace_routes_end *routes = &summary->routes;
	uint64_t paired = 0, queued = 0;
	for (size_t i = 0; i < routes->count; i++) {
		paired += routes->items[i]->latency.count;
		queued += routes->items[i]->queue.count;
	}
	if (paired == 0)
		add(notes, "No messages: postMessage() is in the category devtools.timeline, where both ends of a message carry one "
			"id; MessagePorts and BroadcastChannels have none.");
	else if (queued == 0)
		add(notes, "The way of a message is told from SchedulePostMessage, which Chromium writes after the hand-off: it is "
			"some 10 to 60 µs too short. The categories toplevel and toplevel.flow would give its exact time in the queue.");
	if (routes->unpaired)
		add(notes, "Of %" PRIu64 " messages only one end is in the trace.", routes->unpaired);
	if (routes->beyond)
		add(notes, "%" PRIu64 " messages went between more pairs of threads than are kept (%d).", routes->beyond,
			TRACE_ROUTES_MAX);
	if (routes->unqueued)
		add(notes, "The time in the queue of the last %" PRIu64 " messages was not looked for: there are too many.",
			routes->unqueued);
}

void trace_notes_make(const struct trace_summary *summary, struct trace_notes *notes)
{
	memset(notes, 0, sizeof *notes);
	tell_loss(&summary->loss, notes->lost);
	note_reading(summary, notes);
	if (count_tasks(summary) == 0)
		add(notes, "No tasks: RunTask is in the categories toplevel and disabled-by-default-devtools.timeline; the outermost "
			"slices of each thread stand in for them.");
	note_messages(summary, notes);
}
