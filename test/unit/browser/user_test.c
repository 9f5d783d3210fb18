/* Who runs the browser. */
#include "browser/user.h"

#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "browser/browser.h"

enum { NOBODY = 65534 };

static void test_root_gives_up_its_rights(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	struct browser_user user;
	struct err err = {0};
	static const char *const names[] = {NULL, "nobody"};
	for (int i = 0; i < 2; i++) {
		assert_int_equal(browser_user_find(names[i], &user, &err), 0);
		assert_int_equal(user.uid, NOBODY);
		assert_int_equal(user.gid, getpwnam("nobody")->pw_gid);
		assert_int_equal(user.sandbox, user.warning[0] == '\0');
	}
	assert_int_equal(browser_user_find("root", &user, &err), 0);
	assert_int_equal(user.uid, 0);
	assert_false(user.sandbox);
	assert_non_null(strstr(user.warning, "as root"));
	assert_int_equal(browser_user_find("no-such-user", &user, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.text, "no-such-user"));
}

static void test_others_run_it_themselves(void **state)
{
	(void)state;
	if (geteuid() == 0) {
		assert_int_equal(setegid(NOBODY), 0);
		assert_int_equal(seteuid(NOBODY), 0);
	}
	struct browser_user user;
	int result = browser_user_find("whoever", &user, NULL);
	uid_t uid = geteuid();
	if (getuid() == 0) {
		assert_int_equal(seteuid(0), 0);
		assert_int_equal(setegid(0), 0);
	}
	assert_int_equal(result, 0);
	assert_int_equal(user.uid, uid);
}

/* Against util-linux's own attempt at the same. */
static void test_trial_agrees_with_unshare(void **state)
{
	(void)state;
	bool root = geteuid() == 0;
	int other = system(root
		? "setpriv --reuid=65534 --regid=65534 --clear-groups unshare --user --pid --fork true 2>/dev/null"
		: "unshare --user --pid --fork true 2>/dev/null");
	enum browser_user_trial trial = browser_user_try(root ? NOBODY : geteuid(), root ? NOBODY : getegid());
	assert_int_equal(trial, other == 0 ? BROWSER_USER_SANDBOX : BROWSER_USER_NO_NAMESPACES);
	if (!root)
		assert_int_equal(browser_user_try(0, 0), BROWSER_USER_UNUSABLE);
}

/* In a user namespace that allows no further ones (the limit is each namespace's own), and maps
 * nobody but root: as strict containers are. Exit status: the first assertion that does not hold. */
static _Noreturn void try_in_strict_container(void)
{
	static const char *const settings[][2] = {{"/proc/self/setgroups", "deny"},
		{"/proc/self/gid_map", "0 0 1"}, {"/proc/self/uid_map", "0 0 1"},
		{"/proc/sys/user/max_user_namespaces", "0"}};
	if (unshare(CLONE_NEWUSER) < 0)
		_exit(77);
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		int fd = open(settings[i][0], O_WRONLY);
		if (fd < 0 || write(fd, settings[i][1], strlen(settings[i][1])) < 0)
			_exit(77);
		close(fd);
	}
	struct browser_user user;
	struct err err;
	if (browser_user_try(0, 0) != BROWSER_USER_NO_NAMESPACES)
		_exit(1);
	if (browser_user_try(NOBODY, NOBODY) != BROWSER_USER_UNUSABLE)
		_exit(2);
	if (browser_user_find(NULL, &user, &err) != 0 || user.uid != 0 || user.sandbox)
		_exit(3);
	_exit(strstr(user.warning, "cannot be used here") ? 0 : 4);
}

static void test_strict_container(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	pid_t pid = fork();
	int status = 0;
	assert_true(pid >= 0);
	if (pid == 0)
		try_in_strict_container();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) /* not even that is allowed here */
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root_gives_up_its_rights),
		cmocka_unit_test(test_others_run_it_themselves),
		cmocka_unit_test(test_trial_agrees_with_unshare),
		cmocka_unit_test(test_strict_container),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
