#include "loop/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/internal.h"

struct loop_fd {
	LIST_ENTRY(loop_fd) link;
	struct loop *loop;
	int fd; /* ours to close; −1 once unwatched */
	loop_fd_fn on_readable;
	loop_fd_fn on_writable; /* NULL: not asked for */
	void *context;
};

/* Handed out per turn; the rest is still ready in the next one. */
enum { EVENTS_PER_TURN = 32 };

struct loop_fd *loop_adopt_fd(struct loop *loop, int fd_taken, loop_fd_fn on_readable,
	void *context, struct err *err)
{
	struct loop_fd *watch = mem_alloc_zero(1, sizeof *watch);
	*watch = (struct loop_fd){
		.loop = loop, .fd = fd_taken, .on_readable = on_readable, .context = context};
	/* EPOLLHUP and EPOLLERR are always reported. */
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = watch};
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd_taken, &event) < 0) {
		err_set_errno(err, ERR_IO, errno, "cannot watch descriptor %d", fd_taken);
		close(fd_taken);
		free(watch);
		return NULL;
	}
	LIST_INSERT_HEAD(&loop->watches, watch, link);
	return watch;
}

struct loop_fd *loop_watch_fd(struct loop *loop, int fd, loop_fd_fn on_readable, void *context,
	struct err *err)
{
	int ours = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (ours < 0) {
		err_set_errno(err, ERR_IO, errno, "cannot duplicate descriptor %d to watch it", fd);
		return NULL;
	}
	return loop_adopt_fd(loop, ours, on_readable, context, err);
}

void loop_await_writable(struct loop_fd *watch, loop_fd_fn on_writable)
{
	bool was_asked = watch->on_writable != NULL;
	watch->on_writable = on_writable;
	if (watch->fd < 0 || was_asked == (on_writable != NULL))
		return;
	struct epoll_event event = {
		.events = EPOLLIN | (on_writable ? (uint32_t)EPOLLOUT : 0), .data.ptr = watch};
	epoll_ctl(watch->loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
}

void loop_unwatch_fd(struct loop_fd *watch)
{
	if (!watch || watch->fd < 0)
		return;
	/* Said explicitly: close() alone keeps watching while another dup is open. */
	epoll_ctl(watch->loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
	close(watch->fd);
	watch->fd = -1;
	LIST_REMOVE(watch, link);
	loop_defer(watch->loop, free, watch);
}

static void dispatch(struct loop_fd *watch, uint32_t events)
{
	const uint32_t failed = EPOLLERR | EPOLLHUP;
	loop_fd_fn on_writable = watch->on_writable;
	if (watch->fd >= 0 && on_writable && events & (EPOLLOUT | failed)) {
		loop_await_writable(watch, NULL);
		on_writable(watch->context);
	}
	if (watch->fd >= 0 && events & (EPOLLIN | failed))
		watch->on_readable(watch->context);
}

void loop_dispatch_watches(struct loop *loop)
{
	struct epoll_event events[EVENTS_PER_TURN];
	int count = epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN, 0);
	for (int i = 0; i < count; i++) /* one may be unwatched by a callback before it */
		dispatch(events[i].data.ptr, events[i].events);
}

void loop_free_watches(struct loop *loop)
{
	while (!LIST_EMPTY(&loop->watches))
		loop_unwatch_fd(LIST_FIRST(&loop->watches));
}
