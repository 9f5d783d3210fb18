/* The browser's own struct, which browser.c (the process, start and end), page.c (the connection and
 * the page) and verdict.c (how it ended) share; private to this folder.
 *
 * Ownership and threads: browser/browser.h. */
#ifndef WASMOGRAPH_BROWSER_INTERNAL_H
#define WASMOGRAPH_BROWSER_INTERNAL_H

#include "browser/browser.h"
#include "browser/death.h"

enum { BROWSER_STATUS_SIZE = 32 };

struct browser {
	struct loop *loop;
	struct browser_events events;
	struct browser_program program; /* borrowed strings copied */
	struct browser_user user;
	char *scratch;
	char *cpus;  /* NULL: ours */
	int log_fd; /* our own dup */
	char **argv;

	struct supervisor *supervisor;
	pid_t supervisor_pid, process;
	struct browser_group group;
	struct browser_group cpuset; /* that keeps it to its processors; told where there are any */
	uint64_t process_start_ticks;
	struct browser_endpoint_watch *endpoint;
	struct cdp_connection *connection;
	struct browser_target *target;
	struct browser_loader *loader;
	struct browser_evaluator *evaluator;
	struct browser_tracer *tracer;
	struct browser_capture *capture;
	struct browser_hang *hang; /* looking at what does not answer */
	struct json *version; /* Browser.getVersion */

	struct loop_timer deadline; /* exec → ready */
	struct loop_timer verdict;
	int64_t deadline_us;        /* mono_now_us() clock */
	int64_t oom_kills_at_start;
	struct browser_death_evidence evidence;
	char target_status[BROWSER_STATUS_SIZE];
	char hint[ERR_TEXT_SIZE]; /* what else is known of the death */

	bool ready;
	bool died;    /* on_died was called, or must not be any more: closing and freed imply it */
	bool told;    /* on_died has returned: what is not closed then is there for its trace */
	bool closing;
	bool gone;    /* the supervisor has gone */
	bool freed;
};

/* Until the deadline of its start; not below 0. */
int64_t browser_time_left_us(const struct browser *browser);

#endif
