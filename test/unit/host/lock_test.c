#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "host/children.h"
#include "host/lock.h"

struct fixture {
	char *folder, *path;
};

static int set_up(void **state)
{
	struct fixture *fixture = mem_alloc_zero(1, sizeof *fixture);
	fixture->folder = scratch_make("lock");
	fixture->path = fs_join(fixture->folder, "measure.lock");
	*state = fixture;
	return chmod(fixture->folder, 01777); /* as /run/lock */
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	free(fixture->path);
	scratch_remove(fixture->folder);
	free(fixture);
	return 0;
}

static void names_its_place(void **state)
{
	(void)state;
	unsetenv("WASMOGRAPH_LOCK");
	assert_string_equal(lock_path(), "/run/lock/wasmograph.lock");
	setenv("WASMOGRAPH_LOCK", "", 1);
	assert_string_equal(lock_path(), "/run/lock/wasmograph.lock");
	setenv("WASMOGRAPH_LOCK", "/x/y", 1);
	assert_string_equal(lock_path(), "/x/y");
	unsetenv("WASMOGRAPH_LOCK");
}

static void one_holds_it_and_others_are_told(void **state)
{
	struct fixture *f = *state;
	struct err err = {0};
	char text[100];
	mode_t kept = umask(077);
	int fd = lock_take(f->path, "20261123T231459Z-ping-ab12", false, &err);
	umask(kept);
	assert_true(fd >= 0);
	char *expected = mem_format("%d 20261123T231459Z-ping-ab12\n", (int)getpid());
	fs_read_small(f->path, text, sizeof text);
	assert_string_equal(text, expected);
	free(expected);
	struct stat facts;
	assert_int_equal(stat(f->path, &facts), 0);
	assert_int_equal(facts.st_mode & 07777, 0666);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);

	assert_int_equal(lock_take(f->path, "other", false, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	expected = mem_format("another measurement holds %s: run 20261123T231459Z-ping-ab12 of "
		"process %d; wait for it with --wait", f->path, (int)getpid());
	assert_string_equal(err.text, expected);
	free(expected);

	lock_drop(fd);
	assert_int_equal(fs_read_small(f->path, text, sizeof text), 0); /* no old name in it */
	fd = lock_take(f->path, "next", false, &err);
	assert_true(fd >= 0);
	lock_drop(fd);
	lock_drop(-1);
}

struct holder {
	const char *path;
	bool as_nobody;
};

static void hold(void *argument)
{
	struct holder *holder = argument;
	if (holder->as_nobody && (setgid(65534) < 0 || setuid(65534) < 0))
		_exit(1);
	if (lock_take(holder->path, "held", false, NULL) < 0)
		_exit(1);
}

static void it_vanishes_with_its_holder(void **state)
{
	struct fixture *f = *state;
	struct err err = {0};
	struct holder holder = {.path = f->path};
	pid_t pid = child_start(hold, &holder);
	assert_int_equal(lock_take(f->path, "mine", false, &err), -1);
	kill(pid, SIGSTOP); /* stopped is not dead */
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_int_equal(lock_take(f->path, "mine", false, &err), -1);
	char *expected = mem_format("run held of process %d", (int)pid);
	assert_non_null(strstr(err.text, expected));
	free(expected);
	child_kill(pid);
	int fd = lock_take(f->path, "mine", false, &err);
	assert_true(fd >= 0);
	lock_drop(fd);
}

/* In a sticky folder, created by either; fs.protected_regular must not get in the way. */
static void users_share_it(void **state)
{
	struct fixture *f = *state;
	struct err err = {0};
	if (geteuid() != 0) {
		skip();
		return;
	}
	for (int nobody_first = 0; nobody_first < 2; nobody_first++) {
		struct holder holder = {.path = f->path, .as_nobody = true};
		if (!nobody_first) {
			lock_drop(lock_take(f->path, "root", false, &err));
		}
		child_kill(child_start(hold, &holder));
		int fd = lock_take(f->path, "root", false, &err);
		if (fd < 0)
			fail_msg("%s", err.text);
		lock_drop(fd);
		assert_int_equal(unlink(f->path), 0);
	}
}

static void waiting_ends_with_the_lock(void **state)
{
	struct fixture *f = *state;
	struct err err = {0};
	struct holder holder = {.path = f->path};
	pid_t pid = child_start(hold, &holder);
	pid_t waiter = fork();
	if (waiter == 0) {
		int fd = lock_take(f->path, "waiter", true, &err);
		char text[100], expected[100];
		snprintf(expected, sizeof expected, "%d waiter\n", (int)getpid());
		fs_read_small(f->path, text, sizeof text);
		_exit(fd >= 0 && strcmp(text, expected) == 0 ? 0 : 1);
	}
	child_kill(pid);
	assert_int_equal(scratch_wait(waiter), 0);
}

/* Whoever queues holds the lock alone: a counter that all increment loses nothing. */
static void queued_processes_exclude_each_other(void **state)
{
	struct fixture *f = *state;
	enum { PROCESSES = 4, ROUNDS = 5 };
	char *counter = fs_join(f->folder, "counter");
	scratch_write(f->folder, "counter", "0");
	pid_t pids[PROCESSES];
	for (int p = 0; p < PROCESSES; p++) {
		pids[p] = fork();
		for (int r = 0; pids[p] == 0 && r < ROUNDS; r++) {
			char text[32];
			int fd = lock_take(f->path, "count", true, NULL);
			fs_read_small(counter, text, sizeof text);
			int next = (int)strtol(text, NULL, 10) + 1;
			nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
			snprintf(text, sizeof text, "%d", next);
			int file = open(counter, O_WRONLY | O_TRUNC);
			if (fd < 0 || file < 0 || write(file, text, strlen(text)) < 0)
				_exit(1);
			close(file);
			lock_drop(fd);
		}
		if (pids[p] == 0)
			_exit(0);
	}
	for (int p = 0; p < PROCESSES; p++)
		assert_int_equal(scratch_wait(pids[p]), 0);
	char text[32];
	fs_read_small(counter, text, sizeof text);
	assert_int_equal(strtol(text, NULL, 10), PROCESSES * ROUNDS);
	free(counter);
}

static void an_interrupt_ends_the_wait(void **state)
{
	struct fixture *f = *state;
	struct holder holder = {.path = f->path};
	pid_t pid = child_start(hold, &holder);
	pid_t waiter = fork();
	if (waiter == 0) {
		/* Blocked beforehand, so that it may come at any time. */
		struct err err = {0};
		sigset_t set;
		sigemptyset(&set);
		sigaddset(&set, SIGTERM);
		sigprocmask(SIG_BLOCK, &set, NULL);
		raise(SIGTERM);
		int fd = lock_take(f->path, "waiter", true, &err);
		_exit(fd < 0 && err.code == ERR_INTERRUPTED ? 0 : 1);
	}
	assert_int_equal(scratch_wait(waiter), 0);
	child_kill(pid);
}

static void unusable_places_are_the_environments_fault(void **state)
{
	struct fixture *f = *state;
	char *absent = fs_join(f->folder, "absent/lock"), *link = fs_join(f->folder, "link");
	char *target = fs_join(f->folder, "target");
	assert_int_equal(symlink(target, link), 0);
	const char *paths[] = {absent, f->folder, link};
	for (int i = 0; i < 3; i++) {
		struct err err = {0};
		assert_int_equal(lock_take(paths[i], "run", true, &err), -1);
		assert_int_equal(err.code, ERR_ENVIRONMENT);
		assert_non_null(strstr(err.text, paths[i]));
	}
	assert_false(fs_exists(target)); /* links are not followed */
	free(absent);
	free(link);
	free(target);
}

/* A lock file that somebody removed is another file afterwards; the new one is what counts. */
static void a_replaced_file_is_a_new_lock(void **state)
{
	struct fixture *f = *state;
	struct err err = {0};
	int old = lock_take(f->path, "old", false, &err);
	assert_int_equal(unlink(f->path), 0);
	int new = lock_take(f->path, "new", false, &err);
	assert_true(new >= 0);
	assert_int_equal(lock_take(f->path, "third", false, &err), -1);
	assert_non_null(strstr(err.text, "run new"));
	lock_drop(old);
	lock_drop(new);
}

static void damaged_contents_are_no_error(void **state)
{
	struct fixture *f = *state;
	static const char *const contents[] = {"", "garbage", "\xFF\xFE", "12"};
	for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
		struct err err = {0};
		int fd = lock_take(f->path, "run", false, &err);
		int writer = open(f->path, O_WRONLY | O_TRUNC);
		assert_true(write(writer, contents[i], strlen(contents[i])) >= 0);
		close(writer);
		assert_int_equal(lock_take(f->path, "other", false, &err), -1);
		assert_int_equal(err.code, ERR_BUSY);
		assert_non_null(strstr(err.text, "another measurement holds"));
		lock_drop(fd);
	}
}

#define LOCK_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_its_place),
		LOCK_TEST(one_holds_it_and_others_are_told),
		LOCK_TEST(it_vanishes_with_its_holder),
		LOCK_TEST(users_share_it),
		LOCK_TEST(waiting_ends_with_the_lock),
		LOCK_TEST(queued_processes_exclude_each_other),
		LOCK_TEST(an_interrupt_ends_the_wait),
		LOCK_TEST(unusable_places_are_the_environments_fault),
		LOCK_TEST(a_replaced_file_is_a_new_lock),
		LOCK_TEST(damaged_contents_are_no_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
