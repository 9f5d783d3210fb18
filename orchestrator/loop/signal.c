#include "loop/signal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/internal.h"

struct loop_signal {
	LIST_ENTRY(loop_signal) link;
	struct loop *loop;
	int number;
	int fd; /* signalfd */
	bool was_blocked;
	struct loop_fd *watch;
	loop_signal_fn on_signal;
	void *context;
};

static bool take_one(const struct loop_signal *signal)
{
	struct signalfd_siginfo info;
	return read(signal->fd, &info, sizeof info) == (ssize_t)sizeof info;
}

static void on_signalfd_readable(void *context)
{
	struct loop_signal *signal = context;
	if (take_one(signal))
		signal->on_signal(signal->number, signal->context);
}

static bool is_watched(const struct loop *loop, int number)
{
	const struct loop_signal *signal;
	LIST_FOREACH(signal, &loop->signals, link)
		if (signal->number == number)
			return true;
	return false;
}

static void give_back(struct loop_signal *signal)
{
	while (take_one(signal)) {
		/* else it would be delivered by its default action, and end the process */
	}
	close(signal->fd);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signal->number);
	if (!signal->was_blocked)
		sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* Blocks the signal and opens its descriptor; 0, or −1 with errno and nothing changed. */
static int take_over(struct loop_signal *signal)
{
	sigset_t set, before;
	sigemptyset(&set);
	if (sigaddset(&set, signal->number) < 0)
		return -1;
	signal->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signal->fd < 0)
		return -1;
	sigprocmask(SIG_BLOCK, &set, &before);
	signal->was_blocked = sigismember(&before, signal->number) == 1;
	return 0;
}

int loop_watch_signal(struct loop *loop, int signal_number, loop_signal_fn on_signal,
	void *context, struct err *err)
{
	if (is_watched(loop, signal_number))
		return err_set(err, ERR_BUSY, "signal %d is watched already", signal_number);
	struct loop_signal *signal = mem_alloc_zero(1, sizeof *signal);
	*signal = (struct loop_signal){
		.loop = loop, .number = signal_number, .on_signal = on_signal, .context = context};
	if (take_over(signal) < 0) {
		int errnum = errno;
		free(signal);
		return err_set_errno(err, ERR_IO, errnum, "cannot watch signal %d", signal_number);
	}
	signal->watch = loop_watch_fd(loop, signal->fd, on_signalfd_readable, signal, err);
	if (!signal->watch) {
		give_back(signal);
		free(signal);
		return -1;
	}
	LIST_INSERT_HEAD(&loop->signals, signal, link);
	return 0;
}

void loop_free_signals(struct loop *loop)
{
	while (!LIST_EMPTY(&loop->signals)) {
		struct loop_signal *signal = LIST_FIRST(&loop->signals);
		LIST_REMOVE(signal, link);
		loop_unwatch_fd(signal->watch);
		give_back(signal);
		free(signal);
	}
}
