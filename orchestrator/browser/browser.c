#include "browser/browser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/mono.h"
#include "browser/complaint.h"
#include "browser/death.h"
#include "browser/endpoint.h"
#include "browser/evaluate.h"
#include "browser/facts.h"
#include "browser/flags.h"
#include "browser/hang.h"
#include "browser/load.h"
#include "browser/scratch.h"
#include "browser/target.h"
#include "host/counters.h"
#include "host/proc.h"
#include "supervisor/supervisor.h"

/* A lost socket and the process's end, and the two crash events, come by different ways: wait
 * this long for the one that says more. Seen: 30 ms at most. */
enum { VERDICT_DELAY_US = 1000000 };

/* How long a browser may take to answer whether it is there (usually under 1 ms). */
enum { HEARTBEAT_US = 1000000 };

enum { DETAIL_SIZE = ERR_TEXT_SIZE + 400, STATUS_SIZE = 32 };

struct browser {
	struct loop *loop;
	struct browser_events events;
	struct browser_program program; /* borrowed strings copied */
	struct browser_user user;
	char *scratch;
	int log_fd; /* our own dup */
	char **argv;

	struct supervisor *supervisor;
	pid_t supervisor_pid, process;
	uint64_t process_start_ticks;
	struct browser_endpoint_watch *endpoint;
	struct cdp_connection *connection;
	struct browser_target *target;
	struct browser_loader *loader;
	struct browser_evaluator *evaluator;
	struct browser_hang *hang; /* looking at what does not answer */
	struct json *version; /* Browser.getVersion */

	struct loop_timer deadline; /* exec → ready */
	struct loop_timer verdict;
	int64_t deadline_us;        /* mono_now_us() clock */
	int64_t oom_kills_at_start;
	struct browser_death_evidence evidence;
	char target_status[STATUS_SIZE];
	char hint[ERR_TEXT_SIZE]; /* what else is known of the death */

	bool ready;
	bool died;    /* on_died was called, or must not be any more: closing and freed imply it */
	bool closing;
	bool gone;    /* the supervisor has gone */
	bool freed;
};

static int64_t oom_kills_now(void)
{
	struct counters counters;
	counters_read(&counters, 0);
	return counters.oom_kills;
}

static int64_t time_left_us(const struct browser *browser)
{
	int64_t left = browser->deadline_us - mono_now_us();
	return left > 0 ? left : 0;
}

/* ---- death ---- */

/* A dead page never answers: everything that waits hears of it now. */
static void fail_waiting(struct browser *browser, const char *why)
{
	struct err err;
	err_set(&err, ERR_CLOSED, "%s", why);
	if (browser->evaluator)
		browser_evaluator_fail(browser->evaluator, &err);
	if (browser->loader)
		browser_loader_fail(browser->loader, &err);
}

static void explain(struct browser *browser, enum browser_death death, char detail[DETAIL_SIZE])
{
	browser_death_describe(&browser->evidence, detail, DETAIL_SIZE);
	char said[300] = "";
	if (death == BROWSER_FAILED_TO_START)
		browser_complaint_read(browser->log_fd, said, sizeof said);
	const char *more = browser->hint[0] ? browser->hint : said;
	size_t length = strlen(detail);
	if (more[0])
		snprintf(detail + length, DETAIL_SIZE - length, ": %s", more);
}

static void give_verdict(void *context)
{
	struct browser *browser = context;
	if (browser->died)
		return;
	browser->died = true;
	int64_t kills = oom_kills_now();
	if (kills >= 0 && browser->oom_kills_at_start >= 0)
		browser->evidence.oom_kills = kills - browser->oom_kills_at_start;
	browser->evidence.heap_full = browser->evidence.target_crashed &&
		browser_complaint_read_heap_full(browser->log_fd);
	enum browser_death death = browser_death_classify(&browser->evidence);
	char detail[DETAIL_SIZE];
	explain(browser, death, detail);
	fail_waiting(browser, detail);
	if (!browser->closing)
		browser->events.on_died(death, detail, browser->events.context);
	browser_close(browser);
}

static void hint(struct browser *browser, const char *text)
{
	if (!browser->hint[0])
		snprintf(browser->hint, sizeof browser->hint, "%s", text);
}

static void add_hint(struct browser *browser, const char *text)
{
	size_t length = strlen(browser->hint);
	snprintf(browser->hint + length, sizeof browser->hint - length, "%s%s", length ? "; " : "", text);
}

static void on_hang_seen(const struct browser_hang_seen *seen, void *context)
{
	struct browser *browser = context;
	browser->evidence.stopped = seen->stopped;
	browser->evidence.looping = seen->looping;
	add_hint(browser, seen->text);
	give_verdict(browser);
}

/* The verdict on a browser that lives and does not answer, once it is known what it does. */
static void look_why_silent(struct browser *browser)
{
	browser->evidence.deadline_passed = true;
	if (!browser->died && !browser->hang)
		browser->hang = browser_hang_look(browser->loop, browser->supervisor_pid, browser->process,
			on_hang_seen, browser);
}

static void await_verdict(struct browser *browser)
{
	if (!browser->verdict.armed && !browser->died)
		loop_timer_set(&browser->verdict, VERDICT_DELAY_US);
}

static void on_start_deadline(void *context)
{
	struct browser *browser = context;
	hint(browser, !browser->process ? "the supervisor has not started it"
		: !browser->evidence.endpoint_seen ? "it opened no debugging port"
		: "its debugging port was open, but no page could be had");
	look_why_silent(browser);
}

/* ---- the page ---- */

static void on_unattached(struct browser *browser, const struct err *err)
{
	if (err->code == ERR_CLOSED) {
		await_verdict(browser); /* on_connection_closed knows why */
		return;
	}
	hint(browser, err->text);
	if (err->code == ERR_TIMEOUT) {
		look_why_silent(browser);
		return;
	}
	browser->evidence.unusable = true;
	give_verdict(browser);
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
		give_verdict(browser);
	} else {
		await_verdict(browser);
		fail_waiting(browser, "the renderer has crashed");
	}
}

static void open_page(struct browser *browser)
{
	struct browser_target_events events = {
		.on_attached = on_page_attached, .on_crashed = on_page_crashed, .context = browser};
	browser->target = browser_target_open(browser->loop, browser->connection, time_left_us(browser),
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
	cdp_send(browser->connection, NULL, "Browser.getVersion", NULL, time_left_us(browser), on_version,
		browser);
}

static void on_connection_event(const char *session, const char *method, const struct json *params,
	void *context)
{
	struct browser *browser = context;
	if (!browser->target || browser->died)
		return;
	browser_target_event(browser->target, session, method, params);
	if (!browser->ready || browser->died || *session == '\0' ||
	    strcmp(session, browser_target_session(browser->target)) != 0)
		return;
	browser_loader_event(browser->loader, method, params);
	if (!browser->died && browser->events.on_page_event)
		browser->events.on_page_event(method, params, browser->events.context);
}

static void on_connection_closed(const struct err *why, void *context)
{
	struct browser *browser = context;
	browser->evidence.socket_lost = true;
	hint(browser, why->text);
	if (why->code == ERR_TIMEOUT) /* of the handshake */
		look_why_silent(browser);
	else
		await_verdict(browser);
}

static void on_endpoint(const struct browser_endpoint *endpoint, const struct err *err, void *context)
{
	struct browser *browser = context;
	browser->endpoint = NULL;
	if (endpoint) {
		browser->evidence.endpoint_seen = true;
		struct cdp_connection_events events = {.on_open = on_connection_open,
			.on_event = on_connection_event, .on_closed = on_connection_closed, .context = browser};
		struct err impossible;
		browser->connection = cdp_connect(browser->loop, "127.0.0.1", endpoint->port, endpoint->path,
			time_left_us(browser), &events, &impossible);
		if (browser->connection)
			return;
		hint(browser, impossible.text);
	} else {
		hint(browser, err->text);
	}
	browser->evidence.unusable = true;
	give_verdict(browser);
}

/* ---- the process ---- */

static void on_started(pid_t process, void *context)
{
	struct browser *browser = context;
	browser->process = process;
	browser->process_start_ticks = proc_start_ticks(process);
	if (browser->events.on_process && !browser->closing)
		browser->events.on_process(browser->supervisor_pid, process, browser->process_start_ticks,
			browser->events.context);
}

static void on_failed(const struct err *why, void *context)
{
	struct browser *browser = context;
	browser->evidence.exec_failed = true;
	hint(browser, why->text);
	give_verdict(browser);
}

static void on_exited(int code, int signal, void *context)
{
	struct browser *browser = context;
	browser->evidence.exited = true;
	browser->evidence.exit_code = code;
	browser->evidence.exit_signal = signal;
	browser->hint[0] = '\0'; /* "connection lost" explains nothing now */
	give_verdict(browser);
}

static void on_supervisor_gone(bool clean, void *context)
{
	struct browser *browser = context;
	if (!browser->closing) {
		browser->evidence.supervisor_lost = true;
		browser->hint[0] = '\0';
		give_verdict(browser); /* closes, unless a verdict was given already */
	}
	if (browser->freed)
		return;
	browser->gone = true;
	struct err err;
	if (!clean && browser_sweep(browser->supervisor_pid, browser->process,
	                            browser->process_start_ticks, browser->scratch, &err))
		dprintf(browser->log_fd, "wasmograph: %s\n", err.text);
	browser->events.on_gone(clean, browser->events.context);
}

/* ---- start and end ---- */

static int start_supervisor(struct browser *browser, struct err *err)
{
	char *executable = fs_self_path();
	char **environment = browser_scratch_environment(browser->scratch, browser->program.mode);
	struct supervisor_options options = {.executable = executable, .scratch = browser->scratch,
		.uid = browser->user.uid, .gid = browser->user.gid, .log_fd = browser->log_fd,
		.argv = (const char *const *)browser->argv,
		.environment = (const char *const *)environment};
	struct supervisor_events events = {.on_started = on_started, .on_failed = on_failed,
		.on_exited = on_exited, .on_gone = on_supervisor_gone, .context = browser};
	browser->supervisor = supervisor_start(browser->loop, &options, &events, err);
	if (browser->supervisor)
		browser->supervisor_pid = supervisor_pid(browser->supervisor);
	browser_scratch_environment_free(environment);
	free(executable);
	return browser->supervisor ? 0 : -1;
}

/* The scratch folder exists; the watch must be there before the browser can write. */
static int start_in_scratch(struct browser *browser, struct err *err)
{
	char *profile = fs_join(browser->scratch, "profile");
	browser->endpoint = browser_endpoint_watch(browser->loop, profile, on_endpoint, browser, err);
	free(profile);
	return browser->endpoint ? start_supervisor(browser, err) : -1;
}

static int build_flags(struct browser *browser, const struct json *extra, struct err *err)
{
	char *profile = fs_join(browser->scratch, "profile");
	struct browser_flags flags = {.program = browser->program.path, .profile = profile,
		.mode = browser->program.mode, .sandbox = browser->user.sandbox, .extra = extra};
	browser->argv = browser_flags_build(&flags, err);
	free(profile);
	return browser->argv ? 0 : -1;
}

static struct browser *browser_new(struct loop *loop, const struct browser_options *options,
	const struct browser_events *events)
{
	struct browser *browser = mem_alloc_zero(1, sizeof *browser);
	browser->loop = loop;
	browser->events = *events;
	browser->program.path = mem_strdup(options->program->path);
	browser->program.version = mem_strdup(options->program->version);
	browser->program.mode = options->program->mode;
	browser->user = *options->user;
	browser->scratch = mem_strdup(options->scratch);
	browser->log_fd = -1;
	browser->deadline_us = mono_now_us() + options->start_deadline_us;
	browser->oom_kills_at_start = oom_kills_now();
	loop_timer_init(&browser->deadline, loop, on_start_deadline, browser);
	loop_timer_init(&browser->verdict, loop, give_verdict, browser);
	return browser;
}

static int start(struct browser *browser, const struct browser_options *options, struct err *err)
{
	browser->log_fd = fcntl(options->log_fd, F_DUPFD_CLOEXEC, 0);
	if (browser->log_fd < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot use the browser's log");
	if (build_flags(browser, options->extra_flags, err) ||
	    browser_scratch_create(browser->scratch, browser->user.uid, browser->user.gid, err))
		return -1;
	if (start_in_scratch(browser, err) == 0)
		return 0;
	browser_scratch_remove(browser->scratch, NULL);
	return -1;
}

struct browser *browser_start(struct loop *loop, const struct browser_options *options,
	const struct browser_events *events, struct err *err)
{
	struct browser *browser = browser_new(loop, options, events);
	if (start(browser, options, err)) {
		browser_free(browser);
		return NULL;
	}
	loop_timer_set(&browser->deadline, time_left_us(browser));
	return browser;
}

/* Ends the conversation. Loader and evaluator stay, and refuse. */
static void let_go(struct browser *browser)
{
	loop_timer_cancel(&browser->deadline);
	loop_timer_cancel(&browser->verdict);
	browser_hang_free(browser->hang);
	browser->hang = NULL;
	browser_endpoint_unwatch(browser->endpoint);
	browser->endpoint = NULL;
	browser_target_free(browser->target);
	browser->target = NULL;
	struct cdp_connection *connection = browser->connection;
	browser->connection = NULL;
	cdp_connection_free(connection);
}

void browser_close(struct browser *browser)
{
	if (browser->closing)
		return;
	browser->closing = true;
	browser->died = true;
	supervisor_stop(browser->supervisor);
	fail_waiting(browser, "the browser is being closed");
	let_go(browser);
}

static void free_now(void *context)
{
	struct browser *browser = context;
	loop_timer_release(&browser->deadline);
	loop_timer_release(&browser->verdict);
	browser_flags_free(browser->argv);
	json_free(browser->version);
	browser_program_release(&browser->program);
	free(browser->scratch);
	if (browser->log_fd >= 0)
		close(browser->log_fd);
	free(browser);
}

void browser_free(struct browser *browser)
{
	if (!browser || browser->freed)
		return;
	browser->freed = true;
	browser->closing = true;
	browser->died = true;
	let_go(browser);
	browser_loader_free(browser->loader);
	browser_evaluator_free(browser->evaluator);
	supervisor_free(browser->supervisor);
	loop_defer(browser->loop, free_now, browser);
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

pid_t browser_tree(const struct browser *browser)
{
	return browser->supervisor_pid;
}

struct json *browser_facts(struct browser *browser)
{
	struct browser_facts_source source = {.program = &browser->program, .user = &browser->user,
		.argv = browser->argv, .process = browser->process, .version = browser->version};
	return browser_facts_collect(&source);
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

static void on_heartbeat(const struct json *result, const struct err *err, void *context)
{
	struct browser *browser = context;
	(void)result;
	if (browser->died)
		return;
	if (err && err->code == ERR_CLOSED) { /* not hung: lost, or ending */
		browser->evidence.deadline_passed = false;
		await_verdict(browser);
		return;
	}
	add_hint(browser, err ? "the browser process does not answer either"
		: "the browser process answers, the page does not");
	look_why_silent(browser);
}

void browser_mark_hung(struct browser *browser, const char *detail)
{
	if (browser->died || browser->evidence.deadline_passed)
		return;
	browser->evidence.deadline_passed = true;
	snprintf(browser->hint, sizeof browser->hint, "%s", detail);
	if (browser->connection)
		cdp_send(browser->connection, NULL, "Browser.getVersion", NULL, HEARTBEAT_US, on_heartbeat,
			browser);
	else
		look_why_silent(browser);
}
