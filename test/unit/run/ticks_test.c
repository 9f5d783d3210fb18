/* The sampler as a process, beside a process with a renderer's threads; killed, stopped and starved. The test program is
 * its own sampler: with "ticks" as its first argument it is the child side. */
#include "run/ticks.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "host/cgroup_group.h"
#include "host/proc.h"
#include "host/ticks_sampler.h"
#include "support/idle.h"
#include "support/renderer.h"
#include "support/ticks_rows.h"
#include "trace/ticks_namer.h"

enum { GIVE_UP_US = 30000000, LONGEST_US = 10000000 };

struct trial {
	struct loop *loop;
	struct loop_timer give_up;
	struct renderer renderer;
	struct ticks_options options;
	struct helper *ticks;
	int readies, dones;
	struct json *facts;
	struct tick_rows read;
};

static void on_give_up(void *context)
{
	(void)context;
	fail_msg("the sampler did not answer");
}

static void on_ready(void *context)
{
	struct trial *trial = context;
	trial->readies++;
	loop_stop(trial->loop);
}

static void on_done(const struct json *facts, void *context)
{
	struct trial *trial = context;
	trial->dones++;
	trial->facts = json_copy(facts);
	loop_stop(trial->loop);
}

static void turn(struct trial *trial)
{
	loop_timer_set(&trial->give_up, GIVE_UP_US);
	loop_run(trial->loop);
	loop_timer_cancel(&trial->give_up);
}

/* Main thread, a worker that sleeps, a worker that spins. */
static void trial_init(struct trial *trial)
{
	static const enum renderer_work workers[] = {RENDERER_SLEEPS, RENDERER_SPINS};
	struct err err = {0};
	memset(trial, 0, sizeof *trial);
	trial->loop = loop_new(&err);
	assert_non_null(trial->loop);
	loop_timer_init(&trial->give_up, trial->loop, on_give_up, trial);
	renderer_start(&trial->renderer, workers, 2);
	trial->options = (struct ticks_options){.renderer = trial->renderer.pid,
		.out_fd = memfd_create("ticks", MFD_CLOEXEC), .log_fd = STDERR_FILENO, .longest_us = LONGEST_US};
	assert_true(trial->options.out_fd >= 0);
}

static void trial_release(struct trial *trial)
{
	helper_free(trial->ticks);
	helper_free(trial->ticks);
	loop_timer_release(&trial->give_up);
	loop_free(trial->loop);
	renderer_end(&trial->renderer);
	close(trial->options.out_fd);
	json_free(trial->facts);
	tick_rows_release(&trial->read);
}

static void trial_start(struct trial *trial)
{
	trial->ticks = ticks_start(trial->loop, &trial->options, on_ready, trial);
	assert_int_equal(trial->readies, 0);
	turn(trial);
	assert_int_equal(trial->readies, 1);
}

static void trial_stop(struct trial *trial)
{
	helper_stop(trial->ticks, on_done, trial);
	assert_int_equal(trial->dones, 0);
	turn(trial);
	assert_int_equal(trial->dones, 1);
	assert_int_equal(trial->readies, 1);
}

static void sleep_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static double fact(const struct trial *trial, const char *key)
{
	double number = json_number(trial->facts, key, NAN);
	if (isnan(number))
		fail_msg("%s: %s", key, json_text(trial->facts, "failed", "no number"));
	return number;
}

static int64_t ns_tid_of(const struct trial *trial, size_t thread)
{
	return (int64_t)json_number(json_at(json_get(trial->facts, "threads"), thread), "ns_tid", -1);
}

/* Reads the file as it will be stored, with the given worker as the party. */
static void trial_read(struct trial *trial, size_t worker)
{
	struct err err = {0};
	struct stat info;
	struct buf named;
	assert_int_equal(fstat(trial->options.out_fd, &info), 0);
	char *text = mem_alloc_zero((size_t)info.st_size + 1, 1);
	assert_int_equal(pread(trial->options.out_fd, text, (size_t)info.st_size, 0), info.st_size);
	struct trace_ticks_namer *namer = trace_ticks_namer_new(ns_tid_of(trial, worker));
	buf_init(&named, 64 << 20);
	if (trace_ticks_namer_feed(namer, text, strlen(text), &named, &err) ||
	    trace_ticks_namer_end(namer, &named, &err))
		fail_msg("%s", err.text);
	trace_ticks_namer_free(namer);
	tick_rows_read(&trial->read, named.data, named.length);
	buf_release(&named);
	free(text);
}

/* ---- what it sees ---- */

enum { SLEEPER = 1, SPINNER = 2 };

/* Of the time between the first and the last tick at which the worker had just run (only then is what it waited
 * booked), the part that it ran or waited for a CPU. */
static double part_wanted(const struct tick_rows *ticks)
{
	const struct tick_row *first = NULL, *last = NULL;
	for (size_t i = 1; i < ticks->count; i++)
		if (ticks->items[i].worker.run_ns > ticks->items[i - 1].worker.run_ns) {
			last = &ticks->items[i];
			first = first ? first : last;
		}
	assert_true(first != last);
	double wanted_ns = last->worker.run_ns - first->worker.run_ns + last->worker.delay_ns - first->worker.delay_ns;
	return wanted_ns / 1000 / (last->mono_us - first->mono_us);
}

static void samples_a_renderer(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start(&trial);
	renderer_await_cpu(&trial.renderer, 100);
	renderer_order_touch(&trial.renderer, 8);
	renderer_await_cpu(&trial.renderer, 30);
	trial_stop(&trial);
	trial_read(&trial, SPINNER);
	size_t rows = trial.read.count;
	const struct tick_row *first = trial.read.items, *last = first + rows - 1;
	assert_true(rows >= 50 && fact(&trial, "rows") == (double)rows);
	assert_true(fact(&trial, "pid") == trial.renderer.pid);
	assert_true(fact(&trial, "workers_born") == 0);
	assert_int_equal(json_length(json_get(trial.facts, "threads")), 3);
	/* A thread that always wants a CPU runs or waits, a millisecond a tick. */
	if (part_wanted(&trial.read) < 0.5 || part_wanted(&trial.read) > 1.5)
		fail_msg("the spinning worker ran or waited for %.2f of the time", part_wanted(&trial.read));
	assert_true(last->worker.run_ns > first->worker.run_ns);
	assert_true(last->main.minflt - first->main.minflt >= 2048);
	assert_true(last->all_cpu_us - first->all_cpu_us > (last->worker.run_ns - first->worker.run_ns) / 2000);
	assert_true(isnan(last->browser_cpu_us));
	assert_string_equal(json_text(trial.facts, "cgroup", ""), "none");
	trial_release(&trial);
}

static void sees_a_stop(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start(&trial);
	sleep_ms(50);
	kill(trial.renderer.pid, SIGSTOP);
	sleep_ms(100);
	kill(trial.renderer.pid, SIGCONT);
	sleep_ms(50);
	trial_stop(&trial);
	trial_read(&trial, SLEEPER);
	size_t stopped = 0, changes = 0;
	for (size_t i = 0; i < trial.read.count; i++) {
		bool is = trial.read.items[i].worker.state == 'T';
		bool was = i > 0 && trial.read.items[i - 1].worker.state == 'T';
		stopped += is && trial.read.items[i].main.state == 'T';
		changes += i > 0 && is != was;
	}
	if (stopped < 10 || changes != 2)
		fail_msg("stopped in %zu of %zu ticks, %zu changes", stopped, trial.read.count, changes);
	trial_release(&trial);
}

/* The renderer in a group of its own: what it uses is counted there, and what we use is not. */
static void counts_the_browsers_group(void **state)
{
	(void)state;
	struct cgroup_place place = cgroup_system();
	struct cgroup_group group;
	struct trial trial;
	char name[64], pid[16];
	snprintf(name, sizeof name, "wasmograph-ticks.%d", (int)getpid());
	if (cgroup_group_make(&place, name, &group, NULL)) {
		skip(); /* takes root and a writable hierarchy */
		return;
	}
	trial_init(&trial);
	int fd = cgroup_group_open(&group), length = snprintf(pid, sizeof pid, "%d", (int)trial.renderer.pid);
	assert_int_equal(write(fd, pid, (size_t)length), length);
	close(fd);
	trial.options.group_version = group.version;
	trial.options.group_path = group.path;
	trial_start(&trial);
	assert_false(cgroup_group_holds(&group, helper_pid(trial.ticks)));
	renderer_await_cpu(&trial.renderer, 100);
	trial_stop(&trial);
	trial_read(&trial, SPINNER);
	const struct tick_row *first = trial.read.items, *last = first + trial.read.count - 1;
	double ran_us = (last->worker.run_ns - first->worker.run_ns) / 1000;
	double ratio = (last->browser_cpu_us - first->browser_cpu_us) / ran_us;
	if (ratio < 0.5 || ratio > 1.5)
		fail_msg("the group used %.2f of what its only busy thread did", ratio);
	assert_string_equal(json_text(trial.facts, "cgroup", ""), group.version == 2 ? "v2" : "v1");
	trial_release(&trial);
	assert_int_equal(cgroup_group_remove(group.path, NULL), 0);
}

static void tells_its_own_cost(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start(&trial);
	int64_t before_us = helper_cpu_us(trial.ticks);
	sleep_ms(300);
	int64_t used_us = helper_cpu_us(trial.ticks) - before_us;
	trial_stop(&trial);
	assert_int_equal(helper_cpu_us(trial.ticks), 0); /* it has gone */
	assert_int_equal(helper_cpu_us(NULL), 0);
	assert_true(used_us > 0 && (double)used_us <= fact(&trial, "cpu_us") * 1.2);
	assert_true(fact(&trial, "period_us") == 1000);
	assert_true(fact(&trial, "window_us") >= 250000);
	assert_true(fact(&trial, "cpu_us") > 0 && fact(&trial, "cpu_us") < fact(&trial, "window_us") / 2);
	assert_true(fact(&trial, "wakeups") > 10 && fact(&trial, "wakeups") <= fact(&trial, "rows") + 1);
	assert_true(fact(&trial, "late_p50_us") <= fact(&trial, "late_p99_us"));
	assert_true(fact(&trial, "late_p99_us") <= fact(&trial, "late_max_us"));
	if (geteuid() == 0 && json_bool(trial.facts, "fifo", false) == false)
		print_message("no SCHED_FIFO: %s\n", json_text(trial.facts, "fifo_refused", ""));
	assert_int_equal(json_bool(trial.facts, "fifo", false), json_text(trial.facts, "fifo_refused", NULL) == NULL);
	trial_release(&trial);
}

/* It sleeps through what happens to itself, and says so: this is how a stall of the host looks. */
static void shows_a_stall_as_lateness(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start(&trial);
	sleep_ms(30);
	kill(helper_pid(trial.ticks), SIGSTOP);
	sleep_ms(60);
	kill(helper_pid(trial.ticks), SIGCONT);
	sleep_ms(30);
	trial_stop(&trial);
	assert_true(fact(&trial, "late_max_us") >= 40000);
	assert_true(fact(&trial, "overruns") >= 40);
	trial_release(&trial);
}

/* In a version 1 cpu group without real-time budget, as new ones are, SCHED_FIFO is refused even to root; 77: here are
 * none. */
static int sample_without_budget(const char *group)
{
	struct trial trial;
	char *procs = fs_join(group, "cgroup.procs"), *budget = fs_join(group, "cpu.rt_runtime_us"), text[32];
	int fd = open(procs, O_WRONLY | O_CLOEXEC);
	if (fs_read_small(budget, text, sizeof text) <= 0 || strcmp(text, "0\n") != 0 || !cgroup_group_enter(fd))
		return 77;
	trial_init(&trial);
	trial_start(&trial);
	sleep_ms(50);
	trial_stop(&trial);
	bool told = !json_bool(trial.facts, "fifo", true) && json_text(trial.facts, "fifo_refused", NULL) &&
		json_number(trial.facts, "rows", 0) > 10;
	trial_release(&trial);
	return told ? 0 : 1;
}

static void a_refusal_of_fifo_is_told(void **state)
{
	(void)state;
	struct cgroup_place place = cgroup_system();
	struct cgroup parent;
	if (!cgroup_find_v1(&place, "cpu", &parent)) {
		skip();
		return;
	}
	char *group = mem_format("%s/wasmograph-fifo.%d", parent.path, (int)getpid());
	if (mkdir(group, 0755) < 0) {
		free(group);
		skip(); /* takes root and a writable hierarchy */
		return;
	}
	pid_t pid = fork();
	if (pid == 0)
		_exit(sample_without_budget(group));
	int status = scratch_wait(pid);
	assert_int_equal(cgroup_group_remove(group, NULL), 0);
	free(group);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_full_table_ends_it_early(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial.options.longest_us = 20000;
	trial_start(&trial);
	sleep_ms(100);
	trial_stop(&trial);
	assert_true(fact(&trial, "rows") == 21);
	assert_true(json_bool(trial.facts, "full", false));
	trial_release(&trial);
}

/* ---- whom it wakes ---- */

static void does_not_wake_the_loop(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start(&trial);
	idle_check(trial.loop, 2);
	trial_stop(&trial);
	fact(&trial, "rows");
	trial_release(&trial);
}

static void its_death_is_found_out_afterwards(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start(&trial);
	kill(helper_pid(trial.ticks), SIGKILL);
	idle_check(trial.loop, 2);
	trial_stop(&trial);
	assert_string_equal(json_text(trial.facts, "failed", ""), "the sampler ended by itself");
	pid_t pid = helper_pid(trial.ticks);
	helper_free(trial.ticks);
	trial.ticks = NULL;
	while (proc_start_ticks(pid) != 0) { /* not even a zombie */
		loop_timer_set(&trial.give_up, GIVE_UP_US);
		loop_defer(trial.loop, idle_on_report, trial.loop);
		loop_run(trial.loop);
	}
	trial_release(&trial);
}

/* ---- what can go wrong ---- */

static char *make_script(const char *folder, const char *text)
{
	scratch_write(folder, "sampler", text);
	char *path = fs_join(folder, "sampler");
	assert_int_equal(chmod(path, 0755), 0);
	return path;
}

static void every_failure_lets_the_launch_go_on(void **state)
{
	(void)state;
	static const struct {
		const char *executable, *script;
		pid_t renderer;
		const char *says;
	} rows[] = {
		{"/nonexistent/wasmograph", NULL, 0, "cannot start /nonexistent/wasmograph ticks: No such file"},
		{NULL, "#!/bin/sh\nexit 0\n", 0, "the sampler ended by itself"},
		{NULL, "#!/bin/sh\nexec sleep 1000\n", 0, "the sampler did not start in time"},
		{NULL, NULL, 0x7ffffff0, "there is no process 2147483632 to sample"},
		{NULL, NULL, -1, "the page's renderer was not found"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct trial trial;
		char *folder = scratch_make("ticks"), *script = NULL;
		trial_init(&trial);
		if (rows[i].script)
			script = make_script(folder, rows[i].script);
		trial.options.executable = script ? script : rows[i].executable;
		if (rows[i].renderer)
			trial.options.renderer = rows[i].renderer;
		trial_start(&trial);
		trial_stop(&trial);
		const char *failed = json_text(trial.facts, "failed", "");
		if (strncmp(failed, rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("%s", failed);
		trial_release(&trial);
		free(script);
		scratch_remove(folder);
	}
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	close(trial.options.out_fd);
	trial.options.out_fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	trial_start(&trial);
	trial_stop(&trial);
	const char *failed = json_text(trial.facts, "failed", "");
	assert_non_null(strstr(failed, "No space left"));
	trial_release(&trial);
}

static void a_renderer_that_dies_leaves_empty_fields(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start(&trial);
	sleep_ms(30);
	kill(trial.renderer.pid, SIGKILL);
	scratch_wait(trial.renderer.pid);
	trial.renderer.pid = 0;
	sleep_ms(50);
	trial_stop(&trial);
	trial_read(&trial, SPINNER);
	const struct tick_row *last = &trial.read.items[trial.read.count - 1];
	assert_int_equal(trial.read.items[0].main.state, 'S');
	assert_int_equal(last->main.state, '\0');
	assert_true(isnan(last->worker.run_ns) && !isnan(last->all_cpu_us));
	static const enum renderer_work workers[] = {RENDERER_SLEEPS};
	renderer_start(&trial.renderer, workers, 1); /* for the release */
	trial_release(&trial);
}

/* ---- whom it outlives ---- */

/* A daemon of its own process, which tells its sampler's pid and waits to be killed. */
static void be_daemon(int report)
{
	struct trial trial;
	trial_init(&trial);
	trial_start(&trial);
	pid_t pid = helper_pid(trial.ticks);
	assert_int_equal(write(report, &pid, sizeof pid), sizeof pid);
	loop_run(trial.loop);
	_exit(1);
}

static void check_daemon_death(bool stopped)
{
	int ends[2];
	pid_t sampler;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t daemon_pid = fork();
	if (daemon_pid == 0)
		be_daemon(ends[1]);
	assert_int_equal(read(ends[0], &sampler, sizeof sampler), sizeof sampler);
	uint64_t start = proc_start_ticks(sampler);
	assert_true(start != 0);
	if (stopped)
		kill(sampler, SIGSTOP);
	kill(daemon_pid, SIGKILL);
	scratch_wait(daemon_pid);
	bool gone = false;
	for (int i = 0; i < 2000 && !gone; i++) {
		sleep_ms(5);
		char state = proc_state(sampler);
		gone = proc_start_ticks(sampler) != start || state == 'Z' || state == 'X';
	}
	assert_true(gone);
	close(ends[0]);
	close(ends[1]);
}

static void ends_with_the_daemon(void **state)
{
	(void)state;
	check_daemon_death(false);
	check_daemon_death(true);
}

static void ends_when_freed(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start(&trial);
	pid_t pid = helper_pid(trial.ticks);
	helper_free(trial.ticks);
	trial.ticks = NULL;
	while (proc_start_ticks(pid) != 0) {
		loop_defer(trial.loop, idle_on_report, trial.loop);
		loop_run(trial.loop);
	}
	assert_int_equal(trial.dones, 0);
	trial.ticks = ticks_start(trial.loop, &trial.options, on_ready, &trial);
	trial_release(&trial); /* before it is ready */
	assert_int_equal(trial.readies, 1);
}

static void is_not_for_people(void **state)
{
	(void)state;
	static const char *const rows[][10] = {
		{"w", "ticks", NULL},
		{"w", "ticks", "0", "1", "1", "1000", "10", "0", "", NULL}, /* no socket of ours */
		{"w", "ticks", "x", "1", "1", "1000", "10", "0", "", NULL},
		{"w", "ticks", "3", "4", "0", "1000", "10", "0", "", NULL},
		{"w", "ticks", "3", "4", "1", "0", "10", "0", "", NULL},
		{"w", "ticks", "3", "4", "1", "1000", "0", "0", "", NULL},
		{"w", "ticks", "3", "4", "1", "1000", "10", "3", "", NULL},
		{"w", "ticks", "3", "4", "1", "1000", "10", "0", "", "x"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int count = 0;
		while (count < 10 && rows[i][count])
			count++;
		assert_int_equal(ticks_sampler(count, (char **)(uintptr_t)rows[i]), 2);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "ticks") == 0)
		return ticks_sampler(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_a_renderer),
		cmocka_unit_test(sees_a_stop),
		cmocka_unit_test(counts_the_browsers_group),
		cmocka_unit_test(tells_its_own_cost),
		cmocka_unit_test(shows_a_stall_as_lateness),
		cmocka_unit_test(a_refusal_of_fifo_is_told),
		cmocka_unit_test(a_full_table_ends_it_early),
		cmocka_unit_test(does_not_wake_the_loop),
		cmocka_unit_test(its_death_is_found_out_afterwards),
		cmocka_unit_test(every_failure_lets_the_launch_go_on),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(a_renderer_that_dies_leaves_empty_fields),
		cmocka_unit_test(ends_with_the_daemon),
		cmocka_unit_test(ends_when_freed),
		cmocka_unit_test(is_not_for_people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
