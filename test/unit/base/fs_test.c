#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "scratch.h"

static void joins_paths(void **state)
{
	(void)state;
	static const struct {
		const char *folder, *name, *joined;
	} rows[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "/b"}, {"a", "", "a/"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *joined = fs_join(rows[i].folder, rows[i].name);
		assert_string_equal(joined, rows[i].joined);
		free(joined);
	}
	char *joined = fs_join3("a", "b/", "c");
	assert_string_equal(joined, "a/b/c");
	free(joined);
}

static void reads_up_to_its_ceiling(void **state)
{
	(void)state;
	char *folder = scratch_make("fs");
	struct err err = {0};
	struct buf out;
	scratch_write(folder, "five", "12345");
	scratch_write(folder, "empty", "");
	char *five = fs_join(folder, "five"), *empty = fs_join(folder, "empty");
	assert_int_equal(fs_read(five, 5, &out, &err), 0);
	assert_string_equal(out.data, "12345");
	buf_release(&out);
	assert_int_equal(fs_read(empty, 0, &out, &err), 0);
	assert_string_equal(out.data, "");
	buf_release(&out);
	assert_int_equal(fs_read(five, 4, &out, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_release(&out);
	assert_int_equal(fs_read(folder, 4, &out, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(fs_read("/proc/self/status", 1 << 20, &out, &err), 0);
	assert_non_null(strstr(out.data, "NSpid:"));
	buf_release(&out);
	char *below_file = fs_join(five, "x");
	assert_int_equal(fs_read(below_file, 4, &out, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(err.text, below_file));
	free(below_file);
	free(five);
	free(empty);
	scratch_remove(folder);
}

static void reads_small_files_into_place(void **state)
{
	(void)state;
	char *folder = scratch_make("fs"), out[6] = "?????";
	scratch_write(folder, "file", "12345678");
	char *path = fs_join(folder, "file");
	assert_int_equal(fs_read_small(path, out, sizeof out), 5);
	assert_string_equal(out, "12345");
	assert_int_equal(fs_read_small("/no/such/file", out, sizeof out), -1);
	assert_int_equal(errno, ENOENT);
	assert_string_equal(out, "");
	assert_int_equal(fs_read_small(folder, out, sizeof out), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(fs_read_small(path, out, 1), 0);
	free(path);
	scratch_remove(folder);
}

static mode_t mode_of(const char *path)
{
	struct stat facts;
	assert_int_equal(stat(path, &facts), 0);
	return facts.st_mode & 07777;
}

static void makes_folders(void **state)
{
	(void)state;
	char *folder = scratch_make("fs");
	struct err err = {0};
	mode_t kept = umask(027);
	char *deep = fs_join(folder, "a//b/c/");
	assert_int_equal(fs_make_folders(deep, 0777, &err), 0);
	assert_int_equal(mode_of(deep), 0777); /* exactly */
	char *middle = fs_join(folder, "a/b");
	assert_int_equal(mode_of(middle), 0750); /* less the umask */
	assert_int_equal(fs_make_folders(deep, 0700, &err), 0);
	assert_int_equal(mode_of(deep), 0777); /* there already */
	umask(kept);

	scratch_write(folder, "a/file", "");
	static const char *const blocked[] = {"a/file", "a/file/below", "a/file/below/it"};
	for (int i = 0; i < 3; i++) {
		char *path = fs_join(folder, blocked[i]);
		assert_int_equal(fs_make_folders(path, 0755, &err), -1);
		assert_int_equal(err.code, ERR_IO);
		assert_non_null(strstr(err.text, "a/file"));
		free(path);
	}
	assert_int_equal(fs_make_folders("", 0755, &err), -1);
	free(deep);
	free(middle);
	scratch_remove(folder);
}

/* Two processes make the same path again and again; neither may see an error. */
static void makes_folders_at_the_same_time(void **state)
{
	(void)state;
	char *folder = scratch_make("fs");
	enum { ROUNDS = 300 };
	pid_t pid = fork();
	int failures = 0;
	for (int i = 0; i < ROUNDS; i++) {
		char *path = mem_format("%s/%d/x/y/z", folder, i);
		failures += fs_make_folders(path, 0755, NULL) < 0;
		free(path);
	}
	if (pid == 0)
		_exit(failures > 0);
	assert_int_equal(scratch_wait(pid), 0);
	assert_int_equal(failures, 0);
	scratch_remove(folder);
}

static void forbidden_places_are_the_environments_fault(void **state)
{
	(void)state;
	char *folder = scratch_make("fs");
	assert_int_equal(chmod(folder, 0755), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct err err = {0};
		if (geteuid() == 0 && setuid(65534) < 0)
			_exit(2);
		chmod(folder, 0555); /* as the owner, if not root */
		char *path = fs_join(folder, "new/one");
		int made = fs_make_folders(path, 0755, &err);
		bool first = made < 0 && err.code == ERR_ENVIRONMENT && strstr(err.text, "Permission denied");
		int written = fs_write_atomic(path, "x", 1, 0644, &err);
		char *direct = fs_join(folder, "file");
		bool second = written < 0 && err.code == ERR_NOT_FOUND;
		bool third = fs_write_atomic(direct, "x", 1, 0644, &err) < 0 && err.code == ERR_ENVIRONMENT;
		_exit(first && second && third ? 0 : 1);
	}
	assert_int_equal(scratch_wait(pid), 0);
	chmod(folder, 0755);
	scratch_remove(folder);
}

static void lists_sorted(void **state)
{
	(void)state;
	char *folder = scratch_make("fs");
	struct err err = {0};
	size_t count;
	char **names = fs_list(folder, &count, &err);
	assert_non_null(names);
	assert_int_equal(count, 0);
	fs_list_free(names, count);
	static const char *const files[] = {"b", ".hidden", "a", "B", "folder/x", "10", "9"};
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		scratch_write(folder, files[i], "");
	names = fs_list(folder, &count, &err);
	static const char *const sorted[] = {".hidden", "10", "9", "B", "a", "b", "folder"};
	assert_int_equal(count, 7);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(names[i], sorted[i]);
	fs_list_free(names, count);
	char *absent = fs_join(folder, "absent");
	assert_null(fs_list(absent, &count, &err));
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(count, 0);
	free(absent);
	scratch_remove(folder);
}

static void tells_what_is_there(void **state)
{
	(void)state;
	char *folder = scratch_make("fs");
	scratch_write(folder, "file", "");
	char *file = fs_join(folder, "file"), *dangling = fs_join(folder, "link");
	assert_int_equal(symlink("nowhere", dangling), 0);
	assert_true(fs_exists(folder) && fs_is_folder(folder));
	assert_true(fs_exists(file) && !fs_is_folder(file));
	assert_false(fs_exists(dangling) || fs_is_folder(dangling));
	free(file);
	free(dangling);
	scratch_remove(folder);
}

static void knows_its_own_executable(void **state)
{
	(void)state;
	char *path = fs_self_path();
	assert_non_null(path);
	const char *name = strrchr(path, '/');
	assert_string_equal(name, "/fs_test");
	assert_int_equal(access(path, X_OK), 0);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joins_paths),
		cmocka_unit_test(reads_up_to_its_ceiling),
		cmocka_unit_test(reads_small_files_into_place),
		cmocka_unit_test(makes_folders),
		cmocka_unit_test(makes_folders_at_the_same_time),
		cmocka_unit_test(forbidden_places_are_the_environments_fault),
		cmocka_unit_test(lists_sorted),
		cmocka_unit_test(tells_what_is_there),
		cmocka_unit_test(knows_its_own_executable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
