#include "browser/tracing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/mono.h"
#include "cdp/stream.h"

enum state { IDLE, STARTING, RECORDING, ENDING, PULLING };

struct browser_tracer {
	struct loop *loop;
	struct cdp_connection *connection;
	char *session;
	void (*on_idle)(void *context);
	void *idle_context;
	enum state state;
	const char *format; /* as the browser calls it: asked for last */
	browser_done_fn on_started; /* STARTING */
	browser_trace_fn on_stopped; /* ENDING, PULLING */
	void *context; /* of either */
	struct loop_timer timer; /* ENDING: waits for Tracing.tracingComplete */
	int fd;
	int64_t complete_us; /* mono_now_us() clock */
	int64_t read_deadline_us;
	struct browser_trace_result result;
	struct cdp_stream *stream; /* PULLING */
	struct err failed; /* ERR_NONE while the browser lives */
	int pending;       /* replies to come: they point to us */
	bool freed;
};

static void free_now(void *context)
{
	struct browser_tracer *tracer = context;
	loop_timer_release(&tracer->timer);
	free(tracer->session);
	free(tracer);
}

/* Every reply goes through here first; false: it is not for what is under way. */
static bool take_reply(struct browser_tracer *tracer, enum state state)
{
	tracer->pending--;
	if (tracer->freed && tracer->pending == 0)
		loop_defer(tracer->loop, free_now, tracer);
	return !tracer->freed && tracer->state == state;
}

static void send(struct browser_tracer *tracer, const char *method, struct json *params,
	int64_t deadline_us, cdp_reply_fn on_reply)
{
	tracer->pending++;
	cdp_send(tracer->connection, tracer->session, method, params, deadline_us, on_reply, tracer);
}

/* ---- what cannot be done ---- */

struct refusal {
	browser_done_fn on_done; /* one of the two */
	browser_trace_fn on_stopped;
	void *context;
	struct err err;
};

static void on_refused_later(void *context)
{
	struct refusal *refusal = context;
	const struct browser_trace_result nothing = {0};
	if (refusal->on_done)
		refusal->on_done(&refusal->err, refusal->context);
	else
		refusal->on_stopped(&nothing, &refusal->err, refusal->context);
	free(refusal);
}

static void refuse_later(struct browser_tracer *tracer, browser_done_fn on_done,
	browser_trace_fn on_stopped, void *context)
{
	struct refusal *refusal = mem_alloc_zero(1, sizeof *refusal);
	*refusal = (struct refusal){on_done, on_stopped, context, tracer->failed};
	if (refusal->err.code == ERR_NONE)
		err_set(&refusal->err, ERR_BUSY, "a trace is being %s already", tracer->state == STARTING ? "started"
			: tracer->state == RECORDING ? "recorded" : "stopped");
	loop_defer(tracer->loop, on_refused_later, refusal);
}

/* ---- start ---- */

static void finish_start(struct browser_tracer *tracer, const struct err *err)
{
	browser_done_fn on_started = tracer->on_started;
	tracer->on_started = NULL;
	tracer->state = err ? IDLE : RECORDING;
	on_started(err, tracer->context);
}

static void on_start_reply(const struct json *result, const struct err *err, void *context)
{
	(void)result;
	if (take_reply(context, STARTING))
		finish_start(context, err);
}

static struct json *start_params(const struct browser_tracer *tracer, const struct browser_trace_options *options)
{
	struct json *params = json_new_object(), *config = json_new_object(), *names = json_new_array();
	for (const char *const *name = options->categories; *name; name++)
		json_append(names, json_new_text(*name));
	json_set(config, "includedCategories", names);
	json_set_text(config, "recordMode", options->ring ? "recordContinuously" : "recordUntilFull");
	if (options->buffer_kb > 0)
		json_set_number(config, "traceBufferSizeInKb", options->buffer_kb);
	json_set(params, "traceConfig", config);
	json_set_text(params, "transferMode", "ReturnAsStream");
	json_set_text(params, "streamFormat", tracer->format);
	json_set_text(params, "streamCompression", "none"); /* Chromium compresses at background priority */
	return params;
}

void browser_tracer_start(struct browser_tracer *tracer, const struct browser_trace_options *options,
	int64_t deadline_us, browser_done_fn on_started, void *context)
{
	if (tracer->state != IDLE || tracer->failed.code != ERR_NONE) {
		refuse_later(tracer, on_started, NULL, context);
		return;
	}
	tracer->state = STARTING;
	tracer->format = options->format == TRACE_FORMAT_PROTOBUF ? "proto" : "json";
	tracer->on_started = on_started;
	tracer->context = context;
	send(tracer, "Tracing.start", start_params(tracer, options), deadline_us, on_start_reply);
}

/* ---- stop ---- */

static void finish_stop(struct browser_tracer *tracer, const struct err *err)
{
	browser_trace_fn on_stopped = tracer->on_stopped;
	struct browser_trace_result result = tracer->result;
	if (tracer->stream) {
		result.bytes = cdp_stream_bytes(tracer->stream);
		result.read_us = mono_now_us() - tracer->complete_us;
	}
	tracer->on_stopped = NULL;
	tracer->state = IDLE;
	loop_timer_cancel(&tracer->timer);
	cdp_stream_free(tracer->stream);
	tracer->stream = NULL;
	on_stopped(&result, err, tracer->context);
	if (!tracer->freed)
		tracer->on_idle(tracer->idle_context);
}

static void on_end_reply(const struct json *result, const struct err *err, void *context)
{
	(void)result;
	if (take_reply(context, ENDING) && err)
		finish_stop(context, err);
}

static void on_end_deadline(void *context)
{
	struct err err;
	err_set(&err, ERR_TIMEOUT, "the browser did not have the trace together in time");
	finish_stop(context, &err);
}

/* After a start that came to nothing, too: whether the browser records then is unknown. */
void browser_tracer_stop(struct browser_tracer *tracer, int fd, int64_t stop_deadline_us,
	int64_t read_deadline_us, browser_trace_fn on_stopped, void *context)
{
	bool possible = tracer->state == RECORDING || tracer->state == IDLE;
	if (!possible || tracer->failed.code != ERR_NONE) {
		refuse_later(tracer, NULL, on_stopped, context);
		return;
	}
	tracer->state = ENDING;
	tracer->on_stopped = on_stopped;
	tracer->context = context;
	tracer->fd = fd;
	tracer->read_deadline_us = read_deadline_us;
	tracer->result = (struct browser_trace_result){.asked_us = mono_now_us()};
	loop_timer_set(&tracer->timer, stop_deadline_us);
	send(tracer, "Tracing.end", NULL, stop_deadline_us, on_end_reply);
}

static void on_pulled(const struct err *err, void *context)
{
	finish_stop(context, err);
}

/* What Tracing.tracingComplete must say; NULL, or what is wrong with it. */
static const char *problem_of(const struct browser_tracer *tracer, const struct json *complete)
{
	if (json_text(complete, "stream", "")[0] == '\0')
		return "without a stream";
	if (strcmp(json_text(complete, "traceFormat", "json"), tracer->format) != 0 ||
	    strcmp(json_text(complete, "streamCompression", "none"), "none") != 0)
		return "in another format than was asked for";
	if (!json_get(complete, "dataLossOccurred"))
		return "without a word on lost events";
	return NULL;
}

/* Nobody will read it. */
static void drop(struct browser_tracer *tracer, const struct json *complete)
{
	const char *stream = json_text(complete, "stream", "");
	if (stream[0])
		cdp_stream_drop(tracer->connection, tracer->session, stream);
}

static void pull(struct browser_tracer *tracer, const struct json *complete)
{
	tracer->state = PULLING;
	loop_timer_cancel(&tracer->timer);
	tracer->complete_us = mono_now_us();
	tracer->result.stop_us = tracer->complete_us - tracer->result.asked_us;
	tracer->result.data_loss = json_bool(complete, "dataLossOccurred", true);
	tracer->stream = cdp_stream_pull(tracer->loop, tracer->connection, tracer->session,
		json_text(complete, "stream", ""), tracer->fd, tracer->read_deadline_us, on_pulled, tracer);
}

static void trace_completed(struct browser_tracer *tracer, const struct json *complete)
{
	const char *problem = problem_of(tracer, complete);
	if (!problem) {
		pull(tracer, complete);
		return;
	}
	struct err err;
	err_set(&err, ERR_INVALID, "the browser ended the trace %s", problem);
	drop(tracer, complete);
	finish_stop(tracer, &err);
}

bool browser_tracer_is_stopping(const struct browser_tracer *tracer)
{
	return tracer->state == ENDING || tracer->state == PULLING;
}

/* ---- events and the end ---- */

void browser_tracer_event(struct browser_tracer *tracer, const char *method, const struct json *params)
{
	if (strcmp(method, "Tracing.tracingComplete") != 0)
		return;
	if (tracer->state == ENDING)
		trace_completed(tracer, params);
	else
		drop(tracer, params); /* too late */
}

struct browser_tracer *browser_tracer_new(struct loop *loop, struct cdp_connection *connection,
	const char *session, void (*on_idle)(void *context), void *context)
{
	struct browser_tracer *tracer = mem_alloc_zero(1, sizeof *tracer);
	tracer->loop = loop;
	tracer->connection = connection;
	tracer->session = mem_strdup(session);
	tracer->format = "json";
	tracer->on_idle = on_idle;
	tracer->idle_context = context;
	loop_timer_init(&tracer->timer, loop, on_end_deadline, tracer);
	return tracer;
}

void browser_tracer_page_failed(struct browser_tracer *tracer, const struct err *err)
{
	if (tracer->state == STARTING)
		finish_start(tracer, err);
}

void browser_tracer_fail(struct browser_tracer *tracer, const struct err *err)
{
	tracer->failed = *err;
	browser_tracer_page_failed(tracer, &tracer->failed);
	if (browser_tracer_is_stopping(tracer))
		finish_stop(tracer, &tracer->failed);
}

void browser_tracer_free(struct browser_tracer *tracer)
{
	if (!tracer || tracer->freed)
		return;
	tracer->freed = true;
	loop_timer_cancel(&tracer->timer);
	cdp_stream_free(tracer->stream);
	tracer->stream = NULL;
	if (tracer->pending == 0)
		loop_defer(tracer->loop, free_now, tracer);
}
