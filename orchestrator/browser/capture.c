#include "browser/capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs_write.h"
#include "base/mem.h"
#include "cdp/excerpt.h"

enum {
	SESSION_SIZE = 128,
	SAMPLING_US = 1000,
	SIDE_DEADLINE_US = 5 * 1000 * 1000, /* of commands whose answer nobody waits for */
};

struct browser_capture {
	struct loop *loop;
	struct cdp_connection *connection;
	char *session;
	char worker[SESSION_SIZE]; /* the worker that is profiled; "" until it is born */
	enum browser_profiled whose;
	browser_done_fn on_started;      /* while a profile is being started */
	browser_captured_fn on_captured; /* while something is being written */
	void *context;                   /* of either */
	int fd;
	int64_t bytes;
	struct err failed; /* of writing */
	bool snapping;
	int pending;       /* replies to come: they point to us */
	bool freed;
};

static void free_now(void *context)
{
	struct browser_capture *capture = context;
	free(capture->session);
	free(capture);
}

/* Every reply goes through here first; false: nobody wants it any more. */
static bool take_reply(struct browser_capture *capture)
{
	capture->pending--;
	if (capture->freed && capture->pending == 0)
		loop_defer(capture->loop, free_now, capture);
	return !capture->freed;
}

static void tell(struct browser_capture *capture, const char *session, const char *method, struct json *params)
{
	cdp_send(capture->connection, session, method, params, SIDE_DEADLINE_US, NULL, NULL);
}

static void finish(struct browser_capture *capture, const struct err *err)
{
	browser_captured_fn on_captured = capture->on_captured;
	capture->on_captured = NULL;
	capture->snapping = false;
	on_captured(capture->bytes, err, capture->context);
}

static void write_out(struct browser_capture *capture, const char *bytes, size_t length)
{
	while (length > 0 && capture->failed.code == ERR_NONE) {
		ssize_t written = write(capture->fd, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			err_set_errno(&capture->failed, fs_write_code(errno), errno, "cannot write what the browser sends");
			return;
		}
		bytes += written;
		length -= (size_t)written;
		capture->bytes += written;
	}
}

static void begin_writing(struct browser_capture *capture, int fd, browser_captured_fn on_captured, void *context)
{
	capture->fd = fd;
	capture->bytes = 0;
	capture->failed = (struct err){ 0 };
	capture->on_captured = on_captured;
	capture->context = context;
	capture->pending++;
}

/* ---- profiles ---- */

static void prepare_profiler(struct browser_capture *capture, const char *session)
{
	struct json *interval = json_new_object();
	json_set_number(interval, "interval", SAMPLING_US);
	tell(capture, session, "Profiler.enable", NULL);
	tell(capture, session, "Profiler.setSamplingInterval", interval);
}

static void on_started(const struct json *result, const struct err *err, void *context)
{
	struct browser_capture *capture = context;
	(void)result;
	if (take_reply(capture))
		capture->on_started(err, capture->context);
}

static struct json *attach_params(void)
{
	struct json *params = json_new_object(), *filter = json_new_array(), *worker = json_new_object();
	json_set_text(worker, "type", "worker");
	json_append(filter, worker);
	json_set_bool(params, "autoAttach", true);
	json_set_bool(params, "waitForDebuggerOnStart", false);
	json_set_bool(params, "flatten", true);
	json_set(params, "filter", filter);
	return params;
}

void browser_capture_profile(struct browser_capture *capture, enum browser_profiled whose, int64_t deadline_us,
	browser_done_fn on_done, void *context)
{
	bool page = whose == BROWSER_PROFILED_PAGE;
	capture->whose = whose;
	capture->on_started = on_done;
	capture->context = context;
	capture->pending++;
	if (page)
		prepare_profiler(capture, capture->session);
	cdp_send(capture->connection, capture->session, page ? "Profiler.start" : "Target.setAutoAttach",
		page ? NULL : attach_params(), deadline_us, on_started, capture);
}

/* Should one of these be refused, so is the end of the profile, which tells. */
static void profile_worker(struct browser_capture *capture, const struct json *params)
{
	const char *session = json_text(params, "sessionId", "");
	bool wanted = capture->whose == BROWSER_PROFILED_WORKER && capture->worker[0] == '\0';
	if (!wanted || *session == '\0' || strlen(session) >= sizeof capture->worker)
		return;
	snprintf(capture->worker, sizeof capture->worker, "%s", session);
	prepare_profiler(capture, session);
	tell(capture, session, "Profiler.start", NULL);
}

static void on_profile(const char *text, size_t length, const struct err *err, void *context)
{
	struct browser_capture *capture = context;
	struct cdp_excerpt profile;
	struct err problem;
	if (!take_reply(capture))
		return;
	if (!err && cdp_excerpt_read(text, length, "profile", &profile, &problem))
		err = &problem;
	else if (!err)
		write_out(capture, profile.text, profile.length);
	if (!err && capture->failed.code != ERR_NONE)
		err = &capture->failed;
	finish(capture, err);
}

static void on_no_worker(void *context)
{
	struct browser_capture *capture = context;
	struct err err;
	if (!take_reply(capture))
		return;
	err_set(&err, ERR_REFUSED, "the page made no worker that could be profiled");
	finish(capture, &err);
}

void browser_capture_profile_end(struct browser_capture *capture, int fd, int64_t deadline_us,
	browser_captured_fn on_captured, void *context)
{
	bool page = capture->whose == BROWSER_PROFILED_PAGE;
	const char *session = page ? capture->session : capture->worker;
	begin_writing(capture, fd, on_captured, context);
	if (*session == '\0') {
		loop_defer(capture->loop, on_no_worker, capture);
		return;
	}
	cdp_send_raw(capture->connection, session, "Profiler.stop", NULL, deadline_us, on_profile, capture);
	tell(capture, session, "Profiler.disable", NULL);
}

/* ---- heap snapshots ---- */

static void on_snapshot(const struct json *result, const struct err *err, void *context)
{
	struct browser_capture *capture = context;
	(void)result;
	if (!take_reply(capture))
		return;
	tell(capture, capture->session, "HeapProfiler.disable", NULL);
	finish(capture, err ? err : capture->failed.code != ERR_NONE ? &capture->failed : NULL);
}

void browser_capture_snapshot(struct browser_capture *capture, int fd, int64_t deadline_us,
	browser_captured_fn on_captured, void *context)
{
	struct json *params = json_new_object();
	begin_writing(capture, fd, on_captured, context);
	capture->snapping = true;
	json_set_bool(params, "reportProgress", false);
	tell(capture, capture->session, "HeapProfiler.enable", NULL);
	cdp_send(capture->connection, capture->session, "HeapProfiler.takeHeapSnapshot", params, deadline_us, on_snapshot,
		capture);
}

/* ---- events and the end ---- */

void browser_capture_event(struct browser_capture *capture, const char *method, const struct json *params)
{
	if (strcmp(method, "Target.attachedToTarget") == 0) {
		profile_worker(capture, params);
	} else if (capture->snapping && strcmp(method, "HeapProfiler.addHeapSnapshotChunk") == 0) {
		const char *chunk = json_text(params, "chunk", "");
		write_out(capture, chunk, strlen(chunk));
	}
}

struct browser_capture *browser_capture_new(struct loop *loop, struct cdp_connection *connection, const char *session)
{
	struct browser_capture *capture = mem_alloc_zero(1, sizeof *capture);
	capture->loop = loop;
	capture->connection = connection;
	capture->session = mem_strdup(session);
	return capture;
}

void browser_capture_free(struct browser_capture *capture)
{
	if (!capture || capture->freed)
		return;
	capture->freed = true;
	if (capture->pending == 0)
		loop_defer(capture->loop, free_now, capture);
}
