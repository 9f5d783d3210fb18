/* From fork to exec: how a supervisor turns into a browser's parent. Child side, libc only.
 *
 * Order, and why: the control groups, which take the supervisor's rights; groups, then gid, then uid (each needs what the next gives up); only then
 * PR_SET_PDEATHSIG, which a change of credentials clears (prctl(2)); then the parent is
 * checked once more, for it may have died before the signal was asked for.
 * Ownership: everything is borrowed. Threads: the supervisor's one. */
#ifndef WASMOGRAPH_SUPERVISOR_EXEC_H
#define WASMOGRAPH_SUPERVISOR_EXEC_H

#include <stddef.h>
#include <sys/types.h>

struct supervisor_program {
	const char *scratch; /* becomes the working folder */
	uid_t uid;           /* geteuid() = unchanged */
	gid_t gid;
	int log_fd;          /* stdout and stderr */
	int group_fd;        /* of the control group to enter (host/cgroup_group.h); −1 for none */
	int cpuset_fd;       /* of another one, with its processors (host/cgroup_cpuset.h); −1 for none */
	char **argv;         /* NULL-terminated; argv[0] absolute */
};

/* The pid of the program once it really runs (exec succeeded), or −1 with a sentence in why[]. It leads a process group
 * of its own. */
pid_t supervisor_exec(const struct supervisor_program *program, char *why, size_t why_size);

#endif
