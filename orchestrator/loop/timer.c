#include "loop/timer.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mono.h"
#include "loop/internal.h"

/* A century: now + delay must stay inside 63 bits. */
static const int64_t longest_delay_us = INT64_C(100) * 365 * 86400 * 1000 * 1000;

/* Sets the descriptor to the earliest timer, or to never: a cancelled timer wakes nobody. */
static void arm_earliest(struct loop *loop)
{
	const struct loop_timer *earliest = TAILQ_FIRST(&loop->timers);
	struct itimerspec when = {0};
	if (earliest) {
		when.it_value.tv_sec = (time_t)(earliest->due_us / 1000000);
		when.it_value.tv_nsec = (long)(earliest->due_us % 1000000) * 1000;
	}
	timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void on_timerfd_readable(void *context)
{
	struct loop *loop = context;
	uint64_t expirations;
	if (read(loop->timer_fd, &expirations, sizeof expirations) < 0)
		return; /* set anew by a callback of the same turn */
	int64_t now_us = mono_now_us();
	struct loop_timer *timer;
	/* What a callback arms is due after now_us, so this ends. */
	while ((timer = TAILQ_FIRST(&loop->timers)) && timer->due_us <= now_us) {
		TAILQ_REMOVE(&loop->timers, timer, link);
		timer->armed = false;
		timer->on_expiry(timer->context); /* may free the timer */
	}
	arm_earliest(loop);
}

int loop_open_timers(struct loop *loop, struct err *err)
{
	loop->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (loop->timer_fd < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot create a timer descriptor");
	return loop_watch_fd(loop, loop->timer_fd, on_timerfd_readable, loop, err) ? 0 : -1;
}

void loop_close_timers(struct loop *loop)
{
	struct loop_timer *timer;
	while ((timer = TAILQ_FIRST(&loop->timers)))
		loop_timer_cancel(timer);
	if (loop->timer_fd >= 0)
		close(loop->timer_fd);
}

void loop_timer_init(struct loop_timer *timer, struct loop *loop, loop_timer_fn on_expiry,
	void *context)
{
	*timer = (struct loop_timer){.loop = loop, .on_expiry = on_expiry, .context = context};
}

static void insert_by_due(struct loop *loop, struct loop_timer *timer)
{
	struct loop_timer *before;
	TAILQ_FOREACH_REVERSE(before, &loop->timers, loop_timer_list, link)
		if (before->due_us <= timer->due_us) {
			TAILQ_INSERT_AFTER(&loop->timers, before, timer, link);
			return;
		}
	TAILQ_INSERT_HEAD(&loop->timers, timer, link);
}

void loop_timer_set(struct loop_timer *timer, int64_t delay_us)
{
	loop_timer_cancel(timer);
	/* At least 1 µs, so that a timer which re-arms itself lets the turn end. */
	int64_t delay = delay_us < 1 ? 1 : delay_us;
	if (delay > longest_delay_us)
		delay = longest_delay_us;
	timer->due_us = mono_now_us() + delay;
	timer->armed = true;
	insert_by_due(timer->loop, timer);
	if (TAILQ_FIRST(&timer->loop->timers) == timer)
		arm_earliest(timer->loop);
}

void loop_timer_cancel(struct loop_timer *timer)
{
	if (!timer->armed)
		return;
	struct loop *loop = timer->loop;
	bool was_earliest = TAILQ_FIRST(&loop->timers) == timer;
	TAILQ_REMOVE(&loop->timers, timer, link);
	timer->armed = false;
	if (was_earliest)
		arm_earliest(loop);
}

void loop_timer_release(struct loop_timer *timer)
{
	loop_timer_cancel(timer);
}
