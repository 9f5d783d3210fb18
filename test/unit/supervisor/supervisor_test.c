/* A supervisor over shell scripts that behave as browsers do, and worse. The test program is its
 * own supervisor: with "supervise" as its first argument it is the child side. */
#include "supervisor/supervisor.h"

#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/mem.h"
#include "host/cgroup_cpuset.h"
#include "host/cgroup_group.h"
#include "host/cpus.h"
#include "host/proc.h"
#include "supervisor/group.h"
#include "supervisor/supervise.h"

enum { NOBODY = 65534 };

/* Long enough for any machine; only a broken supervisor makes a test wait for it. */
enum { GIVE_UP_US = 30000000 };

struct trial {
	struct loop *loop;
	struct supervisor *supervisor;
	struct loop_timer timer;
	char *root, *scratch;
	int log_fd;
	uid_t uid;
	pid_t browser;
	bool stop_on_started, stop_on_exited;
	int started, failed, exited, gone;
	int group_version; /* −1 before it was told */
	char group[512];   /* its folder, or why there is none */
	const char *cpus;  /* to be kept to; NULL: any */
	int cpuset_version; /* likewise */
	char cpuset[512];
	int code, signal;
	bool clean;
	char why[ERR_TEXT_SIZE];
};

static void on_give_up(void *context)
{
	(void)context;
	fail_msg("the supervisor did not answer");
}

static void on_group(int version, const char *text, void *context)
{
	struct trial *trial = context;
	assert_int_equal(trial->started, 0);
	assert_int_equal(trial->group_version, -1);
	trial->group_version = version;
	snprintf(trial->group, sizeof trial->group, "%s", text);
}

static void on_cpuset(int version, const char *text, void *context)
{
	struct trial *trial = context;
	assert_int_equal(trial->started, 0);
	assert_int_equal(trial->cpuset_version, -1);
	trial->cpuset_version = version;
	snprintf(trial->cpuset, sizeof trial->cpuset, "%s", text);
}

static void on_started(pid_t browser, void *context)
{
	struct trial *trial = context;
	trial->started++;
	trial->browser = browser;
	if (trial->stop_on_started)
		supervisor_stop(trial->supervisor);
}

static void on_failed(const struct err *why, void *context)
{
	struct trial *trial = context;
	trial->failed++;
	assert_int_equal(why->code, ERR_ENVIRONMENT);
	snprintf(trial->why, sizeof trial->why, "%s", why->text);
	supervisor_stop(trial->supervisor);
}

static void on_exited(int code, int signal, void *context)
{
	struct trial *trial = context;
	trial->exited++;
	trial->code = code;
	trial->signal = signal;
	if (trial->stop_on_exited)
		supervisor_stop(trial->supervisor);
}

static void on_gone(bool clean, void *context)
{
	struct trial *trial = context;
	trial->gone++;
	trial->clean = clean;
	loop_stop(trial->loop);
}

static void trial_init(struct trial *trial)
{
	struct err err;
	memset(trial, 0, sizeof *trial);
	trial->group_version = trial->cpuset_version = -1;
	trial->loop = loop_new(&err);
	assert_non_null(trial->loop);
	loop_timer_init(&trial->timer, trial->loop, on_give_up, trial);
	loop_timer_set(&trial->timer, GIVE_UP_US);
	trial->root = mem_strdup("/tmp/wasmograph-supervisor-XXXXXX");
	assert_non_null(mkdtemp(trial->root));
	assert_int_equal(chmod(trial->root, 0711), 0);
	trial->scratch = fs_join(trial->root, "launch");
	assert_int_equal(mkdir(trial->scratch, 0700), 0);
	trial->uid = geteuid() == 0 ? NOBODY : geteuid();
	assert_int_equal(chown(trial->scratch, trial->uid, (gid_t)-1), 0);
	trial->log_fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	assert_true(trial->log_fd >= 0);
}

/* Whether or not it was told yet. */
static bool find_group(const struct trial *trial, struct cgroup_group *group)
{
	char name[SUPERVISOR_GROUP_NAME_SIZE];
	struct cgroup_place place = cgroup_system();
	assert_int_equal(supervisor_group_name(trial->scratch, name), 0);
	return cgroup_group_find(&place, name, group) || cgroup_cpuset_find(&place, name, group);
}

/* Does the sweep's work after a supervisor that was killed. */
static void sweep_group(const struct trial *trial)
{
	struct cgroup_group group;
	while (find_group(trial, &group))
		assert_int_equal(cgroup_group_remove(group.path, NULL), 0);
}

static void trial_release(struct trial *trial)
{
	supervisor_free(trial->supervisor);
	struct cgroup_group group;
	assert_false(find_group(trial, &group));
	loop_timer_release(&trial->timer);
	loop_free(trial->loop);
	close(trial->log_fd);
	assert_int_equal(fs_remove_tree(trial->root, NULL), 0);
	free(trial->root);
	free(trial->scratch);
}

static void trial_start(struct trial *trial, const char *const *argv)
{
	static const char *const environment[] = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", NULL};
	struct err err = {0};
	char *self = fs_self_path();
	struct supervisor_options options = {.executable = self, .scratch = trial->scratch,
		.uid = trial->uid, .gid = trial->uid == NOBODY ? NOBODY : getegid(),
		.cpus = trial->cpus, .log_fd = trial->log_fd, .argv = argv, .environment = environment};
	struct supervisor_events events = {on_group, on_cpuset, on_started, on_failed, on_exited, on_gone, trial};
	trial->supervisor = supervisor_start(trial->loop, &options, &events, &err);
	if (!trial->supervisor)
		fail_msg("%s", err.text);
	assert_true(supervisor_pid(trial->supervisor) > 0);
	free(self);
}

static void trial_start_script(struct trial *trial, const char *script)
{
	const char *argv[] = {"/bin/sh", "-c", script, NULL};
	trial_start(trial, argv);
}

/* What the browser printed, whole; the caller frees. */
static char *trial_log(const struct trial *trial)
{
	char *text = mem_alloc_zero(1, 65536);
	assert_true(pread(trial->log_fd, text, 65535, 0) >= 0);
	return text;
}

/* Turns the loop until *count is reached (or gone). */
static void on_poll(void *context)
{
	loop_stop(context);
}

static void trial_turn(struct trial *trial, int64_t for_us)
{
	struct loop_timer timer;
	loop_timer_init(&timer, trial->loop, on_poll, trial->loop);
	loop_timer_set(&timer, for_us);
	loop_run(trial->loop);
	loop_timer_release(&timer);
}

static void trial_wait_for_lines(struct trial *trial, int lines)
{
	for (;;) {
		char *log = trial_log(trial);
		int count = 0;
		for (const char *at = log; (at = strchr(at, '\n')); at++)
			count++;
		free(log);
		if (count >= lines)
			return;
		trial_turn(trial, 5000);
	}
}

static bool alive(pid_t pid)
{
	char path[64], stat[512];
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if (fs_read_small(path, stat, sizeof stat) <= 0)
		return false;
	const char *state = strrchr(stat, ')');
	return state && state[2] != 'Z' && state[2] != 'X';
}

static void wait_until_dead(pid_t pid)
{
	for (int i = 0; i < 2000 && alive(pid); i++)
		nanosleep(&(struct timespec){0, 5000000}, NULL);
	assert_false(alive(pid));
}

/* Checks what a script ends with. Scripts say by their exit status what they found. */
static void test_how_programs_end(void **state)
{
	(void)state;
	static const struct row {
		const char *script;
		int code, signal;
	} rows[] = {
		{"exit 0", 0, 0},
		{"exit 3", 3, 0},
		{"kill -SEGV $$", -1, SIGSEGV},
		{"kill -KILL $$", -1, SIGKILL},
		/* the working folder is the scratch folder and can be written */
		{"touch here && case $(pwd -P) in /tmp/wasmograph-supervisor-*/launch) exit 7; esac", 7, 0},
		/* the environment is exactly what was given (PWD and _ are the shell's) */
		{"test \"$(env | grep -v -e ^PWD= -e ^_= | sort | tr '\\n' ,)\" = LANG=C.UTF-8,PATH=/usr/bin:/bin,",
			0, 0},
		/* no descriptor beyond stdio, and stdin is empty */
		{"for n in 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 30 40 50 60; do "
		 "[ -e /proc/$$/fd/$n ] && exit $n; done; read -r x; test $? = 1", 0, 0},
		/* nothing ignored or blocked: SIGPIPE ignored would change a browser */
		{"grep -q 'SigIgn:.0000000000000000' /proc/self/status && "
		 "grep -q 'SigBlk:.0000000000000000' /proc/self/status", 0, 0},
		{"test $(ulimit -c) = 0", 0, 0},
		/* a session apart from ours */
		{"test $(cut -d' ' -f6 /proc/$$/stat) = $PPID", 0, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct trial trial;
		trial_init(&trial);
		trial.stop_on_exited = true;
		trial_start_script(&trial, rows[i].script);
		loop_run(trial.loop);
		if (trial.code != rows[i].code || trial.signal != rows[i].signal)
			fail_msg("%s: code %d signal %d", rows[i].script, trial.code, trial.signal);
		assert_int_equal(trial.started, 1);
		assert_int_equal(trial.exited, 1);
		assert_int_equal(trial.failed, 0);
		assert_int_equal(trial.gone, 1);
		assert_true(trial.clean);
		assert_false(fs_exists(trial.scratch));
		trial_release(&trial);
	}
}

static void test_runs_as_the_user(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	struct trial trial;
	trial_init(&trial);
	trial.stop_on_exited = true;
	trial_start_script(&trial,
		"test \"$(grep -E '^(Uid|Gid|Groups):' /proc/$$/status | tr -s '\\t ' '  ' | tr '\\n' ';')\" = "
		"'Uid: 65534 65534 65534 65534;Gid: 65534 65534 65534 65534;Groups: ;'");
	loop_run(trial.loop);
	assert_int_equal(trial.code, 0);
	trial_release(&trial);
}

static void test_failures_to_execute(void **state)
{
	(void)state;
	static const struct row {
		const char *path, *says;
		bool forbid_root;
	} rows[] = {
		{"/nonexistent/browser", "cannot execute /nonexistent/browser: No such file", false},
		{"/etc/passwd", "cannot execute /etc/passwd: Permission denied", false},
		{"/tmp", "cannot execute /tmp: Permission denied", false},
		{"/bin/true", "the browser's user cannot enter /tmp/wasmograph-supervisor-", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct trial trial;
		trial_init(&trial);
		/* A TMPDIR in a private folder. */
		assert_int_equal(chmod(trial.root, rows[i].forbid_root ? 0700 : 0711), 0);
		if (rows[i].forbid_root && geteuid() != 0) {
			trial_release(&trial);
			continue;
		}
		const char *argv[] = {rows[i].path, NULL};
		trial_start(&trial, argv);
		loop_run(trial.loop);
		assert_int_equal(trial.failed, 1);
		assert_int_equal(trial.started, 0);
		assert_int_equal(trial.exited, 0);
		if (strncmp(trial.why, rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("%s", trial.why);
		assert_true(trial.clean);
		assert_false(fs_exists(trial.scratch));
		trial_release(&trial);
	}
}

/* Prints the pids of everything it leaves about, one a line: plain child, own session, twice
 * forked, deaf to SIGTERM, stopped, and one that keeps writing into the scratch folder. */
static const char unruly[] =
	"sleep 1000 & echo $!; "
	"setsid sh -c 'echo $$; exec sleep 1000' & "
	"(setsid sh -c '(sh -c \"echo \\$\\$; exec sleep 1000\" &)' &) ; "
	"sh -c 'trap \"\" TERM HUP INT; echo $$; while :; do sleep 1000; done' & "
	"sh -c 'echo $$; kill -STOP $$; sleep 1000' & "
	"sh -c 'echo $$; while :; do mkdir -p a/b/c; : > a/b/c/d; done' & "
	"echo $$; wait";
enum { UNRULY_LINES = 7 };

static int read_pids(const struct trial *trial, pid_t *pids, int capacity)
{
	char *log = trial_log(trial);
	int count = 0;
	for (char *line = log; *line && count < capacity; line = strchr(line, '\n') + 1)
		pids[count++] = (pid_t)strtol(line, NULL, 10);
	free(log);
	return count;
}

static void assert_all_dead(const struct trial *trial)
{
	pid_t pids[16];
	int count = read_pids(trial, pids, 16);
	assert_int_equal(count, UNRULY_LINES);
	for (int i = 0; i < count; i++) {
		assert_true(pids[i] > 1);
		assert_int_equal(proc_start_ticks(pids[i]), 0); /* not even a zombie */
	}
}

static void test_stop_leaves_nothing(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start_script(&trial, unruly);
	trial_wait_for_lines(&trial, UNRULY_LINES);
	supervisor_stop(trial.supervisor);
	supervisor_stop(trial.supervisor);
	loop_run(trial.loop);
	assert_int_equal(trial.gone, 1);
	assert_true(trial.clean);
	assert_all_dead(&trial);
	assert_false(fs_exists(trial.scratch));
	trial_release(&trial);
}

/* Everything the browser starts is in its group, whatever became of its parents, and the supervisor is not. */
static void test_the_browser_has_a_group(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start_script(&trial, unruly);
	trial_wait_for_lines(&trial, UNRULY_LINES);
	while (trial.started == 0)
		trial_turn(&trial, 1000);
	if (trial.group_version == 0 && geteuid() != 0) {
		print_message("no group: %s\n", trial.group);
	} else {
		assert_true(trial.group_version > 0);
		pid_t pids[16];
		int count = read_pids(&trial, pids, 16);
		struct cgroup_group group = {.version = trial.group_version};
		snprintf(group.path, sizeof group.path, "%s", trial.group);
		for (int i = 0; i < count; i++)
			assert_true(cgroup_group_holds(&group, pids[i]));
		assert_false(cgroup_group_holds(&group, supervisor_pid(trial.supervisor)));
		assert_false(cgroup_group_holds(&group, getpid()));
	}
	supervisor_stop(trial.supervisor);
	loop_run(trial.loop);
	assert_true(trial.clean);
	trial_release(&trial);
}

/* Started with the processor by affinity, as the daemon does, a browser and what it starts ask for all of them. */
static void test_the_browser_is_kept_to_its_processors(void **state)
{
	(void)state;
	char *all = cpus_of(0), cpu[16], *expected;
	struct trial trial;
	struct err err = {0};
	snprintf(cpu, sizeof cpu, "%.*s", (int)strspn(all, "0123456789"), all);
	trial_init(&trial);
	trial.cpus = cpu;
	trial.stop_on_exited = true;
	assert_int_equal(cpus_take(cpu, &err), 0);
	trial_start_script(&trial, "taskset -cp 0-63 $$ >/dev/null; sh -c 'grep Cpus_allowed_list: /proc/self/status'");
	assert_int_equal(cpus_take(all, &err), 0);
	loop_run(trial.loop);
	assert_true(trial.cpuset_version >= 0);
	if (trial.cpuset_version == 0)
		print_message("by affinity alone: %s\n", trial.cpuset);
	assert_true(trial.cpuset_version > 0 || trial.cpuset[0]);
	expected = mem_format("Cpus_allowed_list:\t%s\n", trial.cpuset_version > 0 ? cpu : all);
	char *log = trial_log(&trial);
	assert_string_equal(log, expected);
	assert_true(trial.clean);
	assert_false(trial.cpuset_version > 0 && fs_exists(trial.cpuset));
	free(log);
	free(expected);
	trial_release(&trial);
	free(all);
}

/* Nobody asks for processors that are not there but a machine that has lost some: the launch goes on without. */
static void test_processors_that_cannot_be_had(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial.cpus = "1023";
	trial.stop_on_exited = true;
	trial_start_script(&trial, "exit 4");
	loop_run(trial.loop);
	assert_int_equal(trial.code, 4);
	assert_int_equal(trial.cpuset_version, 0);
	assert_true(trial.cpuset[0] != '\0');
	assert_true(trial.clean);
	trial_release(&trial);
}

static void test_orphans_of_a_dead_browser_are_killed(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial.stop_on_exited = true;
	trial_start_script(&trial, "setsid sleep 1000 & echo $!; exit 0");
	loop_run(trial.loop);
	pid_t pid = 0;
	assert_int_equal(read_pids(&trial, &pid, 1), 1);
	assert_int_equal(proc_start_ticks(pid), 0);
	assert_true(trial.clean);
	trial_release(&trial);
}

/* A chain of processes that fork their successor and end, so that no sweep finds the same one twice. It ends by
 * itself, lest a broken supervisor leaves it running for ever. */
static void test_who_keeps_forking_is_caught(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start_script(&trial,
		"chain() { [ $1 = 0 ] || ( chain $(($1 - 1)) ) & }; "
		"for i in 1 2 3; do chain 100000; done; echo up; sleep 1000");
	trial_wait_for_lines(&trial, 1);
	pid_t supervisor = supervisor_pid(trial.supervisor);
	supervisor_stop(trial.supervisor);
	loop_run(trial.loop);
	assert_true(trial.clean);
	assert_int_equal(proc_start_ticks(supervisor), 0);
	pid_t pids[1];
	assert_int_equal(proc_descendants(getpid(), pids, 1), 0);
	assert_false(fs_exists(trial.scratch));
	trial_release(&trial);
}

#ifdef __SANITIZE_ADDRESS__
#define EMBEDDED "supervisor_test"
#else
#define EMBEDDED "wasmograph"
#endif

/* Until it is given RLIM_INFINITY again, the embedded program does not fit (image_test.c). */
static void limit_files(rlim_t size_bytes)
{
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size_bytes < limit.rlim_max ? size_bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, size_bytes == RLIM_INFINITY ? SIG_DFL : SIG_IGN);
}

/* From its embedded program, or from our own executable. */
static void test_what_it_is_executed_from(void **state)
{
	(void)state;
	static const char *const names[] = {EMBEDDED "\n", "supervisor_test\n"};
	for (int without = 0; without < 2; without++) {
		struct trial trial;
		trial_init(&trial);
		limit_files(without ? 1000 : RLIM_INFINITY);
		trial_start_script(&trial, "cat /proc/$PPID/comm; exec sleep 1000");
		limit_files(RLIM_INFINITY);
		trial_wait_for_lines(&trial, 1);
		char *name = trial_log(&trial);
		assert_string_equal(name, names[without]);
		free(name);
		supervisor_stop(trial.supervisor);
		loop_run(trial.loop);
		assert_true(trial.clean);
		assert_false(fs_exists(trial.scratch));
		trial_release(&trial);
	}
}

static void test_stop_before_the_start_is_told(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start_script(&trial, "sleep 1000");
	supervisor_stop(trial.supervisor);
	loop_run(trial.loop);
	assert_true(trial.clean);
	assert_int_equal(trial.exited, 0);
	assert_false(fs_exists(trial.scratch));
	trial_release(&trial);
}

static void test_interrupts_are_the_daemons(void **state)
{
	(void)state;
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGUSR1};
	struct trial trial;
	trial_init(&trial);
	trial_start_script(&trial, "echo up; exec sleep 1000");
	trial_wait_for_lines(&trial, 1);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		assert_int_equal(kill(supervisor_pid(trial.supervisor), signals[i]), 0);
	trial_turn(&trial, 50000);
	assert_int_equal(trial.gone, 0);
	assert_true(alive(trial.browser));
	supervisor_stop(trial.supervisor);
	loop_run(trial.loop);
	assert_true(trial.clean);
	trial_release(&trial);
}

static long switches_of(pid_t pid)
{
	char path[64], status[8192];
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	assert_true(fs_read_small(path, status, sizeof status) > 0);
	const char *at = strstr(status, "\nvoluntary_ctxt_switches:");
	assert_non_null(at);
	return strtol(at + strlen("\nvoluntary_ctxt_switches:"), NULL, 10);
}

static void test_sleeps_while_the_browser_runs(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start_script(&trial, "echo up; while :; do :; done");
	trial_wait_for_lines(&trial, 1);
	trial_turn(&trial, 100000);
	long before = switches_of(supervisor_pid(trial.supervisor));
	trial_turn(&trial, 1000000);
	assert_int_equal(switches_of(supervisor_pid(trial.supervisor)), before);
	supervisor_stop(trial.supervisor);
	loop_run(trial.loop);
	trial_release(&trial);
}

static void test_killed_supervisor_takes_its_browser_along(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial.cpus = "0";
	trial_start_script(&trial, "echo up; exec sleep 1000");
	trial_wait_for_lines(&trial, 1);
	assert_int_equal(kill(supervisor_pid(trial.supervisor), SIGKILL), 0);
	loop_run(trial.loop);
	assert_int_equal(trial.gone, 1);
	assert_false(trial.clean);
	wait_until_dead(trial.browser);
	assert_true(fs_exists(trial.scratch)); /* the sweep's work */
	sweep_group(&trial);
	trial_release(&trial);
}

static void test_stuck_supervisor_is_given_up(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start_script(&trial, "echo up; exec sleep 1000");
	trial_wait_for_lines(&trial, 1);
	assert_int_equal(kill(supervisor_pid(trial.supervisor), SIGSTOP), 0);
	supervisor_stop(trial.supervisor);
	loop_run(trial.loop);
	assert_int_equal(trial.gone, 1);
	assert_false(trial.clean);
	wait_until_dead(trial.browser);
	sweep_group(&trial);
	trial_release(&trial);
}

/* Freed while it runs: no callback comes, yet everything ends, and is reaped. */
static void test_freed_early(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	trial_start_script(&trial, unruly);
	trial_wait_for_lines(&trial, UNRULY_LINES);
	pid_t supervisor = supervisor_pid(trial.supervisor);
	supervisor_free(trial.supervisor);
	trial.supervisor = NULL;
	while (proc_start_ticks(supervisor) != 0)
		trial_turn(&trial, 5000);
	assert_int_equal(trial.gone, 0);
	assert_all_dead(&trial);
	assert_false(fs_exists(trial.scratch));
	trial_release(&trial);
}

/* A daemon of its own process is killed; nobody is left to say "stop". */
static void test_death_of_the_daemon(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	pid_t daemon_pid = fork();
	assert_true(daemon_pid >= 0);
	if (daemon_pid == 0) {
		trial_start_script(&trial, unruly);
		loop_run(trial.loop);
		_exit(1);
	}
	char *log = NULL;
	for (int lines = 0; lines < UNRULY_LINES;) {
		nanosleep(&(struct timespec){0, 5000000}, NULL);
		free(log);
		log = trial_log(&trial);
		lines = 0;
		for (const char *at = log; (at = strchr(at, '\n')); at++)
			lines++;
	}
	free(log);
	assert_int_equal(kill(daemon_pid, SIGKILL), 0);
	assert_int_equal(waitpid(daemon_pid, NULL, 0), daemon_pid);
	for (int i = 0; i < 4000 && fs_exists(trial.scratch); i++)
		nanosleep(&(struct timespec){0, 5000000}, NULL);
	assert_false(fs_exists(trial.scratch));
	assert_all_dead(&trial);
	trial_release(&trial);
}

/* The log may be any descriptor, also one that the supervisor's own numbers overwrite. It is
 * put in place before the loop, whose descriptors would else have these numbers. */
static void check_low_log(int wanted)
{
	struct trial trial;
	int saved = fcntl(wanted, F_DUPFD_CLOEXEC, 100);
	int file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	assert_int_equal(dup2(file, wanted), wanted);
	trial_init(&trial);
	int original = trial.log_fd;
	trial.log_fd = wanted;
	trial.stop_on_exited = true;
	trial_start_script(&trial, "echo heard; echo so >&2");
	loop_run(trial.loop);
	char *log = trial_log(&trial);
	trial.log_fd = original;
	trial_release(&trial);
	if (file != wanted)
		close(file);
	close(wanted);
	if (saved >= 0) {
		dup2(saved, wanted);
		close(saved);
	}
	assert_string_equal(log, "heard\nso\n");
	free(log);
}

static void test_low_log_descriptors(void **state)
{
	(void)state;
	for (int wanted = 2; wanted <= 5; wanted++)
		check_low_log(wanted);
}

static void test_impossible_executable(void **state)
{
	(void)state;
	struct trial trial;
	trial_init(&trial);
	struct err err = {0};
	const char *argv[] = {"/bin/true", NULL};
	struct supervisor_options options = {.executable = "/nonexistent/wasmograph",
		.scratch = trial.scratch, .uid = geteuid(), .gid = getegid(), .log_fd = trial.log_fd,
		.argv = argv, .environment = argv + 1};
	struct supervisor_events events = {on_group, on_cpuset, on_started, on_failed, on_exited, on_gone, &trial};
	limit_files(1000);
	assert_null(supervisor_start(trial.loop, &options, &events, &err));
	limit_files(RLIM_INFINITY);
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.text, "/nonexistent/wasmograph"));
	trial_release(&trial);
}

static void test_wrong_command_lines(void **state)
{
	(void)state;
	static const char *const rows[][11] = {
		{"w", "supervise", NULL},
		{"w", "supervise", "3", "2", "/tmp/x", "0", "0", "-", "--", NULL},
		{"w", "supervise", "3", "2", "/tmp/x", "0", "0", "-", "/bin/true", "x", NULL},
		{"w", "supervise", "3", "2", "relative", "0", "0", "-", "--", "/bin/true", NULL},
		{"w", "supervise", "3", "2", "/tmp/x", "-1", "0", "-", "--", "/bin/true", NULL},
		{"w", "supervise", "3", "2", "/tmp/x", "", "0", "-", "--", "/bin/true", NULL},
		{"w", "supervise", "3", "2", "/tmp/x", "0", "99999999999", "-", "--", "/bin/true", NULL},
		{"w", "supervise", "3x", "2", "/tmp/x", "0", "0", "-", "--", "/bin/true", NULL},
		{"w", "supervise", "3", "2", "/tmp/x", "0", "0", "-", "--", "true", NULL},
		{"w", "supervise", "3", "2", "/tmp/x", "0", "0", "--", "/bin/true", NULL}, /* no processors */
		{"w", "supervise", "3", "2", "/tmp/x", "0", "0", "", "--", "/bin/true", NULL},
		{"w", "supervise", "3", "2", "/tmp/x", "0", "0", "0/1", "--", "/bin/true", NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int count = 0;
		while (rows[i][count])
			count++;
		assert_int_equal(supervise(count, (char **)(uintptr_t)rows[i]), 2);
	}
}

/* What must never be deleted, and what no daemon of ours asks for: a folder of the right shape
 * is offered under each of these circumstances, and must survive. */
static void test_refuses_to_delete_what_is_not_its_own(void **state)
{
	(void)state;
	enum what { NO_SOCKET, OTHER_SOCKET, OTHER_SHAPE, OTHER_OWNER, OTHER_MODE, LINK, MISSING };
	for (enum what what = NO_SOCKET; what <= MISSING; what++) {
		char root[] = "/tmp/wasmograph-supervisor-XXXXXX", plain[] = "/tmp/other-supervisor-XXXXXX";
		int pair[2];
		assert_non_null(mkdtemp(root));
		assert_non_null(mkdtemp(plain));
		assert_int_equal(socketpair(AF_UNIX, what == OTHER_SOCKET ? SOCK_STREAM : SOCK_SEQPACKET, 0,
			pair), 0);
		char *folder = fs_join(what == OTHER_SHAPE ? plain : root, "launch");
		char *path = what == MISSING ? fs_join(root, "missing") : mem_strdup(folder);
		if (what == LINK) {
			assert_int_equal(symlink(plain, folder), 0);
		} else {
			assert_int_equal(mkdir(folder, 0700), 0);
			assert_int_equal(chmod(folder, what == OTHER_MODE ? 0750 : 0700), 0);
		}
		char *fd = mem_format("%d", what == NO_SOCKET ? STDIN_FILENO : pair[1]);
		char *uid = mem_format("%u", what == OTHER_OWNER ? geteuid() + 1 : geteuid());
		char *argv[] = {"w", "supervise", fd, "2", path, uid, "0", "-", "--", "/bin/true", NULL};
		assert_int_equal(supervise(10, argv), 2);
		assert_true(fs_exists(folder));
		assert_true(fs_exists(plain));
		close(pair[0]);
		close(pair[1]);
		free(fd);
		free(uid);
		free(path);
		free(folder);
		assert_int_equal(fs_remove_tree(root, NULL), 0);
		assert_int_equal(fs_remove_tree(plain, NULL), 0);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "supervise") == 0)
		return supervise(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_programs_end),
		cmocka_unit_test(test_runs_as_the_user),
		cmocka_unit_test(test_failures_to_execute),
		cmocka_unit_test(test_stop_leaves_nothing),
		cmocka_unit_test(test_the_browser_has_a_group),
		cmocka_unit_test(test_the_browser_is_kept_to_its_processors),
		cmocka_unit_test(test_processors_that_cannot_be_had),
		cmocka_unit_test(test_orphans_of_a_dead_browser_are_killed),
		cmocka_unit_test(test_who_keeps_forking_is_caught),
		cmocka_unit_test(test_what_it_is_executed_from),
		cmocka_unit_test(test_stop_before_the_start_is_told),
		cmocka_unit_test(test_interrupts_are_the_daemons),
		cmocka_unit_test(test_sleeps_while_the_browser_runs),
		cmocka_unit_test(test_killed_supervisor_takes_its_browser_along),
		cmocka_unit_test(test_stuck_supervisor_is_given_up),
		cmocka_unit_test(test_freed_early),
		cmocka_unit_test(test_death_of_the_daemon),
		cmocka_unit_test(test_low_log_descriptors),
		cmocka_unit_test(test_impossible_executable),
		cmocka_unit_test(test_wrong_command_lines),
		cmocka_unit_test(test_refuses_to_delete_what_is_not_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
