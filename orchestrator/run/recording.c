#include "run/recording.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "run/ticks_keep.h"
#include "trace/check.h"
#include "trace/file.h"
#include "trace/gzip.h"
#include "trace/verdict.h"

/* devtools.timeline: postMessage both ways, GC of every isolate; its disabled twin: tasks, worker identities; v8,
 * v8.wasm: kinds of GC, lazy compilation, memory.grow; user_timing: our marks; blink.worker: the worker's
 * serialisation. The set that named as many causes as twice the events did. */
static const char *const usual_categories[] = { "devtools.timeline",
	"disabled-by-default-devtools.timeline", "v8", "v8.wasm", "blink.user_timing", "blink.worker" };

const char **recording_categories_with(const struct json *more)
{
	const size_t usual = sizeof usual_categories / sizeof *usual_categories;
	const char **categories = mem_alloc_zero(usual + json_length(more) + 1, sizeof *categories);
	size_t count = 0;
	for (; count < usual; count++)
		categories[count] = usual_categories[count];
	for (const struct json *m = json_first(more); m; m = json_next(m))
		categories[count++] = json_as_text(m, "");
	return categories;
}

const char *recording_raw_name(enum trace_format format)
{
	return format == TRACE_FORMAT_PROTOBUF ? "trace.pftrace" : "trace.json";
}

const char *recording_name(enum trace_format format)
{
	return format == TRACE_FORMAT_PROTOBUF ? "trace.pftrace.gz" : "trace.json.gz";
}

/* The page's own count of messages; −1 when it gave none. */
static int64_t sent(const struct json *report, const char *direction)
{
	double count = json_number(json_get(report, "trace"), direction, -1);
	return count >= 0 ? (int64_t)count : -1;
}

static struct trace_expectation expectation_of(const struct recording_input *input)
{
	return (struct trace_expectation){ .data_loss = input->record->trace.data_loss, .no_parties = input->is_capture, .ring = input->ring,
		.target = input->target_is_main ? TRACE_MAIN : TRACE_WORKER,
		.to_target = sent(input->report, "to_target"), .to_sender = sent(input->report, "to_sender") };
}

/* ---- description ---- */

static struct json *thread_json(const struct trace_thread *thread, enum trace_role role)
{
	struct json *object = json_new_object();
	json_set_number(object, "pid", (double)thread->pid);
	json_set_number(object, "tid", (double)thread->tid);
	json_set_text(object, "name", thread->name);
	json_set_number(object, "marks", (double)thread->marks[role].count);
	json_set_number(object, "minor_gcs", (double)thread->minor_gcs);
	json_set_number(object, "major_gcs", (double)thread->major_gcs);
	json_set_number(object, "gc_ms", thread->gc_us / 1000);
	json_set_number(object, "long_tasks", (double)thread->long_tasks);
	return object;
}

static struct json *direction_json(int64_t sent, uint64_t traced)
{
	struct json *object = json_new_object();
	json_set_number(object, "sent", sent < 0 ? NAN : (double)sent);
	json_set_number(object, "traced", (double)traced);
	return object;
}

static struct json *messages_json(const struct trace_facts *facts,
	const struct trace_expectation *expected)
{
	bool to_main = expected->target == TRACE_MAIN;
	struct json *messages = json_new_object();
	json_set(messages, "to_target", direction_json(expected->to_target,
		to_main ? facts->to_main : facts->to_worker));
	json_set(messages, "to_sender", direction_json(expected->to_sender,
		to_main ? facts->to_worker : facts->to_main));
	json_set_number(messages, "unpaired", (double)facts->unpaired);
	return messages;
}

static struct json *loss_json(const struct trace_loss *loss)
{
	struct json *counters = json_new_object();
	for (size_t i = 0; i < loss->count; i++)
		json_set_number(counters, loss->counters[i].name, loss->counters[i].value);
	return counters;
}

static void describe_facts(struct json *out, const struct trace_facts *facts,
	const struct trace_expectation *expected)
{
	json_set_number(out, "events", (double)facts->events);
	json_set_number(out, "seconds", (facts->last_us - facts->first_us) / 1e6);
	json_set(out, "messages", messages_json(facts, expected));
	json_set(out, "main", facts->has_main ? thread_json(&facts->main, TRACE_MAIN) : json_new_null());
	json_set(out, "worker",
		facts->has_worker ? thread_json(&facts->worker, TRACE_WORKER) : json_new_null());
	bool named = facts->has_main && facts->has_worker; /* else whose they are is not known */
	json_set_number(out, "guest_gcs", named ? (double)facts->guest_gcs : NAN);
	json_set_number(out, "wasm_compiles", named ? (double)facts->wasm_compiles : NAN);
	json_set_number(out, "wasm_lazy_compiles", named ? (double)facts->wasm_lazy_compiles : NAN);
	json_set_number(out, "wasm_tier_ups", named ? (double)facts->wasm_tier_ups : NAN);
	json_set(out, "loss", loss_json(&facts->loss));
	if (expected->ring)
		json_set_bool(json_get(out, "ring"), "overwritten", trace_loss_value(&facts->loss, "chunks_overwritten") > 0);
}

static struct json *ring_json(const struct launch_record *record)
{
	struct json *ring = json_new_object();
	json_set_bool(ring, "episode", record->has_episode);
	json_set(ring, "overwritten", json_new_null());
	json_set(ring, "stop_asked_after_ms", json_new_null());
	json_set(ring, "last_event_after_ms", json_new_null());
	return ring;
}

static struct json *describe(const struct recording_input *input)
{
	struct json *out = json_new_object(), *categories = json_new_array();
	for (const char *const *name = input->categories; *name; name++)
		json_append(categories, json_new_text(*name));
	json_set_text(out, "format", trace_format_name(input->format));
	json_set(out, "categories", categories);
	json_set_number(out, "buffer_kb", input->buffer_kb ? input->buffer_kb : NAN);
	if (input->ring)
		json_set(out, "ring", ring_json(input->record));
	return out;
}

/* ---- reading and keeping ---- */

/* A trace whose end is missing is a lossy one: what is there is kept. */
static void judge(const struct recording_input *input, const char *path, struct recording *recording)
{
	struct err err = { 0 };
	struct trace_facts facts;
	struct trace_expectation expected = expectation_of(input);
	char text[TRACE_VERDICT_SIZE];
	const char *lost = text;
	if (trace_file_check(path, &facts, &err)) {
		recording->lossy = true;
		lost = err.text;
	} else {
		recording->lossy = trace_verdict(&facts, &expected, text);
		recording->last_us = facts.last_us;
		describe_facts(recording->facts, &facts, &expected);
	}
	json_set_bool(recording->facts, "lossy", recording->lossy);
	json_set_text(recording->facts, "lost", recording->lossy ? lost : NULL);
}

static void describe_pull(struct json *facts, const struct launch_record *record)
{
	json_set_bool(facts, "data_loss", record->trace.data_loss);
	json_set_number(facts, "bytes", (double)record->trace.bytes);
	json_set_number(facts, "stop_ms", (double)record->trace.stop_us / 1000);
	json_set_bool(facts, "stalled", record->trace_stalled);
	json_set_number(facts, "read_ms", (double)record->trace.read_us / 1000);
}

static void keep(const char *raw, const char *compressed, struct recording *recording)
{
	struct err err = { 0 };
	struct trace_gzip gzip;
	if (trace_gzip_file(raw, compressed, &gzip, &err))
		json_set_text(recording->facts, "failed", err.text);
}

/* A flight recorder that had nothing to keep. */
static bool is_without_episode(const struct recording_input *input)
{
	return input->ring && input->record->measured && !input->record->has_episode;
}

/* The ticks stand beside a trace, which names their worker. */
static void drop_ticks(const char *staging)
{
	char *raw = fs_join(staging, TICKS_RAW_NAME);
	unlink(raw);
	free(raw);
}

void recording_finish(const struct recording_input *input, struct recording *recording)
{
	const struct launch_record *record = input->record;
	bool failed = record->trace_failure.code != ERR_NONE;
	char *raw = fs_join(input->staging, recording_raw_name(input->format));
	char *compressed = fs_join(input->staging, recording_name(input->format));
	*recording = (struct recording){ .facts = describe(input), .last_us = NAN };
	json_set_text(recording->facts, "failed", failed ? record->trace_failure.text
		: record->trace_pulled || is_without_episode(input) ? NULL : "the launch ended before its trace was whole");
	if (record->trace_pulled) {
		describe_pull(recording->facts, record);
		judge(input, raw, recording);
		keep(raw, compressed, recording);
	}
	if (is_without_episode(input))
		drop_ticks(input->staging);
	else if (!input->is_capture)
		recording->ticks = ticks_keep_of_launch(input->staging, record->ticks, recording->facts);
	unlink(raw);
	free(raw);
	free(compressed);
}

void recording_tell_stop(struct recording *recording, double over_us, double asked_us)
{
	struct json *ring = json_get(recording->facts, "ring");
	json_set_number(ring, "stop_asked_after_ms", (asked_us - over_us) / 1000);
	json_set_number(ring, "last_event_after_ms", (recording->last_us - over_us) / 1000);
}
