#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "host/children.h"
#include "host/proc.h"
#include "host/proc_table.h"

static void set_name(void *name)
{
	prctl(PR_SET_NAME, name);
}

/* A command may look like the fields behind it. */
static void hostile_names_do_not_shift_fields(void **state)
{
	(void)state;
	static const char *const names[] = {"plain", "a b", "x) R 1 2 3 4", ") S 1", "(((", ")))", "a\nb) Z 0", ""};
	uint64_t ours = proc_start_ticks(getpid());
	assert_true(ours > 0);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		pid_t pid = child_start(set_name, (void *)names[i]);
		uint64_t start = proc_start_ticks(pid);
		assert_int_equal(proc_parent(pid), getpid());
		assert_true(start >= ours);
		assert_true(start - ours < 3600 * (uint64_t)sysconf(_SC_CLK_TCK));
		assert_int_equal(proc_start_ticks(pid), start);
		pid_t found[8];
		assert_int_equal(proc_descendants(getpid(), found, 8), 1);
		assert_int_equal(found[0], pid);
		child_kill(pid);
		assert_int_equal(proc_start_ticks(pid), 0);
		assert_int_equal(proc_parent(pid), 0);
	}
	assert_int_equal(proc_start_ticks(0), 0);
	assert_int_equal(proc_start_ticks(-1), 0);
}

/* A zombie and a stopped process are still there; they keep start time and parent. */
static void stopped_and_dead_are_still_known(void **state)
{
	(void)state;
	pid_t pid = child_start(NULL, NULL);
	uint64_t start = proc_start_ticks(pid);
	kill(pid, SIGSTOP);
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_int_equal(proc_start_ticks(pid), start);
	kill(pid, SIGKILL);
	siginfo_t info;
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(proc_start_ticks(pid), start);
	assert_int_equal(proc_parent(pid), getpid());
	scratch_wait(pid);
}

/* A chain of `depth` processes, each with a second, idle child; all die with the first,
 * whose end of the pipe they wait for. */
static _Noreturn void grow(int depth, int ready, int gate)
{
	for (int left = depth, child = 0; left > 0 && child < 2; child++)
		if (fork() == 0) {
			/* the first grows on, the second is idle */
			left = child == 0 ? left - 1 : 0;
			child = -1;
		}
	char byte;
	if (write(ready, "r", 1) != 1 || read(gate, &byte, 1) != 0)
		_exit(1);
	_exit(0);
}

static void descendants_come_parents_first(void **state)
{
	(void)state;
	enum { DEPTH = 5, COUNT = 1 + 2 * DEPTH };
	int ready[2], gate[2];
	char bytes[COUNT];
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(gate), 0);
	pid_t root = fork();
	if (root == 0) {
		close(gate[1]);
		grow(DEPTH, ready[1], gate[0]);
	}
	for (ssize_t got = 0; got < COUNT;)
		got += read(ready[0], bytes, sizeof bytes);

	pid_t found[COUNT] = {0}, few[3] = {0};
	assert_int_equal(proc_descendants(root, found, COUNT), COUNT - 1);
	for (int i = 0; i < COUNT - 1; i++) {
		pid_t parent = proc_parent(found[i]);
		bool before = parent == root;
		for (int j = 0; j < i; j++) {
			before |= found[j] == parent;
			assert_int_not_equal(found[j], found[i]);
		}
		assert_true(before);
		assert_int_not_equal(found[i], root);
	}
	assert_int_equal(proc_descendants(root, few, 2), COUNT - 1);
	assert_int_equal(few[2], 0);
	assert_int_equal(proc_descendants(found[COUNT - 2], few, 3), 0);
	assert_int_equal(proc_descendants(getpid(), NULL, 0), COUNT);
	close(gate[1]);
	scratch_wait(root);
	int ends[] = {ready[0], ready[1], gate[0]};
	for (int i = 0; i < 3; i++)
		close(ends[i]);
}

/* Pure: a table in any order, a cycle in it, and a process that is its own parent. */
static void gathers_from_any_order(void **state)
{
	(void)state;
	struct proc_entry entries[] = {
		{9, 8, 0}, {3, 2, 0}, {7, 7, 0}, {2, 1, 0}, {8, 3, 0}, {5, 6, 0}, {6, 5, 0}, {4, 1, 0}, {1, 0, 0},
	};
	enum { COUNT = sizeof entries / sizeof entries[0] };
	assert_int_equal(proc_table_gather(entries, COUNT, 1), 5);
	static const pid_t expected[] = {2, 4, 3, 8, 9};
	for (int i = 0; i < 5; i++)
		assert_int_equal(entries[i].pid, expected[i]);
	assert_int_equal(proc_table_gather(entries, COUNT, 7), 0);
	assert_int_equal(proc_table_gather(entries, COUNT, 5), 1);
	assert_int_equal(proc_table_gather(entries, 0, 1), 0);
}

static void burn(void *ms)
{
	burn_cpu(*(int *)ms);
}

/* Forks a burner, waits for it: its time is the child's cutime now. */
static void burn_through_child(void *ms)
{
	pid_t pid = fork();
	if (pid == 0) {
		burn_cpu(*(int *)ms);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void tree_time_counts_living_and_reaped(void **state)
{
	(void)state;
	int ms = 300;
	void (*const ways[])(void *) = {burn, burn_through_child};
	int64_t tick_us = 1000000 / sysconf(_SC_CLK_TCK);
	for (int i = 0; i < 2; i++) {
		int64_t before = proc_tree_cpu_us(getpid());
		pid_t pid = child_start(ways[i], &ms);
		int64_t child = proc_tree_cpu_us(pid);
		assert_true(child >= ms * 1000 - 2 * tick_us);
		assert_true(proc_tree_cpu_us(getpid()) - before >= child - 4 * tick_us);
		child_kill(pid);
		/* reaped by us: in our own cutime now */
		assert_true(proc_tree_cpu_us(getpid()) - before >= child - 4 * tick_us);
		assert_int_equal(proc_tree_cpu_us(pid), 0);
	}
}

static void self_counts_cpu_and_switches(void **state)
{
	(void)state;
	struct proc_self before, after;
	proc_self_read(&before);
	burn_cpu(50);
	proc_self_read(&after);
	assert_true(after.cpu_us - before.cpu_us >= 50000);
	int64_t sleeps = 20;
	for (int i = 0; i < sleeps; i++)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	before = after;
	proc_self_read(&after);
	assert_true(after.voluntary_switches - before.voluntary_switches >= sleeps);
	assert_true(after.involuntary_switches >= before.involuntary_switches);
	char status[8192];
	fs_read_small("/proc/self/status", status, sizeof status);
	const char *kernel = strstr(status, "\nvoluntary_ctxt_switches:");
	assert_non_null(kernel);
	assert_in_range(atoll(strchr(kernel, ':') + 1), after.voluntary_switches,
		after.voluntary_switches + 5);
}

static void be_strict(void *unused)
{
	(void)unused;
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
}

static void be_nobody(void *unused)
{
	(void)unused;
	if (setgid(65534) < 0 || setuid(65534) < 0)
		_exit(1);
}

static void be_in_user_namespace(void *unused)
{
	(void)unused;
	if (unshare(CLONE_NEWUSER) < 0)
		_exit(77);
}

static struct proc_sandbox sandbox_of(pid_t pid)
{
	struct proc_sandbox sandbox;
	struct err err = {0};
	if (proc_sandbox_read(pid, &sandbox, &err) < 0)
		fail_msg("%s", err.text);
	return sandbox;
}

static void reads_seccomp_and_uid(void **state)
{
	(void)state;
	struct proc_sandbox sandbox = sandbox_of(getpid());
	assert_int_equal(sandbox.pid_namespaces, 1);
	assert_int_equal(sandbox.uid, getuid());
	assert_false(sandbox.user_namespace);

	pid_t pid = fork();
	if (pid == 0) {
		be_strict(NULL);
		for (volatile unsigned spin = 0;; spin++)
			;
	}
	while (sandbox_of(pid).seccomp_mode == 0)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	assert_int_equal(sandbox_of(pid).seccomp_mode, 1);
	child_kill(pid);

	if (geteuid() == 0) {
		pid = child_start(be_nobody, NULL);
		assert_int_equal(sandbox_of(pid).uid, 65534);
		assert_false(sandbox_of(pid).user_namespace);
		child_kill(pid);
	}
	struct err err = {0};
	assert_int_equal(proc_sandbox_read(pid, &sandbox, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void sees_user_namespaces(void **state)
{
	(void)state;
	if (fork() == 0) {
		be_in_user_namespace(NULL);
		_exit(0);
	}
	int status;
	wait(&status);
	if (WEXITSTATUS(status) == 77) {
		skip(); /* the system forbids them */
		return;
	}
	pid_t pid = child_start(be_in_user_namespace, NULL);
	assert_true(sandbox_of(pid).user_namespace);
	child_kill(pid);
}

static void be_sandboxed(void *unused)
{
	be_in_user_namespace(unused);
	prctl(PR_SET_DUMPABLE, 0);
}

/* As for a Chromium renderer that an unprivileged user looks at: the link to its
 * namespace cannot be read, and still it is told from a plain process. */
static void sees_namespaces_of_the_untraceable(void **state)
{
	(void)state;
	pid_t reader = fork();
	if (reader == 0) {
		if (geteuid() == 0)
			be_nobody(NULL);
		/* setuid made us not dumpable; what we fork shall be as we say */
		prctl(PR_SET_DUMPABLE, 1);
		int ends[2];
		if (pipe(ends) < 0)
			_exit(1);
		pid_t pid = fork();
		if (pid == 0) {
			be_sandboxed(NULL);
			if (write(ends[1], "r", 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
		char byte, path[64];
		close(ends[1]);
		if (read(ends[0], &byte, 1) != 1)
			_exit(77);
		struct proc_sandbox sandbox = {0};
		struct err err = {0};
		snprintf(path, sizeof path, "/proc/%d/ns/user", (int)pid);
		bool unreadable = readlink(path, (char[64]){0}, 64) < 0;
		int result = proc_sandbox_read(pid, &sandbox, &err);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		_exit(!unreadable ? 2 : result < 0 ? 3 : !sandbox.user_namespace ? 4 : 0);
	}
	int status = scratch_wait(reader);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* unshare() moves the next child into the new pid namespace. */
static void counts_pid_namespaces(void **state)
{
	(void)state;
	pid_t outer = child_start(NULL, NULL);
	assert_int_equal(sandbox_of(outer).pid_namespaces, 1);
	child_kill(outer);
	int ends[2];
	char byte;
	assert_int_equal(pipe(ends), 0);
	outer = fork();
	if (outer == 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWPID) < 0)
			_exit(77);
		pid_t inner = fork();
		if (inner == 0) {
			if (write(ends[1], "r", 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
		waitpid(inner, NULL, 0);
		_exit(0);
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1) {
		scratch_wait(outer);
		skip();
		return;
	}
	close(ends[0]);
	pid_t inner;
	assert_int_equal(proc_descendants(outer, &inner, 1), 1);
	assert_int_equal(sandbox_of(inner).pid_namespaces, 2);
	assert_true(sandbox_of(inner).user_namespace);
	kill(inner, SIGKILL);
	scratch_wait(outer);
}

static void run_shell(void *arguments)
{
	char **argv = arguments;
	pid_t pid = fork();
	if (pid == 0) {
		execv("/bin/sh", argv);
		_exit(1);
	}
	/* exec has happened once the child's command line is not ours any more */
	char path[64], line[256];
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
	do
		fs_read_small(path, line, sizeof line);
	while (strcmp(line, argv[0]) != 0);
}

static void finds_whole_arguments(void **state)
{
	(void)state;
	int gate[2];
	assert_int_equal(pipe(gate), 0);
	int kept = dup(STDIN_FILENO);
	dup2(gate[0], STDIN_FILENO);
	char *argv[] = {"sh", "-c", "read x", "--type=renderer", "--b=with blank --type=gpu", "", NULL};
	pid_t root = child_start(run_shell, argv);
	pid_t shell;
	assert_int_equal(proc_descendants(root, &shell, 1), 1);
	static const struct {
		const char *argument;
		bool found;
	} rows[] = {
		{"--type=renderer", true}, {"--type=render", false}, {"type=renderer", false},
		{"--b=with blank --type=gpu", true}, {"--type=gpu", false}, {"sh", true}, {"read x", true},
		{"read", false}, {"--type=renderer ", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (proc_find_descendant(root, rows[i].argument) != (rows[i].found ? shell : 0))
			fail_msg("row %zu", i);
	assert_int_equal(proc_find_descendant(shell, "--type=renderer"), 0); /* not root itself */
	dup2(kept, STDIN_FILENO);
	close(kept);
	close(gate[0]);
	close(gate[1]);
	kill(shell, SIGKILL);
	child_kill(root);
}

/* Writes a title over its own arguments, as Chromium's children do. */
static void rewrite_title(void *start)
{
	static const char title[] = "p --type=zygote --x";
	memset(start, 0, strlen(start));
	memcpy(start, title, sizeof title);
}

static void finds_arguments_in_rewritten_titles(void **state)
{
	char *start = *state;
	pid_t pid = child_start(rewrite_title, start);
	assert_int_equal(proc_find_descendant(getpid(), "--type=zygote"), pid);
	assert_int_equal(proc_find_descendant(getpid(), "--x"), pid);
	assert_int_equal(proc_find_descendant(getpid(), "--type=zyg"), 0);
	assert_int_equal(proc_find_descendant(getpid(), "zygote"), 0);
	child_kill(pid);
}

static void kills_only_whom_it_means(void **state)
{
	(void)state;
	pid_t pid = child_start(NULL, NULL);
	uint64_t start = proc_start_ticks(pid);
	assert_int_equal(proc_kill_exact(pid, start + 1), -1);
	assert_int_equal(proc_kill_exact(pid, 0), -1);
	assert_int_equal(proc_kill_exact(-pid, start), -1);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0); /* alive */
	kill(pid, SIGSTOP);
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_int_equal(proc_kill_exact(pid, start), 0); /* a stopped one, too */
	int status = scratch_wait(pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(proc_kill_exact(pid, start), -1);
}

/* Pages count when they are written, and no longer when they are gone. */
static void sees_what_is_in_ram(void **state)
{
	enum { BYTES = 64 << 20, SLACK = 8 << 20 };
	(void)state;
	int64_t before = proc_resident_bytes(getpid());
	char *pages = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_true(before > 0 && proc_resident_bytes(getpid()) - before < SLACK);
	memset(pages, 1, BYTES);
	assert_true(proc_resident_bytes(getpid()) - before > BYTES - SLACK);
	munmap(pages, BYTES);
	assert_true(proc_resident_bytes(getpid()) - before < SLACK);
	assert_int_equal(proc_resident_bytes(0x7ffffff0), -1);
}

int main(int argc, char **argv)
{
	(void)argc;
	char *arguments = argv[0];
	if (strlen(arguments) < 20)
		return 1; /* too short a name to hold the title: start it by its path */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_names_do_not_shift_fields),
		cmocka_unit_test(stopped_and_dead_are_still_known),
		cmocka_unit_test(descendants_come_parents_first),
		cmocka_unit_test(gathers_from_any_order),
		cmocka_unit_test(tree_time_counts_living_and_reaped),
		cmocka_unit_test(self_counts_cpu_and_switches),
		cmocka_unit_test(reads_seccomp_and_uid),
		cmocka_unit_test(sees_user_namespaces),
		cmocka_unit_test(sees_namespaces_of_the_untraceable),
		cmocka_unit_test(counts_pid_namespaces),
		cmocka_unit_test(finds_whole_arguments),
		cmocka_unit_test_prestate(finds_arguments_in_rewritten_titles, arguments),
		cmocka_unit_test(sees_what_is_in_ram),
		cmocka_unit_test(kills_only_whom_it_means),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
