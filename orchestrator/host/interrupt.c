#include "host/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/* An ignored signal would be queued while it is blocked, and look like an interrupt. */
static bool is_ignored(int signal)
{
	struct sigaction action;
	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static bool is_lethal(int signal)
{
	struct sigaction action;
	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
}

void interrupt_begin(struct interrupt *interrupt)
{
	static const int signals[] = {SIGINT, SIGTERM};
	sigset_t watched;
	interrupt->reported = false;
	sigemptyset(&watched);
	sigemptyset(&interrupt->lethal);
	sigprocmask(SIG_SETMASK, NULL, &interrupt->before);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		bool blocked = sigismember(&interrupt->before, signals[i]) == 1;
		if (blocked || !is_ignored(signals[i]))
			sigaddset(&watched, signals[i]);
		if (!blocked && is_lethal(signals[i]))
			sigaddset(&interrupt->lethal, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &watched, NULL);
	interrupt->fd = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

void interrupt_end(struct interrupt *interrupt)
{
	const struct timespec at_once = {0};
	while (interrupt->reported && sigtimedwait(&interrupt->lethal, NULL, &at_once) > 0)
		;
	if (interrupt->fd >= 0)
		close(interrupt->fd);
	interrupt->fd = -1;
	sigprocmask(SIG_SETMASK, &interrupt->before, NULL);
}

bool interrupt_wait(struct interrupt *interrupt, int timeout_ms)
{
	struct pollfd poller = {.fd = interrupt->fd, .events = POLLIN};
	if (poll(&poller, 1, timeout_ms) > 0 && (poller.revents & POLLIN))
		interrupt->reported = true;
	return interrupt->reported;
}
