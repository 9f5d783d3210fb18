#include "run/stall.h"

#include "host/proc.h"
#include "host/proc_threads.h"

#define SERVICE "--utility-sub-type=tracing.mojom.TracingService"

static int64_t service_wanted_us(const struct stall *stall)
{
	return stall->service ? proc_threads_wanted_us(stall->service) : 0;
}

static void look(struct stall *stall)
{
	stall->wanted_us = service_wanted_us(stall) - stall->before_us;
}

static void on_look(void *context)
{
	look(context);
}

void stall_init(struct stall *stall, struct loop *loop)
{
	*stall = (struct stall){ .wanted_us = -1 };
	loop_timer_init(&stall->timer, loop, on_look, stall);
}

void stall_release(struct stall *stall)
{
	loop_timer_release(&stall->timer);
}

void stall_begin(struct stall *stall, pid_t tree)
{
	stall->service = proc_find_descendant(tree, SERVICE);
	stall->before_us = service_wanted_us(stall);
	stall->wanted_us = -1;
	loop_timer_set(&stall->timer, STALL_LEAST_US);
}

bool stall_is(int64_t stop_us, int64_t wanted_us)
{
	return stop_us >= STALL_LEAST_US && wanted_us < STALL_LEAST_US / 2;
}

bool stall_end(struct stall *stall, int64_t stop_us)
{
	loop_timer_cancel(&stall->timer);
	if (stop_us >= STALL_LEAST_US && stall->wanted_us < 0)
		look(stall); /* the answer came in the same turn of the loop */
	return stall_is(stop_us, stall->wanted_us);
}
