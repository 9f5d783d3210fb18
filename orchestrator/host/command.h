/* Runs a program to its end and keeps what it printed: compilers, `--version`.
 *
 * It blocks the caller, so it is for before and between measured windows. The child
 * has its own process group, dies with us (PR_SET_PDEATHSIG, set between fork and exec),
 * and is killed as a group on deadline or interrupt; stdin is /dev/null.
 * What is left of the group when the program itself has ended is killed, too.
 * Ownership: struct command is the caller's; release it after command_run(), whatever it
 * returned. For the one thread of the program, whose descriptors 0–2 are open. */
#ifndef WASMOGRAPH_HOST_COMMAND_H
#define WASMOGRAPH_HOST_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

struct command {
	const char *const *argv;        /* in: NULL-terminated; argv[0] is looked up in our PATH
	                                   unless it holds a '/' */
	const char *const *environment; /* in: "K=V" … NULL, or NULL to inherit ours */
	const char *folder;             /* in: working folder, or NULL */
	int64_t deadline_us;            /* in: from start; 0 = none */
	uid_t uid;                      /* in: user to run as when root; 0 = unchanged */
	gid_t gid;                      /* in: its group; not 0 if uid is not */
	struct buf out;                 /* out: stdout, cut at 1 MiB; data is never NULL */
	struct buf errors;              /* out: stderr, cut at 1 MiB */
	int exit_code;                  /* out: exit status, or −1 if killed */
	int signal;                     /* out: killing signal, or 0 */
	int64_t duration_us;            /* out */
};

/* 0 when the program was started and ended by itself (whatever its exit status);
 * −1: ERR_NOT_FOUND (no such program), ERR_TIMEOUT, ERR_INTERRUPTED (SIGINT or SIGTERM
 * arrived; whoever had blocked it finds it still pending, see host/interrupt.h), ERR_IO. */
int command_run(struct command *command, struct err *err);
void command_release(struct command *command);

/* The program's full path in PATH, or NULL; the caller frees. */
char *command_find(const char *name);

#endif
