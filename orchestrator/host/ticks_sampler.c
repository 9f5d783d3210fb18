#include "host/ticks_sampler.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "host/attend.h"
#include "host/ticks_counter.h"
#include "host/ticks_table.h"
#include "host/ticks_thread.h"

enum { NS_PER_S = 1000000000, NS_PER_US = 1000, US_PER_S = 1000000 };

/* Where each argument stands after "wasmograph ticks". */
enum { AT_SOCKET = 2, AT_OUT, AT_PID, AT_PERIOD, AT_ROWS, AT_GROUP_VERSION, AT_GROUP_PATH, ARGUMENTS };

/* Two readings of ourselves. */
struct cost {
	uint64_t mono_ns;
	struct rusage usage;
};

struct sampler {
	int socket_fd, out_fd;
	pid_t pid;
	uint64_t period_ns;
	size_t rows;
	int group_version;
	const char *group_path;

	struct ticks_threads threads;
	struct ticks_counter machine, group;
	struct ticks_table table;
	int fifo_errno; /* 0: we have it */
	bool locked, full;
	uint64_t overruns;
	struct cost before, after;
};

/* ---- arguments ---- */

static bool parse_arguments(struct sampler *sampler, int argc, char **argv)
{
	unsigned long socket_fd, out_fd, pid, period_us, rows, version;
	if (argc != ARGUMENTS || !attend_parse_number(argv[AT_SOCKET], 0, 65535, &socket_fd) ||
	    !attend_parse_number(argv[AT_OUT], 0, 65535, &out_fd) ||
	    !attend_parse_number(argv[AT_PID], 1, INT32_MAX, &pid) ||
	    !attend_parse_number(argv[AT_PERIOD], 100, US_PER_S, &period_us) ||
	    !attend_parse_number(argv[AT_ROWS], 1, TICKS_ROWS_MAX, &rows) ||
	    !attend_parse_number(argv[AT_GROUP_VERSION], 0, 2, &version))
		return false;
	*sampler = (struct sampler){.socket_fd = (int)socket_fd, .out_fd = (int)out_fd, .pid = (pid_t)pid,
		.period_ns = (uint64_t)period_us * NS_PER_US, .rows = rows, .group_version = (int)version,
		.group_path = argv[AT_GROUP_PATH], .machine = {.fd = -1}, .group = {.fd = -1}};
	return true;
}

/* ---- before ---- */

static void be_punctual(struct sampler *sampler)
{
	struct sched_param priority = {.sched_priority = 1};
	sampler->locked = mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
	prctl(PR_SET_TIMERSLACK, 1UL); /* ns; the usual 50 µs would all be lateness */
	sampler->fifo_errno = sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) < 0 ? errno : 0;
}

static int prepare(struct sampler *sampler, struct err *err)
{
	struct cgroup_place place = cgroup_system();
	if (ticks_threads_open(&sampler->threads, sampler->pid, err) ||
	    ticks_table_init(&sampler->table, sampler->rows, sampler->threads.count, err))
		return -1;
	ticks_counter_open_machine(&sampler->machine, &place);
	ticks_counter_open_group(&sampler->group, sampler->group_version, sampler->group_path);
	be_punctual(sampler);
	return 0;
}

/* ---- the window ---- */

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void sleep_until(uint64_t due_ns)
{
	struct timespec due = {(time_t)(due_ns / NS_PER_S), (long)(due_ns % NS_PER_S)};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR)
		;
}

static void read_cost(struct cost *cost)
{
	cost->mono_ns = now_ns();
	getrusage(RUSAGE_SELF, &cost->usage);
}

static void take(struct sampler *sampler, uint64_t due_ns)
{
	uint64_t mono_ns = now_ns();
	struct ticks_row *row = ticks_table_add(&sampler->table);
	if (!row) {
		sampler->full = true;
		return;
	}
	row->mono_ns = mono_ns;
	row->late_ns = mono_ns - due_ns;
	for (int i = 0; i < sampler->threads.count; i++)
		ticks_thread_read(&sampler->threads.items[i], &row->threads[i]);
	row->browser_us = ticks_counter_read_us(&sampler->group);
	row->all_us = ticks_counter_read_us(&sampler->machine);
}

/* The next point of the grid that is still to come; what was slept through shows as this row's lateness. */
static uint64_t next_due(struct sampler *sampler, uint64_t due_ns)
{
	uint64_t now = now_ns(), next = due_ns + sampler->period_ns;
	if (next > now)
		return next;
	uint64_t missed = (now - next) / sampler->period_ns + 1;
	sampler->overruns += missed;
	return next + missed * sampler->period_ns;
}

static enum attend_order sample(struct sampler *sampler)
{
	enum attend_order order = ATTEND_NOTHING;
	read_cost(&sampler->before);
	uint64_t due_ns = sampler->before.mono_ns / sampler->period_ns * sampler->period_ns;
	while (order == ATTEND_NOTHING && !sampler->full) {
		due_ns = next_due(sampler, due_ns);
		sleep_until(due_ns);
		take(sampler, due_ns);
		order = attend_hear(sampler->socket_fd, MSG_DONTWAIT);
	}
	read_cost(&sampler->after);
	while (order == ATTEND_NOTHING)
		order = attend_hear(sampler->socket_fd, 0);
	return order;
}

/* ---- after ---- */

static double us_of(struct timeval time)
{
	return (double)time.tv_sec * US_PER_S + (double)time.tv_usec;
}

static double cpu_us(const struct rusage *usage)
{
	return us_of(usage->ru_utime) + us_of(usage->ru_stime);
}

static void set_cost(struct json *facts, const struct cost *before, const struct cost *after)
{
	json_set_number(facts, "window_us", (double)(after->mono_ns - before->mono_ns) / NS_PER_US);
	json_set_number(facts, "cpu_us", cpu_us(&after->usage) - cpu_us(&before->usage));
	json_set_number(facts, "wakeups", (double)(after->usage.ru_nvcsw - before->usage.ru_nvcsw));
	json_set_number(facts, "preemptions", (double)(after->usage.ru_nivcsw - before->usage.ru_nivcsw));
}

static void set_lateness(struct json *facts, const struct ticks_table *table)
{
	json_set_number(facts, "late_p50_us", ticks_table_late_us(table, 0.5));
	json_set_number(facts, "late_p99_us", ticks_table_late_us(table, 0.99));
	json_set_number(facts, "late_max_us", ticks_table_late_us(table, 1));
}

static struct json *threads_json(const struct ticks_threads *threads)
{
	struct json *list = json_new_array();
	for (int i = 0; i < threads->count; i++) {
		struct json *entry = json_new_object();
		json_set_number(entry, "tid", threads->items[i].tid);
		json_set_number(entry, "ns_tid", threads->items[i].ns_tid);
		json_set_text(entry, "name", threads->items[i].name);
		json_append(list, entry);
	}
	return list;
}

static struct json *facts_json(const struct sampler *sampler)
{
	static const char *const versions[] = {"none", "v1", "v2"};
	struct json *facts = json_new_object();
	json_set_number(facts, "period_us", (double)sampler->period_ns / NS_PER_US);
	json_set_number(facts, "rows", (double)sampler->table.count);
	json_set_number(facts, "pid", sampler->pid);
	json_set(facts, "threads", threads_json(&sampler->threads));
	json_set_number(facts, "workers_left_out", sampler->threads.left_out);
	json_set_number(facts, "workers_born", ticks_threads_unknown(&sampler->threads, sampler->pid) -
		sampler->threads.left_out);
	json_set_bool(facts, "fifo", sampler->fifo_errno == 0);
	json_set_text(facts, "fifo_refused", sampler->fifo_errno ? strerror(sampler->fifo_errno) : NULL);
	json_set_bool(facts, "locked", sampler->locked);
	json_set_text(facts, "cgroup", versions[sampler->group.fd >= 0 ? sampler->group_version : 0]);
	json_set_text(facts, "machine", ticks_counter_kind_name(sampler->machine.kind));
	set_cost(facts, &sampler->before, &sampler->after);
	json_set_number(facts, "overruns", (double)sampler->overruns);
	set_lateness(facts, &sampler->table);
	json_set_bool(facts, "full", sampler->full);
	return facts;
}

static int finish(const struct sampler *sampler, struct err *err)
{
	struct sched_param none = {0};
	sched_setscheduler(0, SCHED_OTHER, &none); /* writing can wait for others */
	munlockall();
	if (ticks_table_write(&sampler->table, &sampler->threads, sampler->out_fd, err))
		return -1;
	struct json *facts = facts_json(sampler);
	char *text = json_print(facts, false);
	attend_say(sampler->socket_fd, ATTEND_DONE, text);
	free(text);
	json_free(facts);
	return 0;
}

static void release(struct sampler *sampler)
{
	ticks_table_release(&sampler->table);
	ticks_counter_release(&sampler->machine);
	ticks_counter_release(&sampler->group);
	ticks_threads_release(&sampler->threads);
}

static int run(struct sampler *sampler, struct err *err)
{
	if (prepare(sampler, err))
		return -1;
	attend_say(sampler->socket_fd, ATTEND_READY, "");
	return sample(sampler) == ATTEND_END ? finish(sampler, err) : 0;
}

int ticks_sampler(int argc, char **argv)
{
	struct sampler sampler;
	struct err err;
	if (!parse_arguments(&sampler, argc, argv) || !attend_has_socket(sampler.socket_fd)) {
		fputs("wasmograph: ticks is not for people; see `wasmograph --help`\n", stderr);
		return 2;
	}
	attend_follow();
	int result = run(&sampler, &err);
	if (result)
		attend_say(sampler.socket_fd, ATTEND_FAILED, err.text);
	release(&sampler);
	return result ? 1 : 0;
}
