/* A summary of events that stand in a test as text, each without its braces. */
#ifndef WASMOGRAPH_TEST_TRACE_SUMMARY_SCENE_H
#define WASMOGRAPH_TEST_TRACE_SUMMARY_SCENE_H

#include "trace/fixture.h"

#include "trace/summary.h"

struct summary_scene {
	struct trace_summariser *summariser;
	const struct trace_summary *summary;
};

static inline void summary_on_event(const struct trace_event *event, void *context)
{
	trace_summariser_take(context, event);
}

static inline void summary_on_metadata(const struct json *metadata, void *context)
{
	trace_summariser_take_metadata(context, metadata);
}

static inline void summary_read(struct summary_scene *scene, double limit_us, const char *text, size_t length)
{
	struct err err = { 0 };
	scene->summariser = trace_summariser_new(limit_us);
	const struct trace_reader_calls calls = { summary_on_event, summary_on_metadata, scene->summariser };
	struct trace_reader *reader = trace_reader_new(&calls);
	if (trace_reader_feed(reader, text, length, &err) || trace_reader_end(reader, &err))
		fail_msg("%s", err.text);
	trace_reader_free(reader);
	scene->summary = trace_summariser_end(scene->summariser);
}

static inline void summary_make(struct summary_scene *scene, double limit_us, const char *const *events, size_t count)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < count; i++)
		buf_append_format(&text, "%s{%s}", i ? "," : "[", events[i]);
	buf_append_text(&text, "]");
	summary_read(scene, limit_us, text.data, text.length);
	buf_release(&text);
}
#define SUMMARY(scene, limit_us, ...) \
	do { \
		const char *const events_[] = { __VA_ARGS__ }; \
		summary_make(scene, limit_us, events_, FIXTURE_COUNT(events_)); \
	} while (0)

static inline void summary_release(struct summary_scene *scene)
{
	trace_summariser_free(scene->summariser);
}

static inline const struct trace_summary_thread *summary_thread(const struct summary_scene *scene, int64_t tid)
{
	for (size_t i = 0; i < scene->summary->thread_count; i++) {
		if (scene->summary->threads[i].thread->tid == tid)
			return &scene->summary->threads[i];
	}
	fail_msg("there is no thread %lld", (long long)tid);
	return NULL;
}

/* A slice of process 7: name, thread, start and length. */
#define SLICE(name, tid, ts, dur) \
	"\"ph\":\"X\",\"name\":\"" name "\",\"pid\":7,\"tid\":" #tid ",\"ts\":" #ts ",\"dur\":" #dur ",\"tdur\":" #dur ",\"tts\":1"
#define SLICE_ARGS(name, tid, ts, dur, args) SLICE(name, tid, ts, dur) ",\"args\":" args
#define PHASE(ph, name, tid, ts) "\"ph\":\"" ph "\",\"name\":\"" name "\",\"pid\":7,\"tid\":" #tid ",\"ts\":" #ts
#define PHASE_ARGS(ph, name, tid, ts, args) PHASE(ph, name, tid, ts) ",\"args\":" args
#define ID(number) "{\"data\":{\"traceId\":\"" #number "\"}}"

#endif
