#include "browser/page.h"

#include <stdio.h>
#include <string.h>

#include "browser/capture.h"
#include "browser/evaluate.h"
#include "browser/internal.h"
#include "browser/load.h"
#include "browser/target.h"
#include "browser/tracing.h"
#include "browser/verdict.h"

/* A dead page never answers: everything that waits hears of it now. */
void browser_page_fail(struct browser *browser, const char *why)
{
	struct err err;
	err_set(&err, ERR_CLOSED, "%s", why);
	if (browser->evaluator)
		browser_evaluator_fail(browser->evaluator, &err);
	if (browser->loader)
		browser_loader_fail(browser->loader, &err);
	if (browser->tracer)
		browser_tracer_page_failed(browser->tracer, &err);
}

void browser_page_lost(struct browser *browser, const char *why)
{
	struct err err;
	err_set(&err, ERR_CLOSED, "%s", why);
	browser_page_fail(browser, why);
	if (browser->tracer)
		browser_tracer_fail(browser->tracer, &err);
}

bool browser_page_is_tracing(const struct browser *browser)
{
	return browser->tracer && browser_tracer_is_stopping(browser->tracer);
}

/* The trace is what a browser that has died was still there for. */
static void on_tracer_idle(void *context)
{
	struct browser *browser = context;
	if (browser->told && !browser->freed)
		browser_close(browser);
}

/* ---- the page ---- */

static void on_unattached(struct browser *browser, const struct err *err)
{
	if (err->code == ERR_CLOSED) {
		browser_verdict_await(browser); /* on_connection_closed knows why */
		return;
	}
	browser_verdict_hint(browser, err->text);
	if (err->code == ERR_TIMEOUT) {
		browser_verdict_look(browser);
		return;
	}
	browser->evidence.unusable = true;
	browser_verdict_give(browser);
}

static void on_page_attached(const struct err *err, void *context)
{
	struct browser *browser = context;
	if (err) {
		on_unattached(browser, err);
		return;
	}
	const char *session = browser_target_session(browser->target);
	browser->loader = browser_loader_new(browser->loop, browser->connection, session);
	browser->evaluator = browser_evaluator_new(browser->loop, browser->connection, session);
	browser->tracer = browser_tracer_new(browser->loop, browser->connection, session, on_tracer_idle,
		browser);
	browser->capture = browser_capture_new(browser->loop, browser->connection, session);
	browser->ready = true;
	loop_timer_cancel(&browser->deadline);
	browser->events.on_ready(browser->events.context);
}

static void on_page_crashed(const char *status, int error_code, void *context)
{
	struct browser *browser = context;
	browser->evidence.target_crashed = true;
	if (*status) {
		snprintf(browser->target_status, sizeof browser->target_status, "%s", status);
		browser->evidence.target_status = browser->target_status;
		browser->evidence.target_error = error_code;
		browser_verdict_give(browser);
	} else {
		browser_verdict_await(browser);
		browser_page_fail(browser, "the renderer has crashed");
	}
}

static void open_page(struct browser *browser)
{
	struct browser_target_events events = {
		.on_attached = on_page_attached, .on_crashed = on_page_crashed, .context = browser};
	browser->target = browser_target_open(browser->loop, browser->connection, browser_time_left_us(browser),
		&events);
}

static void on_version(const struct json *result, const struct err *err, void *context)
{
	struct browser *browser = context;
	if (browser->died)
		return;
	if (err) {
		on_unattached(browser, err);
		return;
	}
	browser->version = json_copy(result);
	open_page(browser);
}

/* ---- the connection ---- */

static void on_connection_open(void *context)
{
	struct browser *browser = context;
	cdp_send(browser->connection, NULL, "Browser.getVersion", NULL, browser_time_left_us(browser), on_version,
		browser);
}

static bool is_of_page(const struct browser *browser, const char *session)
{
	return *session && strcmp(session, browser_target_session(browser->target)) == 0;
}

static void on_connection_event(const char *session, const char *method, const struct json *params,
	void *context)
{
	struct browser *browser = context;
	if (!browser->target)
		return;
	if (browser->ready && is_of_page(browser, session))
		browser_tracer_event(browser->tracer, method, params);
	if (browser->died)
		return;
	browser_target_event(browser->target, session, method, params);
	if (!browser->ready || browser->died || !is_of_page(browser, session))
		return;
	browser_loader_event(browser->loader, method, params);
	browser_capture_event(browser->capture, method, params);
	if (!browser->died && browser->events.on_page_event)
		browser->events.on_page_event(method, params, browser->events.context);
}

static void on_connection_closed(const struct err *why, void *context)
{
	struct browser *browser = context;
	browser->evidence.socket_lost = true;
	if (browser->died) {
		browser_page_lost(browser, why->text);
		return;
	}
	browser_verdict_hint(browser, why->text);
	if (why->code == ERR_TIMEOUT) /* of the handshake */
		browser_verdict_look(browser);
	else
		browser_verdict_await(browser);
}

int browser_page_connect(struct browser *browser, const struct browser_endpoint *endpoint,
	struct err *err)
{
	struct cdp_connection_events events = {.on_open = on_connection_open,
		.on_event = on_connection_event, .on_closed = on_connection_closed, .context = browser};
	browser->connection = cdp_connect(browser->loop, "127.0.0.1", endpoint->port, endpoint->path,
		browser_time_left_us(browser), &events, err);
	return browser->connection ? 0 : -1;
}

void browser_page_let_go(struct browser *browser)
{
	browser_target_free(browser->target);
	browser->target = NULL;
	struct cdp_connection *connection = browser->connection;
	browser->connection = NULL;
	cdp_connection_free(connection);
}

void browser_page_free(struct browser *browser)
{
	browser_loader_free(browser->loader);
	browser_evaluator_free(browser->evaluator);
	browser_tracer_free(browser->tracer);
	browser_capture_free(browser->capture);
}

/* ---- use ---- */

struct cdp_connection *browser_connection(struct browser *browser)
{
	return browser->connection;
}

const char *browser_page_session(const struct browser *browser)
{
	return browser->target ? browser_target_session(browser->target) : "";
}

void browser_navigate(struct browser *browser, const char *url, int64_t deadline_us,
	browser_loaded_fn on_loaded, void *context)
{
	browser_loader_go(browser->loader, url, deadline_us, on_loaded, context);
}

void browser_evaluate(struct browser *browser, const char *expression, int64_t deadline_us,
	browser_value_fn on_value, void *context)
{
	browser_evaluator_run(browser->evaluator, expression, deadline_us, on_value, context);
}

void browser_reload(struct browser *browser, int64_t deadline_us, browser_loaded_fn on_loaded,
	void *context)
{
	browser_loader_reload(browser->loader, deadline_us, on_loaded, context);
}

void browser_trace_start(struct browser *browser, const struct browser_trace_options *options,
	int64_t deadline_us, browser_done_fn on_started, void *context)
{
	browser_tracer_start(browser->tracer, options, deadline_us, on_started, context);
}

void browser_trace_stop(struct browser *browser, int fd, int64_t stop_deadline_us,
	int64_t read_deadline_us, browser_trace_fn on_stopped, void *context)
{
	browser_tracer_stop(browser->tracer, fd, stop_deadline_us, read_deadline_us, on_stopped, context);
}

void browser_profile_start(struct browser *browser, enum browser_profiled whose, int64_t deadline_us,
	browser_done_fn on_started, void *context)
{
	browser_capture_profile(browser->capture, whose, deadline_us, on_started, context);
}

void browser_profile_stop(struct browser *browser, int fd, int64_t deadline_us, browser_captured_fn on_captured,
	void *context)
{
	browser_capture_profile_end(browser->capture, fd, deadline_us, on_captured, context);
}

void browser_snapshot(struct browser *browser, int fd, int64_t deadline_us, browser_captured_fn on_captured,
	void *context)
{
	browser_capture_snapshot(browser->capture, fd, deadline_us, on_captured, context);
}
