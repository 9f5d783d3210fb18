#include "loop/child.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/internal.h"

struct loop_child {
	LIST_ENTRY(loop_child) link;
	struct loop *loop;
	int pidfd;
	struct loop_fd *watch;
	loop_child_fn on_exit; /* NULL once called or unwatched */
	void *context;
};

static void end_watch(struct loop_child *child)
{
	LIST_REMOVE(child, link);
	loop_unwatch_fd(child->watch);
	close(child->pidfd);
	child->on_exit = NULL;
	loop_defer(child->loop, free, child);
}

static void deliver(struct loop_child *child, int code, int signal)
{
	loop_child_fn on_exit = child->on_exit;
	void *context = child->context;
	end_watch(child);
	on_exit(code, signal, context);
}

static void on_pidfd_readable(void *context)
{
	struct loop_child *child = context;
	siginfo_t info;
	memset(&info, 0, sizeof info);
	if (waitid(P_PIDFD, (id_t)child->pidfd, &info, WEXITED | WNOHANG) < 0) {
		if (errno == ECHILD) /* not ours, or reaped by somebody else */
			deliver(child, -1, 0);
		return;
	}
	if (info.si_pid == 0)
		return;
	if (info.si_code == CLD_EXITED)
		deliver(child, info.si_status, 0);
	else
		deliver(child, -1, info.si_status);
}

struct loop_child *loop_watch_child(struct loop *loop, pid_t pid, loop_child_fn on_exit,
	void *context, struct err *err)
{
	int pidfd = pidfd_open(pid, 0); /* close-on-exec by definition */
	if (pidfd < 0) {
		err_set_errno(err, errno == ESRCH ? ERR_NOT_FOUND : ERR_IO, errno,
			"cannot watch process %d", (int)pid);
		return NULL;
	}
	struct loop_child *child = mem_alloc_zero(1, sizeof *child);
	*child = (struct loop_child){
		.loop = loop, .pidfd = pidfd, .on_exit = on_exit, .context = context};
	child->watch = loop_watch_fd(loop, pidfd, on_pidfd_readable, child, err);
	if (!child->watch) {
		close(pidfd);
		free(child);
		return NULL;
	}
	LIST_INSERT_HEAD(&loop->children, child, link);
	return child;
}

void loop_unwatch_child(struct loop_child *child)
{
	if (child && child->on_exit)
		end_watch(child);
}

void loop_free_children(struct loop *loop)
{
	while (!LIST_EMPTY(&loop->children))
		end_watch(LIST_FIRST(&loop->children));
}
