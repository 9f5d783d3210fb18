#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "host/children.h"
#include "host/command.h"
#include "host/proc.h"

static int run(struct command *command, struct err *err, const char *const *argv)
{
	command->argv = argv;
	err_clear(err);
	return command_run(command, err);
}

/* Runs a shell script; the caller releases. */
static int run_script(struct command *command, struct err *err, const char *script)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	return run(command, err, argv);
}

static void keeps_output_and_status(void **state)
{
	(void)state;
	static const struct {
		const char *script, *out, *errors;
		int exit_code, signal;
	} rows[] = {
		{"echo out; echo err >&2", "out\n", "err\n", 0, 0},
		{"exit 3", "", "", 3, 0},
		{"exit 255", "", "", 255, 0},
		{"printf 'a\\0b'; exit 1", "a", "", 1, 0},
		{"kill -KILL $$", "", "", -1, SIGKILL},
		{"echo before; kill -TERM $$", "before\n", "", -1, SIGTERM},
		{"cat; echo end", "end\n", "", 0, 0}, /* stdin is empty */
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct command command = {0};
		struct err err = {0};
		assert_int_equal(run_script(&command, &err, rows[i].script), 0);
		assert_string_equal(command.out.data, rows[i].out);
		assert_string_equal(command.errors.data, rows[i].errors);
		assert_int_equal(command.exit_code, rows[i].exit_code);
		assert_int_equal(command.signal, rows[i].signal);
		assert_true(command.duration_us > 0);
		command_release(&command);
	}
}

/* Three times the ceiling on both streams at once: nobody blocks, the first MiB is kept. */
static void cuts_output_at_one_mebibyte(void **state)
{
	(void)state;
	struct command command = {0};
	struct err err = {0};
	assert_int_equal(run_script(&command, &err,
		"head -c 3145728 /dev/zero | tr '\\0' a & head -c 3145728 /dev/zero | tr '\\0' b >&2; wait"), 0);
	assert_int_equal(command.exit_code, 0);
	assert_int_equal(command.out.length, 1 << 20);
	assert_int_equal(command.errors.length, 1 << 20);
	assert_int_equal(command.out.data[(1 << 20) - 1], 'a');
	assert_int_equal(command.errors.data[(1 << 20) - 1], 'b');
	command_release(&command);
}

static void obeys_environment_and_folder(void **state)
{
	(void)state;
	char *folder = scratch_make("command");
	static const char *const environment[] = {"ONE=1", "TWO=a b", NULL};
	struct command command = {.environment = environment, .folder = folder};
	struct err err = {0};
	char *real = realpath(folder, NULL), *expected = mem_format("%s\n1,a b,unset\n", real);
	setenv("OURS", "inherited", 1);
	assert_int_equal(run_script(&command, &err, "/bin/pwd; echo \"$ONE,$TWO,${OURS-unset}\""), 0);
	assert_string_equal(command.out.data, expected);
	command_release(&command);
	command = (struct command){0};
	assert_int_equal(run_script(&command, &err, "echo $OURS"), 0);
	assert_string_equal(command.out.data, "inherited\n");
	command_release(&command);
	unsetenv("OURS");
	free(real);
	free(expected);
	scratch_remove(folder);
}

static void failures_to_start_are_errors(void **state)
{
	(void)state;
	char *folder = scratch_make("command");
	scratch_write(folder, "plain", "#!/bin/sh\n");
	scratch_write(folder, "orphan", "#!/no/such/interpreter\n");
	char *plain = fs_join(folder, "plain"), *orphan = fs_join(folder, "orphan");
	chmod(orphan, 0755);
	const struct {
		const char *name, *folder;
		enum err_code code;
		const char *text;
	} rows[] = {
		{"no-such-program-here", NULL, ERR_NOT_FOUND, "no program no-such-program-here in PATH"},
		{"/no/such/program", NULL, ERR_NOT_FOUND, "/no/such/program"},
		{plain, NULL, ERR_IO, "Permission denied"},
		{folder, NULL, ERR_IO, "Permission denied"},
		{orphan, NULL, ERR_NOT_FOUND, "orphan"},
		{"sh", "/no/such/folder", ERR_IO, "in folder /no/such/folder"},
		{"", NULL, ERR_NOT_FOUND, "no program"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct command command = {.folder = rows[i].folder};
		struct err err = {0};
		const char *argv[] = {rows[i].name, NULL};
		assert_int_equal(run(&command, &err, argv), -1);
		assert_int_equal(err.code, rows[i].code);
		assert_non_null(strstr(err.text, rows[i].text));
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing left to reap */
		command_release(&command);
	}
	free(plain);
	free(orphan);
	scratch_remove(folder);
}

/* The last line of text as a pid. */
static pid_t printed_pid(const struct command *command)
{
	pid_t pid = (pid_t)strtol(command->out.data, NULL, 10);
	assert_true(pid > 1);
	return pid;
}

/* We are subreaper: whoever is orphaned becomes our child, and can be waited for. */
static void assert_killed(pid_t pid)
{
	int status = scratch_wait(pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void a_deadline_kills_the_whole_group(void **state)
{
	(void)state;
	static const char *const scripts[] = {
		"sleep 1000 & echo $!; wait",
		"trap '' TERM INT HUP; sleep 1000 & echo $!; wait",
		"sleep 1000 & echo $!; kill -STOP $$",
	};
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
		struct command command = {.deadline_us = 300000};
		struct err err = {0};
		assert_int_equal(run_script(&command, &err, scripts[i]), -1);
		assert_int_equal(err.code, ERR_TIMEOUT);
		assert_non_null(strstr(err.text, "did not end within 0.3 s and was killed"));
		assert_int_equal(command.exit_code, -1);
		assert_int_equal(command.signal, SIGKILL);
		assert_true(command.duration_us >= command.deadline_us);
		assert_killed(printed_pid(&command));
		command_release(&command);
	}
}

/* A program that leaves children behind, which hold its pipes, does not keep us waiting. */
static void leftovers_are_killed(void **state)
{
	(void)state;
	struct command command = {0};
	struct err err = {0};
	assert_int_equal(run_script(&command, &err, "sleep 1000 & echo $!"), 0);
	assert_int_equal(command.exit_code, 0);
	assert_killed(printed_pid(&command));
	command_release(&command);
}

static void long_deadlines_do_not_matter(void **state)
{
	(void)state;
	struct command command = {.deadline_us = INT64_C(400) * 86400 * 1000000};
	struct err err = {0};
	assert_int_equal(run_script(&command, &err, "echo $$"), 0);
	command_release(&command);
}

static void the_child_starts_clean(void **state)
{
	(void)state;
	struct command command = {0};
	struct err err = {0};
	sigset_t set, kept;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &kept);
	void (*pipe_action)(int) = signal(SIGPIPE, SIG_IGN);
	assert_int_equal(run_script(&command, &err, "kill -USR1 $$; echo alive"), 0);
	assert_int_equal(command.signal, SIGUSR1); /* the mask was reset */
	command_release(&command);
	assert_int_equal(run_script(&command, &err, "kill -PIPE $$; echo alive"), 0);
	assert_int_equal(command.signal, SIGPIPE); /* and what was ignored */
	command_release(&command);
	signal(SIGPIPE, pipe_action);
	sigprocmask(SIG_SETMASK, &kept, NULL);

	int leaky = open("/dev/null", O_RDONLY); /* no O_CLOEXEC */
	const char *argv[] = {"readlink", "/proc/self/fd/0", mem_format("/proc/self/fd/%d", leaky), NULL};
	assert_int_equal(run(&command, &err, argv), 0);
	assert_string_equal(command.out.data, "/dev/null\n");
	command_release(&command);
	close(leaky);
	free((char *)argv[2]);

	/* a group of its own */
	assert_int_equal(run_script(&command, &err, "cut -d' ' -f1,5 /proc/$$/stat"), 0);
	int pid = 0, group = 0;
	assert_int_equal(sscanf(command.out.data, "%d %d", &pid, &group), 2);
	assert_int_equal(pid, group);
	command_release(&command);
}

static void runs_as_another_user(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		skip();
		return;
	}
	struct command command = {.uid = 65534, .gid = 65534};
	struct err err = {0};
	assert_int_equal(run_script(&command, &err,
		"id -u; id -G; grep -c '^Uid:.65534.65534.65534.65534$' /proc/$$/status"), 0);
	assert_string_equal(command.out.data, "65534\n65534\n1\n");
	command_release(&command);

	command = (struct command){.uid = 65534};
	assert_int_equal(run_script(&command, &err, "true"), -1);
	assert_int_equal(err.code, ERR_INVALID);
	command_release(&command);
}

/* A process in the middle runs the program, and is killed: so is the program, also when it
 * runs as another user (setuid clears the parent-death signal). */
static void the_child_dies_with_us(void **state)
{
	(void)state;
	for (int other_user = 0; other_user <= (geteuid() == 0); other_user++) {
		char *folder = scratch_make("command"), *path = fs_join(folder, "pid"), text[32];
		assert_int_equal(chmod(folder, 0777), 0);
		assert_int_equal(mkfifo(path, 0666), 0);
		assert_int_equal(chmod(path, 0666), 0);
		pid_t middle = fork();
		if (middle == 0) {
			struct command command = {.folder = folder, .uid = other_user ? 65534 : 0,
				.gid = other_user ? 65534 : 0};
			struct err err = {0};
			run_script(&command, &err, "echo $$ > pid; exec sleep 1000");
			_exit(1);
		}
		int fd = open(path, O_RDONLY); /* waits for the program */
		ssize_t got = read(fd, text, sizeof text - 1);
		assert_true(got > 0);
		text[got] = '\0';
		close(fd);
		child_kill(middle);
		assert_killed((pid_t)strtol(text, NULL, 10));
		free(path);
		scratch_remove(folder);
	}
}

static volatile sig_atomic_t handled;

static void on_term(int signal)
{
	handled = signal;
}

/* In children, each with its own way of treating SIGTERM: exit status 0 = as promised. */
static int interrupted_by_default(void)
{
	struct command command = {0};
	struct err err = {0};
	signal(SIGTERM, SIG_DFL);
	if (run_script(&command, &err, "kill -TERM $PPID; sleep 1000") == 0)
		return 1;
	return err.code == ERR_INTERRUPTED && command.signal == SIGKILL ? 0 : 2;
}

static int interrupted_with_handler(void)
{
	struct command command = {0};
	struct err err = {0};
	signal(SIGTERM, on_term);
	if (run_script(&command, &err, "kill -TERM $PPID; sleep 1000") == 0)
		return 1;
	return err.code == ERR_INTERRUPTED && handled == SIGTERM ? 0 : 2;
}

static int interrupted_while_blocked(void)
{
	struct command command = {0};
	struct err err = {0};
	sigset_t set, pending;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (run_script(&command, &err, "kill -TERM $PPID; sleep 1000") == 0)
		return 1;
	sigpending(&pending);
	return err.code == ERR_INTERRUPTED && sigismember(&pending, SIGTERM) ? 0 : 2;
}

static int ignoring(void)
{
	struct command command = {0};
	struct err err = {0};
	signal(SIGTERM, SIG_IGN);
	if (run_script(&command, &err, "kill -TERM $PPID; echo done") < 0)
		return 1;
	return strcmp(command.out.data, "done\n") == 0 ? 0 : 2;
}

static void interrupts_end_it(void **state)
{
	(void)state;
	static int (*const ways[])(void) = {interrupted_by_default, interrupted_with_handler,
		interrupted_while_blocked, ignoring};
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(ways[i]());
		int status = scratch_wait(pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("way %zu ended with status %x", i, status);
	}
}

static void finds_programs(void **state)
{
	(void)state;
	char *folder = scratch_make("command"), *kept = mem_strdup(getenv("PATH"));
	scratch_write(folder, "a/tool", "#!/bin/sh\n");
	scratch_write(folder, "b/tool", "#!/bin/sh\n");
	scratch_write(folder, "a/dir-tool/x", "");
	char *a = fs_join(folder, "a"), *b = fs_join(folder, "b"), *tool = fs_join(b, "tool");
	chmod(tool, 0755); /* a/tool is not executable */
	char *path = mem_format("relative::%s:%s:", a, b);
	setenv("PATH", path, 1);
	char *found = command_find("tool");
	assert_string_equal(found, tool);
	free(found);
	assert_null(command_find("dir-tool"));
	assert_null(command_find("sh"));
	assert_null(command_find("b/tool"));
	assert_null(command_find(""));
	unsetenv("PATH");
	found = command_find("sh");
	assert_non_null(found);
	free(found);
	setenv("PATH", kept, 1);
	char *free_them[] = {a, b, tool, path, kept};
	for (int i = 0; i < 5; i++)
		free(free_them[i]);
	scratch_remove(folder);
}

/* No descriptor leaks over many runs of every outcome. */
static void leaks_no_descriptors(void **state)
{
	(void)state;
	size_t before, after;
	char **names = fs_list("/proc/self/fd", &before, NULL);
	fs_list_free(names, before);
	for (int i = 0; i < 20; i++) {
		static const char *const programs[] = {"true", "false", "/no/such/program"};
		for (int p = 0; p < 3; p++) {
			struct command command = {.deadline_us = 60000000};
			struct err err = {0};
			const char *argv[] = {programs[p], NULL};
			run(&command, &err, argv);
			command_release(&command);
		}
	}
	names = fs_list("/proc/self/fd", &after, NULL);
	fs_list_free(names, after);
	assert_int_equal(before, after);
}

int main(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_output_and_status),
		cmocka_unit_test(cuts_output_at_one_mebibyte),
		cmocka_unit_test(obeys_environment_and_folder),
		cmocka_unit_test(failures_to_start_are_errors),
		cmocka_unit_test(a_deadline_kills_the_whole_group),
		cmocka_unit_test(leftovers_are_killed),
		cmocka_unit_test(long_deadlines_do_not_matter),
		cmocka_unit_test(the_child_starts_clean),
		cmocka_unit_test(runs_as_another_user),
		cmocka_unit_test(the_child_dies_with_us),
		cmocka_unit_test(interrupts_end_it),
		cmocka_unit_test(finds_programs),
		cmocka_unit_test(leaks_no_descriptors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
