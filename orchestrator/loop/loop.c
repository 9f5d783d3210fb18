#include "loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/child.h"
#include "loop/internal.h"
#include "loop/signal.h"
#include "loop/timer.h"
#include "loop/watch.h"

enum {
	/* Descriptors that libwebsockets itself may poll: its wake-up pipe and our epoll set.
	 * Said here because the default reserves a table as large as the process's descriptor
	 * limit, which may be a million. */
	LWS_FD_LIMIT = 8,
	/* It reads nothing itself: a page is the least that it takes. */
	LWS_READ_SIZE = 4096,
};

/* The name of the one virtual host and its protocol, which carries our epoll set. */
#define LWS_NAME "wasmograph-loop"

static int on_lws_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
	size_t length)
{
	(void)user, (void)in, (void)length;
	if (reason == LWS_CALLBACK_RAW_RX_FILE)
		loop_dispatch_watches(lws_context_user(lws_get_context(wsi)));
	return 0;
}

static const struct lws_protocols loop_protocols[] = {
	{.name = LWS_NAME, .callback = on_lws_event},
	{0},
};

/* Every failure reaches us as a return value or a callback, with its reason; what
 * libwebsockets would print beside that is for its own developers. */
static struct lws_context *new_lws_context(struct loop *loop)
{
	lws_set_log_level(0, NULL);
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.vhost_name = LWS_NAME,
		.protocols = loop_protocols,
		.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
		.uid = -1, /* keep ours: 0 would mean "become root" */
		.gid = -1,
		.fd_limit_per_thread = LWS_FD_LIMIT,
		.pt_serv_buf_size = LWS_READ_SIZE,
		.user = loop,
	};
	struct lws_context *context = lws_create_context(&info);
	if (context && !lws_create_vhost(context, &info)) {
		lws_context_destroy(context);
		context = NULL;
	}
	return context;
}

/* libwebsockets closes what it adopts, so it gets a dup(). */
static int adopt_epoll(struct loop *loop)
{
	int fd = fcntl(loop->epoll_fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	lws_sock_file_fd_type adopted = {.filefd = fd};
	struct lws_vhost *vhost = lws_get_vhost_by_name(loop->lws, LWS_NAME);
	if (lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, adopted, LWS_NAME, NULL))
		return 0;
	errno = EMFILE;
	return -1;
}

static void on_probe(lws_sorted_usec_list_t *sul)
{
	(void)sul; /* never called, but libwebsockets asserts that there is one */
}

/* libwebsockets checks every 30 s whether a server's header buffers leak and whether the
 * daemon that forked it still lives (lib/roles/http/header.c, lib/plat/unix). We are
 * neither, and no timer may wake us inside a measured window: all timers that exist right
 * after creation are these, and are taken off its lists, which a timer of ours leads to. */
static void cancel_housekeeping(struct loop *loop)
{
	static const int lists[] = {LWSSULLI_MISS_IF_SUSPENDED, LWSSULLI_WAKE_IF_SUSPENDED};
	for (size_t i = 0; i < LWS_ARRAY_SIZE(lists); i++) {
		lws_sorted_usec_list_t probe = {
			.us = lws_now_usecs() + LWS_USEC_PER_SEC, .cb = on_probe};
		lws_sul2_schedule(loop->lws, 0, lists[i], &probe);
		const struct lws_dll2_owner *owner = probe.list.owner;
		while (owner->head) /* the list is a sul's first member */
			lws_sul_cancel((lws_sorted_usec_list_t *)owner->head);
	}
}

static int open_loop(struct loop *loop, struct err *err)
{
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot create an epoll set");
	if (loop_open_timers(loop, err) < 0)
		return -1;
	loop->lws = new_lws_context(loop);
	if (!loop->lws)
		return err_set(err, ERR_IO, "libwebsockets cannot create its event loop; "
			"check the limits on open files and memory (ulimit -a)");
	if (adopt_epoll(loop) < 0)
		return err_set_errno(err, ERR_IO, errno, "libwebsockets cannot watch an epoll set");
	cancel_housekeeping(loop);
	return 0;
}

struct loop *loop_new(struct err *err)
{
	struct loop *loop = mem_alloc_zero(1, sizeof *loop);
	STAILQ_INIT(&loop->deferred);
	TAILQ_INIT(&loop->timers);
	loop->epoll_fd = loop->timer_fd = -1;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (open_loop(loop, err) == 0)
		return loop;
	loop_free(loop);
	return NULL;
}

/* Runs those that are queued now; what they ask for waits for the next turn. */
static void run_deferred(struct loop *loop)
{
	struct loop_deferred_queue batch = STAILQ_HEAD_INITIALIZER(batch);
	STAILQ_CONCAT(&batch, &loop->deferred);
	while (!STAILQ_EMPTY(&batch)) {
		struct loop_deferred *call = STAILQ_FIRST(&batch);
		STAILQ_REMOVE_HEAD(&batch, link);
		call->fn(call->context);
		free(call);
	}
}

static void run_all_deferred(struct loop *loop)
{
	while (!STAILQ_EMPTY(&loop->deferred))
		run_deferred(loop);
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	run_all_deferred(loop);
	loop_free_children(loop);
	loop_free_signals(loop);
	loop_free_watches(loop);
	loop_close_timers(loop);
	if (loop->lws)
		lws_context_destroy(loop->lws);
	run_all_deferred(loop);
	if (loop->epoll_fd >= 0)
		close(loop->epoll_fd);
	free(loop);
}

static void die(const char *text)
{
	fprintf(stderr, "wasmograph: %s\n", text);
	abort();
}

void loop_run(struct loop *loop)
{
	if (loop->running)
		die("loop_run() was called from inside itself");
	loop->running = true;
	while (!loop->stop) {
		/* 0 sleeps until something happens, −1 does not sleep. */
		int sleep = STAILQ_EMPTY(&loop->deferred) ? 0 : -1;
		loop->in_service = true;
		if (lws_service(loop->lws, sleep) < 0)
			die("libwebsockets cannot poll its descriptors any more");
		loop->in_service = false;
		run_deferred(loop);
	}
	loop->stop = false;
	loop->running = false;
}

/* libwebsockets runs timers, if it has any, and then sleeps in the same turn: whoever wants
 * the turn to end there must wake that sleep. */
static void end_turn(struct loop *loop)
{
	if (loop->in_service)
		lws_cancel_service(loop->lws);
}

void loop_stop(struct loop *loop)
{
	if (!loop->stop)
		end_turn(loop);
	loop->stop = true;
}

void loop_defer(struct loop *loop, loop_deferred_fn fn, void *context)
{
	struct loop_deferred *call = mem_alloc_zero(1, sizeof *call);
	call->fn = fn;
	call->context = context;
	if (STAILQ_EMPTY(&loop->deferred))
		end_turn(loop);
	STAILQ_INSERT_TAIL(&loop->deferred, call, link);
}
