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
#include "browser/endpoint.h"
#include "browser/facts.h"
#include "browser/flags.h"
#include "browser/internal.h"
#include "browser/page.h"
#include "browser/scratch.h"
#include "browser/verdict.h"
#include "host/cpus.h"
#include "host/proc.h"
#include "supervisor/supervisor.h"

int64_t browser_time_left_us(const struct browser *browser)
{
	int64_t left = browser->deadline_us - mono_now_us();
	return left > 0 ? left : 0;
}

/* ---- the process ---- */

static void on_start_deadline(void *context)
{
	struct browser *browser = context;
	browser_verdict_hint(browser, !browser->process ? "the supervisor has not started it"
		: !browser->evidence.endpoint_seen ? "it opened no debugging port"
		: "its debugging port was open, but no page could be had");
	browser_verdict_look(browser);
}

static void on_endpoint(const struct browser_endpoint *endpoint, const struct err *err, void *context)
{
	struct browser *browser = context;
	struct err impossible;
	browser->evidence.endpoint_seen = endpoint != NULL;
	if (endpoint && browser_page_connect(browser, endpoint, &impossible) == 0)
		return;
	browser_verdict_hint(browser, endpoint ? impossible.text : err->text);
	browser->evidence.unusable = true;
	browser_verdict_give(browser);
}

static void on_group(int version, const char *text, void *context)
{
	struct browser *browser = context;
	browser->group.version = version;
	snprintf(browser->group.text, sizeof browser->group.text, "%s", text);
}

static void on_cpuset(int version, const char *text, void *context)
{
	struct browser *browser = context;
	browser->cpuset.version = version;
	snprintf(browser->cpuset.text, sizeof browser->cpuset.text, "%s", text);
}

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
	browser_verdict_hint(browser, why->text);
	browser_verdict_give(browser);
}

static void on_exited(int code, int signal, void *context)
{
	struct browser *browser = context;
	browser->evidence.exited = true;
	browser->evidence.exit_code = code;
	browser->evidence.exit_signal = signal;
	browser->hint[0] = '\0'; /* "connection lost" explains nothing now */
	browser_verdict_give(browser);
}

static void on_supervisor_gone(bool clean, void *context)
{
	struct browser *browser = context;
	if (!browser->closing) {
		browser->evidence.supervisor_lost = true;
		browser->hint[0] = '\0';
		browser_verdict_give(browser); /* closes, unless a verdict was given already */
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

static int spawn_supervisor(struct browser *browser, struct err *err)
{
	char *executable = fs_self_path();
	char **environment = browser_scratch_environment(browser->scratch, browser->program.mode);
	struct supervisor_options options = {.executable = executable, .scratch = browser->scratch,
		.uid = browser->user.uid, .gid = browser->user.gid, .cpus = browser->cpus, .log_fd = browser->log_fd,
		.argv = (const char *const *)browser->argv,
		.environment = (const char *const *)environment};
	struct supervisor_events events = {.on_group = on_group, .on_cpuset = on_cpuset, .on_started = on_started,
		.on_failed = on_failed, .on_exited = on_exited, .on_gone = on_supervisor_gone,
		.context = browser};
	browser->supervisor = supervisor_start(browser->loop, &options, &events, err);
	if (browser->supervisor)
		browser->supervisor_pid = supervisor_pid(browser->supervisor);
	browser_scratch_environment_free(environment);
	free(executable);
	return browser->supervisor ? 0 : -1;
}

/* Processors are inherited: the supervisor, which sleeps, has the browser's. The browser has them by affinity also where a control group
 * keeps it to them. */
static int start_supervisor(struct browser *browser, struct err *err)
{
	if (!browser->cpus)
		return spawn_supervisor(browser, err);
	char *ours = cpus_of(0);
	int result = cpus_take(browser->cpus, err) || spawn_supervisor(browser, err) ? -1 : 0;
	struct err undone;
	if (ours && cpus_take(ours, &undone))
		dprintf(browser->log_fd, "wasmograph: %s\n", undone.text);
	free(ours);
	return result;
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
	browser->cpus = mem_strdup(options->cpus);
	browser->log_fd = -1;
	browser->deadline_us = mono_now_us() + options->start_deadline_us;
	loop_timer_init(&browser->deadline, loop, on_start_deadline, browser);
	browser_verdict_init(browser);
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
	loop_timer_set(&browser->deadline, browser_time_left_us(browser));
	return browser;
}

static void let_go(struct browser *browser)
{
	loop_timer_cancel(&browser->deadline);
	browser_verdict_cancel(browser);
	browser_endpoint_unwatch(browser->endpoint);
	browser->endpoint = NULL;
	browser_page_let_go(browser);
}

void browser_close(struct browser *browser)
{
	if (browser->closing)
		return;
	browser->closing = true;
	browser->died = true;
	supervisor_stop(browser->supervisor);
	browser_page_lost(browser, "the browser is being closed");
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
	free(browser->cpus);
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
	browser_page_free(browser); /* first: the end of the connection is told to nobody */
	let_go(browser);
	supervisor_free(browser->supervisor);
	loop_defer(browser->loop, free_now, browser);
}

/* ---- use ---- */

pid_t browser_tree(const struct browser *browser)
{
	return browser->supervisor_pid;
}

const struct browser_group *browser_group(const struct browser *browser)
{
	return &browser->group;
}

struct json *browser_facts(struct browser *browser)
{
	struct browser_facts_source source = {.program = &browser->program, .user = &browser->user,
		.argv = browser->argv, .process = browser->process, .version = browser->version,
		.group = &browser->group, .cpuset = browser->cpus ? &browser->cpuset : NULL};
	return browser_facts_collect(&source);
}
