#include "supervisor/reap.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mono.h"
#include "host/proc.h"

/* A browser is about a dozen processes; what does not fit is found in the next sweep. */
enum { DESCENDANTS_MAX = 1024, CHILDREN_TEXT_SIZE = 8192 };

/* A sweep reads an entry of /proc for every process of the machine (1.5 ms of CPU time for 120), and a browser takes
 * 30 ms to die. What lives on after this long is looked for by a sweep. */
enum { SWEEP_AGAIN_US = 100000 };

/* A pid cannot be given anew between the scan and the kill: the kernel hands pids out in
 * rising order and would first have to use up all the others. */
static void kill_descendants(void)
{
	pid_t pids[DESCENDANTS_MAX];
	int count = proc_descendants(getpid(), pids, DESCENDANTS_MAX);
	if (count > DESCENDANTS_MAX)
		count = DESCENDANTS_MAX;
	for (int i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
}

/* Who left the group, or was forked during a sweep, becomes our child when its parent dies, before that death is told
 * (forget_original_parent() in exit_notify(), kernel/exit.c). False where the kernel has no such file. */
static bool kill_children(void)
{
	char text[CHILDREN_TEXT_SIZE];
	if (fs_read_small("/proc/thread-self/children", text, sizeof text) < 0)
		return false;
	char *end;
	for (const char *at = text;; at = end) {
		long pid = strtol(at, &end, 10);
		if (end == at || *end != ' ') /* the end, or a number that was cut */
			return true;
		kill((pid_t)pid, SIGKILL);
	}
}

/* False when there is no child left. */
static bool reap_dead(void)
{
	pid_t pid;
	do
		pid = waitpid(-1, NULL, WNOHANG);
	while (pid > 0 || (pid < 0 && errno == EINTR));
	return !(pid < 0 && errno == ECHILD);
}

static void wait_for_death(const sigset_t *children)
{
	sigtimedwait(children, NULL, &(struct timespec){0, SWEEP_AGAIN_US * 1000L});
}

void supervisor_reap_all(pid_t leader)
{
	sigset_t children;
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	/* When the next one is due: at once, if a group of the browser's does not spare us the first. */
	int64_t sweep_us = leader > 0 && killpg(leader, SIGKILL) == 0 ? mono_now_us() + SWEEP_AGAIN_US : 0;
	while (reap_dead()) {
		if (mono_now_us() >= sweep_us || !kill_children()) {
			kill_descendants();
			sweep_us = mono_now_us() + SWEEP_AGAIN_US;
		}
		wait_for_death(&children);
	}
}
