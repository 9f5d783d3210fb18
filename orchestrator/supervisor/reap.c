#include "supervisor/reap.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/proc.h"

/* A browser is about a dozen processes; what does not fit is found in the next round. */
enum { DESCENDANTS_MAX = 1024 };

/* Death takes a few ms; what does not die by then waits for a disk, and a scan of /proc every
 * millisecond would not hasten it. */
enum { EAGER_ROUNDS = 500, EAGER_NS = 1000000, PATIENT_NS = 20000000 };

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

/* False when there is no child left. */
static int reap_dead(void)
{
	pid_t pid;
	do
		pid = waitpid(-1, NULL, WNOHANG);
	while (pid > 0 || (pid < 0 && errno == EINTR));
	return !(pid < 0 && errno == ECHILD);
}

void supervisor_reap_all(void)
{
	for (int round = 0; reap_dead(); round++) {
		kill_descendants();
		struct timespec pause = {0, round < EAGER_ROUNDS ? EAGER_NS : PATIENT_NS};
		nanosleep(&pause, NULL);
	}
}
