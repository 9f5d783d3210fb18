#include "trace/event_json.h"

#include <math.h>

#define put_key(put, key) trace_put_literal(put, ",\"" key "\":")

static void put_value(struct trace_put *put, const struct trace_value *value)
{
	if (value->kind == TRACE_STRING)
		trace_put_text(put, &value->text);
	else
		trace_put_bytes(put, value->text.bytes, value->text.length);
}

static void put_byte(struct trace_put *put, char byte)
{
	trace_put_string(put, &byte, 1);
}

static void put_times(struct trace_put *put, const struct trace_event *event)
{
	if (event->tdur_us > 0) {
		put_key(put, "tdur");
		trace_put_double(put, event->tdur_us);
	}
	put_key(put, "tid");
	trace_put_signed(put, event->tid);
	if (!isnan(event->ts_us)) {
		put_key(put, "ts");
		trace_put_double(put, event->ts_us);
	}
	if (!isnan(event->tts_us)) {
		put_key(put, "tts");
		trace_put_double(put, event->tts_us);
	}
}

static void put_ids(struct trace_put *put, const struct trace_event *event)
{
	if (event->id.kind != TRACE_ABSENT) {
		put_key(put, "id");
		put_value(put, &event->id);
	}
	if (event->id2.kind != TRACE_ABSENT) {
		put_key(put, "id2");
		put_value(put, &event->id2);
	}
}

/* A flow ends at the slice round its point ("bp":"e"), not at the next one to begin. */
void trace_event_json(struct trace_put *put, const struct trace_event *event)
{
	trace_put_literal(put, "{\"args\":");
	if (event->args.kind == TRACE_ABSENT)
		trace_put_literal(put, "{}");
	else
		put_value(put, &event->args);
	if (event->phase == 'f')
		trace_put_literal(put, ",\"bp\":\"e\"");
	put_key(put, "cat");
	trace_put_text(put, &event->category);
	if (event->phase == 'X') {
		put_key(put, "dur");
		trace_put_double(put, event->dur_us);
	}
	put_ids(put, event);
	put_key(put, "name");
	trace_put_text(put, &event->name);
	put_key(put, "ph");
	put_byte(put, event->phase);
	put_key(put, "pid");
	trace_put_signed(put, event->pid);
	if (event->scope) {
		put_key(put, "s");
		put_byte(put, event->scope);
	}
	put_times(put, event);
	trace_put_literal(put, "}");
}
