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

#include "base/fs_tree.h"
#include "scratch.h"

static bool is_there(const char *folder, const char *name)
{
	struct stat facts;
	char *path = fs_join(folder, name);
	bool there = lstat(path, &facts) == 0;
	free(path);
	return there;
}

static int remove_name(const char *folder, const char *name, struct err *err)
{
	char *path = fs_join(folder, name);
	int result = fs_remove_tree(path, err);
	free(path);
	return result;
}

static void removes_every_kind_of_entry(void **state)
{
	(void)state;
	char *folder = scratch_make("tree");
	struct err err = {0};
	scratch_write(folder, "tree/a/b/c", "x");
	scratch_write(folder, "tree/.hidden/d", "x");
	char *pipe = fs_join(folder, "tree/pipe"), *link = fs_join(folder, "tree/dangling");
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(symlink("nowhere", link), 0);
	assert_int_equal(remove_name(folder, "tree", &err), 0);
	assert_false(is_there(folder, "tree"));
	assert_int_equal(remove_name(folder, "tree", &err), 0); /* missing is fine */
	scratch_write(folder, "file", "x");
	assert_int_equal(remove_name(folder, "file", &err), 0);
	assert_false(is_there(folder, "file"));
	free(pipe);
	free(link);
	scratch_remove(folder);
}

static void never_follows_links(void **state)
{
	(void)state;
	char *folder = scratch_make("tree");
	struct err err = {0};
	scratch_write(folder, "precious/file", "x");
	scratch_write(folder, "tree/x/y", "x");
	char *target = fs_join(folder, "precious"), *top = fs_join(folder, "link");
	char *inner = fs_join(folder, "tree/x/link"), *up = fs_join(folder, "tree/up");
	assert_int_equal(symlink(target, inner), 0);
	assert_int_equal(symlink("..", up), 0);
	assert_int_equal(symlink(target, top), 0);
	assert_int_equal(remove_name(folder, "tree", &err), 0);
	assert_int_equal(remove_name(folder, "link/", &err), 0); /* the slash must not follow it */
	assert_false(is_there(folder, "link"));
	assert_true(is_there(folder, "precious/file"));
	char *free_them[] = {target, top, inner, up};
	for (int i = 0; i < 4; i++)
		free(free_them[i]);
	scratch_remove(folder);
}

/* Only the pure question is asked: a test that handed "/" to fs_remove_tree() would, on the
 * day the guard breaks, remove the machine it runs on. */
static void refuses_roots(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		bool may;
	} rows[] = {
		{"", false}, {"/", false}, {"//", false}, {".", false}, {"..", false}, {"a/..", false},
		{"a/.", false}, {"./", false}, {"../", false}, {"/..", false}, {"/a/../", false},
		{"a", true}, {"a/", true}, {"/a", true}, {"../a", true}, {".a", true}, {"..a", true},
		{"a..", true}, {"...", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(fs_tree_may_remove(rows[i].path), rows[i].may);
}

/* By identity, in a scratch folder: the working folder under its full name. */
static void keeps_the_working_folder(void **state)
{
	(void)state;
	char *folder = scratch_make("tree"), *here = getcwd(NULL, 0), *inner = fs_join(folder, "inner");
	struct err err = {0};
	scratch_write(folder, "inner/kept", "x");
	assert_int_equal(chdir(inner), 0);
	int result = fs_remove_tree(inner, &err);
	assert_int_equal(chdir(here), 0);
	assert_int_equal(result, -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_true(is_there(folder, "inner/kept"));
	free(here);
	free(inner);
	scratch_remove(folder);
}

/* In a mount namespace of its own: a small disk mounted inside the scratch folder only. */
static int remove_around_a_mount(const char *folder)
{
	struct err err = {0};
	char *point = fs_join(folder, "tree/mounted"), *tree = fs_join(folder, "tree");
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", point, "tmpfs", 0, "size=64k") < 0)
		return 77;
	scratch_write(point, "kept", "x");
	if (fs_remove_tree(tree, &err) == 0 || err.code != ERR_INVALID)
		return 1;
	return is_there(point, "kept") ? 0 : 2;
}

static void never_enters_mounts(void **state)
{
	(void)state;
	char *folder = scratch_make("tree");
	scratch_write(folder, "tree/mounted/x", "");
	pid_t pid = fork();
	if (pid == 0)
		_exit(remove_around_a_mount(folder));
	int status = scratch_wait(pid);
	scratch_remove(folder);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* mounting takes root */
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Runs in a child without root's rights when there are any. */
static void in_an_unprivileged_child(void (*body)(const char *), const char *folder)
{
	if (geteuid() == 0)
		assert_int_equal(chown(folder, 65534, 65534), 0);
	pid_t pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
			_exit(2);
		body(folder);
		_exit(0);
	}
	assert_int_equal(scratch_wait(pid), 0);
}

static void remove_locked_folders(const char *folder)
{
	struct err err = {0};
	static const mode_t modes[] = {0555, 0000, 0111, 0444};
	for (int i = 0; i < 4; i++) {
		char *inner = fs_join(folder, "cache/pkg");
		char *file = fs_join(inner, "file");
		fs_make_folders(inner, 0755, NULL);
		fs_write_atomic(file, "x", 1, 0444, NULL);
		if (chmod(inner, modes[i]) < 0 || remove_name(folder, "cache", &err) < 0)
			_exit(10 + i);
		if (is_there(folder, "cache"))
			_exit(20 + i);
		free(inner);
		free(file);
	}
}

/* As Go's module cache leaves them. */
static void removes_read_only_folders(void **state)
{
	(void)state;
	char *folder = scratch_make("tree");
	in_an_unprivileged_child(remove_locked_folders, folder);
	scratch_remove(folder);
}

static void fail_on_foreign_folder(const char *folder)
{
	struct err err = {0};
	if (remove_name(folder, "tree", &err) == 0 || err.code != ERR_ENVIRONMENT)
		_exit(1);
	if (!strstr(err.text, "kept") || is_there(folder, "tree/gone") || !is_there(folder, "tree/foreign/kept"))
		_exit(3);
}

/* What cannot be removed is named; all else is gone. */
static void removes_the_rest_and_names_the_culprit(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		skip();
		return;
	}
	char *folder = scratch_make("tree");
	scratch_write(folder, "tree/foreign/kept", "x");
	scratch_write(folder, "tree/gone", "x");
	char *tree = fs_join(folder, "tree");
	assert_int_equal(chown(tree, 65534, 65534), 0);
	in_an_unprivileged_child(fail_on_foreign_folder, folder);
	free(tree);
	scratch_remove(folder);
}

/* Another process keeps adding files, then ends: the tree is gone, or (when it outlasts
 * our patience) the error says so. */
static void copes_with_a_busy_writer(void **state)
{
	(void)state;
	for (int round = 0; round < 5; round++) {
		char *folder = scratch_make("tree"), *tree = fs_join(folder, "tree");
		int ready[2];
		struct err err = {0};
		assert_int_equal(fs_make_folders(tree, 0755, &err), 0);
		assert_int_equal(pipe(ready), 0);
		pid_t pid = fork();
		if (pid == 0) {
			int made = 0;
			for (int i = 0; i < 400; i++) {
				char *path = mem_format("%s/%d/%d", tree, i % 7, i);
				made += fs_make_folders(path, 0755, NULL) == 0;
				free(path);
				if (i == 20 && write(ready[1], "x", 1) != 1)
					_exit(1);
			}
			_exit(0);
		}
		char byte;
		assert_int_equal(read(ready[0], &byte, 1), 1);
		int result = fs_remove_tree(tree, &err);
		if (result < 0)
			assert_int_equal(err.code, ERR_BUSY);
		scratch_wait(pid);
		assert_int_equal(fs_remove_tree(tree, &err), 0);
		assert_false(fs_exists(tree));
		close(ready[0]);
		close(ready[1]);
		free(tree);
		scratch_remove(folder);
	}
}

/* Two removals of one tree: neither minds the other. */
static void two_may_remove_at_once(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		char *folder = scratch_make("tree"), *tree = fs_join(folder, "tree");
		for (int i = 0; i < 100; i++) {
			char *name = mem_format("tree/%d/%d/x", i % 9, i);
			scratch_write(folder, name, "");
			free(name);
		}
		pid_t pid = fork();
		int result = fs_remove_tree(tree, NULL);
		if (pid == 0)
			_exit(result < 0);
		assert_int_equal(scratch_wait(pid), 0);
		assert_int_equal(result, 0);
		assert_false(fs_exists(tree));
		free(tree);
		scratch_remove(folder);
	}
}

static void nesting_has_a_limit(void **state)
{
	(void)state;
	char *folder = scratch_make("tree"), *here = getcwd(NULL, 0);
	struct err err = {0};
	assert_int_equal(chdir(folder), 0);
	for (int i = 0; i < 300; i++) {
		assert_int_equal(mkdir("d", 0755), 0);
		assert_int_equal(chdir("d"), 0);
	}
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(fs_remove_tree("d", &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	/* the innermost 44 levels first */
	for (int i = 0; i < 200; i++)
		assert_int_equal(chdir("d"), 0);
	assert_int_equal(fs_remove_tree("d", &err), 0);
	assert_int_equal(chdir(here), 0);
	free(here);
	scratch_remove(folder);
}

static void publishes_whole_folders_once(void **state)
{
	(void)state;
	char *folder = scratch_make("tree");
	struct err err = {0};
	scratch_write(folder, "incoming/launch/trace", "bytes");
	scratch_write(folder, "incoming/launch/logs/browser", "text");
	scratch_write(folder, "run/keep", "");
	char *from = fs_join(folder, "incoming/launch"), *to = fs_join(folder, "run/launch");
	char *link = fs_join(from, "link"), *pipe = fs_join(from, "pipe");
	assert_int_equal(symlink("nowhere", link), 0);
	assert_int_equal(mkfifo(pipe, 0600), 0); /* must not block */
	assert_int_equal(fs_publish_folder(from, to, &err), 0);
	assert_false(fs_exists(from));
	assert_true(is_there(folder, "run/launch/logs/browser"));
	assert_true(is_there(folder, "run/launch/link"));

	/* what is published is never replaced: not even an empty folder */
	scratch_write(folder, "incoming/launch/trace", "other");
	assert_int_equal(fs_publish_folder(from, to, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	char *empty = fs_join(folder, "run/empty");
	assert_int_equal(fs_make_folders(empty, 0755, &err), 0);
	assert_int_equal(fs_publish_folder(from, empty, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	assert_true(is_there(folder, "incoming/launch/trace"));

	char *absent = fs_join(folder, "absent/launch");
	assert_int_equal(fs_publish_folder(from, absent, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(fs_publish_folder(absent, to, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	char *free_them[] = {from, to, link, pipe, empty, absent};
	for (int i = 0; i < 6; i++)
		free(free_them[i]);
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(removes_every_kind_of_entry),
		cmocka_unit_test(never_follows_links),
		cmocka_unit_test(refuses_roots),
		cmocka_unit_test(keeps_the_working_folder),
		cmocka_unit_test(never_enters_mounts),
		cmocka_unit_test(removes_read_only_folders),
		cmocka_unit_test(removes_the_rest_and_names_the_culprit),
		cmocka_unit_test(copes_with_a_busy_writer),
		cmocka_unit_test(two_may_remove_at_once),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(publishes_whole_folders_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
