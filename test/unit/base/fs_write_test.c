#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/fs_write.h"
#include "scratch.h"

static void check_file(const char *path, const void *bytes, size_t length, mode_t mode)
{
	struct err err = {0};
	struct buf out;
	struct stat facts;
	assert_int_equal(fs_read(path, 1 << 22, &out, &err), 0);
	assert_int_equal(out.length, length);
	assert_memory_equal(out.data, bytes, length);
	buf_release(&out);
	assert_int_equal(stat(path, &facts), 0);
	assert_int_equal(facts.st_mode & 07777, mode);
}

static size_t entries(const char *folder)
{
	size_t count;
	char **names = fs_list(folder, &count, NULL);
	fs_list_free(names, count);
	return count;
}

static void writes_whole_files_with_exact_modes(void **state)
{
	(void)state;
	char *folder = scratch_make("write"), *path = fs_join(folder, "file");
	struct err err = {0};
	static const mode_t modes[] = {0600, 0644, 0666, 0755};
	mode_t kept = umask(077);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(fs_write_atomic(path, "a\0b", 3, modes[i], &err), 0);
		check_file(path, "a\0b", 3, modes[i]);
	}
	assert_int_equal(fs_write_atomic(path, "", 0, 0644, &err), 0);
	check_file(path, "", 0, 0644);
	umask(kept);
	assert_int_equal(entries(folder), 1);
	free(path);
	scratch_remove(folder);
}

static void relative_names_work(void **state)
{
	(void)state;
	char *folder = scratch_make("write"), *here = getcwd(NULL, 0);
	struct err err = {0};
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(fs_write_atomic("plain", "x", 1, 0644, &err), 0);
	check_file("plain", "x", 1, 0644);
	assert_int_equal(chdir(here), 0);
	free(here);
	scratch_remove(folder);
}

/* A folder stands where the file should: an error, and nothing is left behind. */
static void failures_leave_nothing(void **state)
{
	(void)state;
	char *folder = scratch_make("write"), *path = fs_join(folder, "taken");
	struct err err = {0};
	scratch_write(folder, "taken/inner", "");
	assert_int_equal(fs_write_atomic(path, "x", 1, 0644, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(entries(folder), 1);
	char *absent = fs_join(folder, "absent");
	assert_int_equal(fs_copy(absent, path, 0644, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(fs_copy(folder, absent, 0644, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(entries(folder), 1);
	free(absent);
	free(path);
	scratch_remove(folder);
}

/* In a child with a mount namespace of its own: a disk of 64 KiB. 0 = all held. */
static int fill_small_disk(const char *folder)
{
	enum { SIZE = 1 << 20 };
	struct err err = {0};
	char *path = fs_join(folder, "file"), *bytes = mem_alloc_zero(SIZE, 1);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", folder, "tmpfs", 0, "size=64k") < 0)
		return 77;
	if (fs_write_atomic(path, "small", 5, 0644, &err) < 0)
		return 1;
	if (fs_write_atomic(path, bytes, SIZE, 0644, &err) == 0 || err.code != ERR_NO_SPACE)
		return 2;
	if (fs_copy("/proc/self/exe", path, 0644, &err) == 0 || err.code != ERR_NO_SPACE)
		return 3;
	check_file(path, "small", 5, 0644);
	return entries(folder) == 1 ? 0 : 4;
}

static void a_full_disk_has_its_own_code(void **state)
{
	(void)state;
	char *folder = scratch_make("write");
	pid_t pid = fork();
	if (pid == 0)
		_exit(fill_small_disk(folder));
	int status = scratch_wait(pid);
	scratch_remove(folder);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* mounting takes root */
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void copies_bytes(void **state)
{
	(void)state;
	char *folder = scratch_make("write");
	struct err err = {0};
	enum { SIZE = 300001 };
	char *bytes = mem_alloc_zero(SIZE, 1);
	for (int i = 0; i < SIZE; i++)
		bytes[i] = (char)(i * 7 + i / 256);
	char *from = fs_join(folder, "from"), *to = fs_join(folder, "to");
	assert_int_equal(fs_write_atomic(from, bytes, SIZE, 0600, &err), 0);
	assert_int_equal(fs_copy(from, to, 0444, &err), 0);
	check_file(to, bytes, SIZE, 0444);
	assert_int_equal(fs_copy(from, to, 0755, &err), 0); /* over a read-only file */
	check_file(to, bytes, SIZE, 0755);
	free(from);
	free(to);
	free(bytes);
	scratch_remove(folder);
}

/* A writer is killed at random moments; the reader never sees anything but one of the two
 * whole contents. */
static void readers_see_whole_files_though_writers_die(void **state)
{
	(void)state;
	enum { SIZE = 50000, KILLS = 20 };
	char *folder = scratch_make("write"), *path = fs_join(folder, "file");
	char *contents[2] = {mem_alloc_zero(SIZE, 1), mem_alloc_zero(SIZE, 1)};
	memset(contents[0], 'a', SIZE);
	memset(contents[1], 'b', SIZE);
	assert_int_equal(fs_write_atomic(path, contents[0], SIZE, 0644, NULL), 0);
	for (int k = 0; k < KILLS; k++) {
		pid_t pid = fork();
		if (pid == 0)
			for (int i = 0;; i++)
				fs_write_atomic(path, contents[i % 2], SIZE, 0644, NULL);
		for (int reads = 0; reads < 10 + k; reads++) {
			struct buf out;
			assert_int_equal(fs_read(path, SIZE, &out, NULL), 0);
			assert_int_equal(out.length, SIZE);
			assert_memory_equal(out.data, contents[out.data[0] == 'b'], SIZE);
			buf_release(&out);
		}
		kill(pid, SIGKILL);
		scratch_wait(pid);
	}
	free(contents[0]);
	free(contents[1]);
	free(path);
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_whole_files_with_exact_modes),
		cmocka_unit_test(relative_names_work),
		cmocka_unit_test(failures_leave_nothing),
		cmocka_unit_test(a_full_disk_has_its_own_code),
		cmocka_unit_test(copies_bytes),
		cmocka_unit_test(readers_see_whole_files_though_writers_die),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
