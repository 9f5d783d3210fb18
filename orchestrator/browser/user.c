#include "browser/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "browser/browser.h"

static _Noreturn void try_here(uid_t uid, gid_t gid)
{
	if (uid != geteuid() && (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 ||
	    setresuid(uid, uid, uid) < 0))
		_exit(BROWSER_USER_UNUSABLE);
	/* In two steps: Ubuntu's AppArmor rule allows the first and denies every right inside. */
	if (unshare(CLONE_NEWUSER) < 0 || unshare(CLONE_NEWPID) < 0)
		_exit(BROWSER_USER_NO_NAMESPACES);
	_exit(BROWSER_USER_SANDBOX);
}

enum browser_user_trial browser_user_try(uid_t uid, gid_t gid)
{
	pid_t child = fork();
	if (child == 0)
		try_here(uid, gid);
	int status = 0;
	while (child > 0 && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return BROWSER_USER_UNUSABLE;
	if (child < 0 || !WIFEXITED(status))
		return BROWSER_USER_UNUSABLE;
	return (enum browser_user_trial)WEXITSTATUS(status);
}

/* Where Debian's chromium-sandbox and Google's package put it. */
static bool has_setuid_helper(void)
{
	static const char *const paths[] = {"/usr/lib/chromium/chrome-sandbox",
		"/usr/lib/chromium-browser/chrome-sandbox", "/opt/google/chrome/chrome-sandbox"};
	struct stat status;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (stat(paths[i], &status) == 0 && status.st_uid == 0 && (status.st_mode & S_ISUID))
			return true;
	return false;
}

static void judge_sandbox(struct browser_user *user)
{
	if (user->uid == 0) {
		snprintf(user->warning, sizeof user->warning,
			"the browser runs as root, and so without a sandbox; give --browser-user another user");
		return;
	}
	user->sandbox = browser_user_try(user->uid, user->gid) == BROWSER_USER_SANDBOX ||
		has_setuid_helper();
	if (!user->sandbox)
		snprintf(user->warning, sizeof user->warning,
			"uid %u may not make user namespaces, so the browser runs without a sandbox; install chromium-sandbox or allow unprivileged user namespaces",
			user->uid);
}

static int look_up(const char *name, struct browser_user *user, struct err *err)
{
	errno = 0;
	struct passwd *entry = getpwnam(name);
	if (!entry && errno != 0 && errno != ENOENT)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot look up user %s", name);
	if (!entry)
		return err_set(err, ERR_USAGE, "there is no user %s; give --browser-user one of /etc/passwd", name);
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	return 0;
}

int browser_user_find(const char *name, struct browser_user *user, struct err *err)
{
	*user = (struct browser_user){.uid = geteuid(), .gid = getegid()};
	if (geteuid() == 0 && look_up(name ? name : "nobody", user, err))
		return -1;
	if (user->uid != geteuid() && browser_user_try(user->uid, user->gid) == BROWSER_USER_UNUSABLE) {
		/* A container that maps no other user. */
		snprintf(user->warning, sizeof user->warning,
			"uid %u cannot be used here, so the browser runs as root and without a sandbox", user->uid);
		user->uid = geteuid();
		user->gid = getegid();
		return 0;
	}
	judge_sandbox(user);
	return 0;
}
