/* The small process that owns one browser and outlives nothing: a small program that ours carries in itself
 * (image.h), so that its image is clean and it starts at once; where that cannot be, our own executable with
 * the hidden command `supervise`.
 *
 * It is subreaper and in its own session; it starts the browser (as an unprivileged user
 * when it is root), and sleeps. One text line per message on a close-on-exec socketpair:
 *   up:   "group VERSION TEXT"  "cpuset VERSION TEXT"  "started PID"  "exited CODE SIGNAL"  "failed TEXT"  "clean"
 *   down: "stop"
 * End of file on the socket, or "stop", means: kill every descendant until there is none,
 * remove the control group, delete the scratch folder, say "clean", exit 0. So no death of the
 * daemon leaves a process, a group or a folder behind. Kills of the supervisor itself are covered twice: the browser has a
 * parent-death signal, and the next start sweeps what unfinished rows name.
 *
 * This header is the daemon's side; supervise.h is the child's.
 * Ownership: the supervisor handle is the caller's. Threads: the loop's. */
#ifndef WASMOGRAPH_SUPERVISOR_SUPERVISOR_H
#define WASMOGRAPH_SUPERVISOR_SUPERVISOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "loop/loop.h"

struct supervisor;

struct supervisor_options {
	const char *executable;       /* our own: fs_self_path() */
	const char *scratch;          /* /…/wasmograph-…/NAME, to be deleted at the end; exists, 0700, owned by uid */
	uid_t uid;                    /* run the browser as; equal to geteuid() = unchanged */
	gid_t gid;
	const char *cpus;             /* the browser's processors, kept to by a control group where that can be; NULL: none are asked for */
	int log_fd;                   /* browser's stdout and stderr go here */
	const char *const *argv;      /* the browser's; argv[0] absolute */
	const char *const *environment; /* the browser's, whole */
};

/* The browser runs in a control group of its own, in which nothing else is, so that its CPU time
 * is one number (host/cgroup_group.h); in every launch, so that all of them are alike. The
 * supervisor stays outside. */
struct supervisor_events {
	/* Before on_started; may be NULL. Version 0: there is no group, and the text says why; else
	 * the text is its folder. */
	void (*on_group)(int version, const char *text, void *context);
	/* Likewise, when processors were given. Version 0: no group keeps the browser to them, and the text says why. */
	void (*on_cpuset)(int version, const char *text, void *context);
	void (*on_started)(pid_t browser, void *context);
	/* ERR_ENVIRONMENT: could not be executed. */
	void (*on_failed)(const struct err *why, void *context);
	void (*on_exited)(int code, int signal, void *context); /* the browser's own end */
	/* Everything is dead, reaped and deleted, and the supervisor has gone; nothing follows.
	 * `clean` is false when the supervisor itself died without saying so. */
	void (*on_gone)(bool clean, void *context);
	void *context;
};

struct supervisor *supervisor_start(struct loop *loop, const struct supervisor_options *options,
	const struct supervisor_events *events, struct err *err);
pid_t supervisor_pid(const struct supervisor *supervisor);

/* Asks for the end; on_gone follows. Idempotent. */
void supervisor_stop(struct supervisor *supervisor);

/* Frees the handle (closing the socket, which ends the supervisor if it still lives). */
void supervisor_free(struct supervisor *supervisor);

#endif
