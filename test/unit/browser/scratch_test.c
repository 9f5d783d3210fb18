/* Scratch folders: made for the right user, refused where somebody else could be behind them,
 * removed only when they are ours. */
#include "browser/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "browser/browser.h"
#include "scratch.h"

enum { NOBODY = 65534 };

struct place {
	char *tmp;  /* TMPDIR of the test */
	char *root; /* browser_scratch_root() in it */
};

static int set_up(void **state)
{
	struct place *place = mem_alloc_zero(1, sizeof *place);
	place->tmp = mem_strdup("/tmp/wg-scratch-XXXXXX"); /* short: see the socket's path */
	assert_non_null(mkdtemp(place->tmp));
	setenv("TMPDIR", place->tmp, 1);
	place->root = browser_scratch_root();
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	unsetenv("TMPDIR");
	scratch_remove(place->tmp);
	free(place->root);
	free(place);
	return 0;
}

static char *launch(const struct place *place, const char *name)
{
	return fs_join(place->root, name);
}

static void assert_folder(const char *path, mode_t mode, uid_t uid)
{
	struct stat status;
	assert_int_equal(lstat(path, &status), 0);
	assert_true(S_ISDIR(status.st_mode));
	assert_int_equal(status.st_mode & 07777, mode);
	assert_int_equal(status.st_uid, uid);
}

static void test_root_follows_tmpdir(void **state)
{
	(void)state;
	static const struct row {
		const char *tmpdir, *parent;
	} rows[] = {{NULL, "/tmp"}, {"", "/tmp"}, {"relative", "/tmp"}, {"/var/tmp", "/var/tmp"},
		{"/var/tmp//", "/var/tmp"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].tmpdir)
			setenv("TMPDIR", rows[i].tmpdir, 1);
		else
			unsetenv("TMPDIR");
		char *wanted = mem_format("%s/wasmograph-%u", rows[i].parent, geteuid());
		char *root = browser_scratch_root();
		assert_string_equal(root, wanted);
		free(root);
		free(wanted);
	}
}

static void test_made_for_the_user(void **state)
{
	const struct place *place = *state;
	uid_t uid = geteuid() == 0 ? NOBODY : geteuid();
	struct err err = {0};
	mode_t mask = umask(077); /* must not matter */
	char *path = launch(place, "one");
	if (browser_scratch_create(path, uid, uid == NOBODY ? NOBODY : getegid(), &err))
		fail_msg("%s", err.text);
	umask(mask);
	assert_folder(place->root, 0711, geteuid());
	assert_folder(path, 0700, uid);
	static const char *const inside[] = {"profile", "home", "tmp"};
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
		char *folder = fs_join(path, inside[i]);
		assert_folder(folder, 0700, uid);
		free(folder);
	}
	assert_int_equal(browser_scratch_create(path, uid, uid, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	assert_int_equal(browser_scratch_remove(path, &err), 0);
	assert_false(fs_exists(path));
	assert_int_equal(browser_scratch_remove(path, &err), 0); /* missing is fine */
	free(path);
}

static void test_wrong_paths(void **state)
{
	const struct place *place = *state;
	static const char *const names[] = {"", "a/b", "..", ".", ".hidden", "../x"};
	struct err err;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = mem_format("%s/%s", place->root, names[i]);
		assert_int_equal(browser_scratch_create(path, geteuid(), getegid(), &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		free(path);
	}
	assert_int_equal(browser_scratch_create("/tmp/elsewhere", geteuid(), getegid(), &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(browser_scratch_create(place->root, geteuid(), getegid(), &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_false(fs_exists(place->root));
}

/* Chromium's socket lies 49 bytes below the scratch folder and must fit into 108. */
static void test_too_long(void **state)
{
	const struct place *place = *state;
	struct err err = {0};
	size_t room = 108 - strlen("/tmp/org.chromium.Chromium.XXXXXX/SingletonSocket") - 1;
	char name[108];
	memset(name, 'n', sizeof name);
	name[room - strlen(place->root) - 1] = '\0';
	char *longest = launch(place, name);
	assert_int_equal(strlen(longest), room);
	assert_int_equal(browser_scratch_create(longest, geteuid(), getegid(), &err), 0);
	char *longer = mem_format("%sn", longest);
	assert_int_equal(browser_scratch_create(longer, geteuid(), getegid(), &err), -1);
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.text, "TMPDIR"));
	free(longest);
	free(longer);
}

/* Somebody was there first. */
static void test_roots_that_cannot_be_trusted(void **state)
{
	const struct place *place = *state;
	enum kind { LINK, FILE_THERE, FOREIGN, OPEN_TO_ALL, OPEN_TO_GROUP };
	static const char *const says[] = {"link", "link", "belongs to uid 65534", "written by others",
		"written by others"};
	char *victim = fs_join(place->tmp, "victim");
	assert_int_equal(mkdir(victim, 0700), 0);
	for (enum kind kind = LINK; kind <= OPEN_TO_GROUP; kind++) {
		struct err err = {0};
		if (kind == FOREIGN && geteuid() != 0)
			continue;
		if (kind == LINK)
			assert_int_equal(symlink(victim, place->root), 0);
		else if (kind == FILE_THERE)
			scratch_write(place->tmp, strrchr(place->root, '/') + 1, "");
		else
			assert_int_equal(mkdir(place->root, 0700), 0);
		if (kind == FOREIGN)
			assert_int_equal(chown(place->root, NOBODY, NOBODY), 0);
		if (kind == OPEN_TO_ALL || kind == OPEN_TO_GROUP)
			assert_int_equal(chmod(place->root, kind == OPEN_TO_ALL ? 0777 : 0770), 0);
		char *path = launch(place, "one");
		assert_int_equal(browser_scratch_create(path, geteuid(), getegid(), &err), -1);
		assert_int_equal(err.code, ERR_ENVIRONMENT);
		if (!strstr(err.text, says[kind]) || !strstr(err.text, place->root))
			fail_msg("%d: %s", kind, err.text);
		assert_false(fs_exists(path));
		free(path);
		assert_int_equal(fs_remove_tree(place->root, NULL), 0);
	}
	assert_true(fs_is_folder(victim));
	free(victim);
}

static void test_tmpdir_that_is_not_there(void **state)
{
	const struct place *place = *state;
	struct err err = {0};
	char *missing = fs_join(place->tmp, "missing");
	setenv("TMPDIR", missing, 1);
	char *root = browser_scratch_root();
	char *path = fs_join(root, "one");
	assert_int_equal(browser_scratch_create(path, geteuid(), getegid(), &err), -1);
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.text, "TMPDIR"));
	free(path);
	free(root);
	free(missing);
}

/* Each of these exists, inside this test's folder, and must survive. */
static void test_never_removes_what_is_not_ours(void **state)
{
	const struct place *place = *state;
	static const char *const names[] = {"other/one", "wasmograph-99999/one", "wasmograph/one",
		"xwasmograph-0/one"};
	struct err err;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = fs_join(place->tmp, names[i]);
		assert_int_equal(fs_make_folders(path, 0700, &err), 0);
		assert_int_equal(browser_scratch_remove(path, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		assert_true(fs_is_folder(path));
		free(path);
	}
	char *kept = launch(place, "deep/kept"), *deep = launch(place, "deep"), *dots = launch(place, "deep/../deep");
	assert_int_equal(fs_make_folders(kept, 0700, &err), 0);
	assert_int_equal(browser_scratch_remove(kept, &err), -1);
	assert_int_equal(browser_scratch_remove(dots, &err), -1);
	assert_true(fs_is_folder(kept));
	assert_int_equal(browser_scratch_remove(deep, &err), 0); /* that one is */
	assert_false(fs_exists(deep));
	free(kept);
	free(deep);
	free(dots);
}

/* The root was replaced by a link since: what it points to must survive. */
static void test_never_removes_through_a_link(void **state)
{
	const struct place *place = *state;
	struct err err;
	char *kept = fs_join(place->tmp, "victim/one"), *victim = fs_join(place->tmp, "victim");
	char *path = launch(place, "one");
	assert_int_equal(fs_make_folders(kept, 0700, &err), 0);
	assert_int_equal(symlink(victim, place->root), 0);
	assert_int_equal(browser_scratch_remove(path, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_true(fs_is_folder(kept));
	free(kept);
	free(victim);
	free(path);
}

/* Another TMPDIR now than when the launch was made: its folder is still found. */
static void test_removes_under_another_tmpdir(void **state)
{
	const struct place *place = *state;
	struct err err;
	char *path = launch(place, "one");
	assert_int_equal(browser_scratch_create(path, geteuid(), getegid(), &err), 0);
	setenv("TMPDIR", "/var/tmp", 1);
	assert_int_equal(browser_scratch_remove(path, &err), 0);
	assert_false(fs_exists(path));
	free(path);
}

static bool holds(char *const *environment, const char *start)
{
	for (; *environment; environment++)
		if (strncmp(*environment, start, strlen(start)) == 0)
			return true;
	return false;
}

static void test_environment(void **state)
{
	(void)state;
	setenv("DISPLAY", ":7", 1);
	setenv("WASMOGRAPH_SECRET", "token", 1);
	setenv("LD_PRELOAD_TEST", "x", 1);
	char **headless = browser_scratch_environment("/s", BROWSER_HEADLESS);
	char **headed = browser_scratch_environment("/s", BROWSER_HEADED);
	unsetenv("DISPLAY");
	unsetenv("WASMOGRAPH_SECRET");
	unsetenv("LD_PRELOAD_TEST");
	static const char *const wanted[] = {"HOME=/s/home", "TMPDIR=/s/tmp", "LANG=C.UTF-8",
		"XDG_CONFIG_HOME=/s/home/", "XDG_CACHE_HOME=/s/home/", "XDG_DATA_HOME=/s/home/",
		"XDG_RUNTIME_DIR=/s/", "PATH=", "DBUS_SESSION_BUS_ADDRESS=disabled:",
		"DBUS_SYSTEM_BUS_ADDRESS=disabled:"};
	size_t count = sizeof wanted / sizeof *wanted;
	for (size_t i = 0; i < count; i++)
		assert_true(holds(headless, wanted[i]) && holds(headed, wanted[i]));
	assert_null(headless[count]); /* nothing else */
	assert_true(holds(headed, "DISPLAY=:7"));
	assert_false(holds(headed, "WASMOGRAPH_SECRET"));
	browser_scratch_environment_free(headless);
	browser_scratch_environment_free(headed);
	browser_scratch_environment_free(NULL);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(test_root_follows_tmpdir),
		PLACED(test_made_for_the_user),
		PLACED(test_wrong_paths),
		PLACED(test_too_long),
		PLACED(test_roots_that_cannot_be_trusted),
		PLACED(test_tmpdir_that_is_not_there),
		PLACED(test_never_removes_what_is_not_ours),
		PLACED(test_never_removes_through_a_link),
		PLACED(test_removes_under_another_tmpdir),
		PLACED(test_environment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
