#include "trace/host.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* A shorter delay is the scheduler's ordinary work. */
#define LEAST_DELAY_US 100.0
/* A stopped thread's state holds until the next tick finds it running. */
#define STOPPED_AFTER_US 1000.0
/* CPU shares are taken over at least this long: the counters of cgroups grow in steps of up to 4 ms. */
#define LEAST_SHARE_US 8000.0
/* A sampler with real-time priority wakes within tens of µs. */
#define LEAST_STALL_US 2000.0

enum { RECENT = 1024 };

struct trace_host_recent {
	struct trace_tick rows[RECENT]; /* a ring: row n is at n % RECENT */
};

struct trace_host *trace_host_new(void)
{
	struct trace_host *host = mem_alloc_zero(1, sizeof *host);
	host->recent = mem_alloc_zero(1, sizeof *host->recent);
	host->first_us = host->last_us = host->period_us = NAN;
	for (int thread = 0; thread < TRACE_TICK_THREADS; thread++)
		host->slept_us[thread] = -INFINITY;
	return host;
}

static void release_thread(struct trace_host_thread *thread)
{
	trace_spans_release(&thread->known);
	trace_spans_release(&thread->stopped);
	trace_spans_release(&thread->waiting);
	trace_spans_release(&thread->asleep);
	trace_spans_release(&thread->faults);
}

void trace_host_free(struct trace_host *host)
{
	if (!host)
		return;
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		release_thread(&host->threads[role]);
	trace_spans_release(&host->stalled);
	trace_spans_release(&host->others_waiting);
	free(host->recent);
	free(host);
}

/* The latest row at or before the moment, or the oldest that is kept. */
static const struct trace_tick *row_before(const struct trace_host *host, double moment_us)
{
	uint64_t oldest = host->rows > RECENT ? host->rows - RECENT : 0, row = host->rows - 1;
	while (row > oldest && host->recent->rows[row % RECENT].mono_us > moment_us)
		row--;
	return &host->recent->rows[row % RECENT];
}

/* The browser's share of the CPU time that was consumed in the `wait_us` before `now` by others than the thread itself:
 * what it did before it waited says nothing of who took the processor. NAN when a counter is missing or stood still. */
static double browser_share(const struct trace_host *host, const struct trace_tick *now, double wait_us, int thread)
{
	const struct trace_tick *then = row_before(host, now->mono_us - fmax(wait_us, LEAST_SHARE_US));
	double own_us = (now->threads[thread].run_ns - then->threads[thread].run_ns) / 1000;
	if (isnan(own_us))
		own_us = 0;
	double all_us = now->all_cpu_us - then->all_cpu_us - own_us;
	double browser_us = now->browser_cpu_us - then->browser_cpu_us - own_us;
	if (!(all_us > 0) || isnan(browser_us))
		return NAN;
	return fmin(fmax(browser_us / all_us, 0), 1);
}

static bool sleeps(char state)
{
	return state == 'S' || state == 'D';
}

/* Asleep all the time between two rows, as far as they tell. */
static bool is_asleep(const struct trace_tick_thread *old, const struct trace_tick_thread *new)
{
	return sleeps(old->state) && sleeps(new->state) && !(new->run_ns > old->run_ns)
		&& !(new->delay_ns > old->delay_ns);
}

/* From when on a thread waited for the processor that it got between two rows; the later row's time when it did not. */
static double waits_from(const struct trace_host *host, int thread, const struct trace_tick *before,
	const struct trace_tick *now)
{
	double delay_us = (now->threads[thread].delay_ns - before->threads[thread].delay_ns) / 1000;
	double from_us = fmax(now->mono_us - delay_us, host->slept_us[thread]);
	return delay_us > LEAST_DELAY_US && now->mono_us - from_us > LEAST_DELAY_US ? from_us : now->mono_us;
}

static void add_waiting(const struct trace_host *host, int thread, double from_us, const struct trace_tick *now,
	struct trace_spans *waiting)
{
	if (from_us < now->mono_us)
		trace_spans_add(waiting, &(struct trace_span){ from_us, now->mono_us,
			(float)browser_share(host, now, now->mono_us - from_us, thread), 0 });
}

/* The one that waited longest stands for all, also for those whose shorter waits were booked before: a wait is booked when
 * it ends. */
static void take_others(struct trace_host *host, const struct trace_tick *before, const struct trace_tick *now)
{
	int longest = TRACE_ROLES;
	double from_us = now->mono_us;
	for (int thread = TRACE_ROLES; thread < TRACE_TICK_THREADS; thread++) {
		double own_us = waits_from(host, thread, before, now);
		if (own_us < from_us) {
			from_us = own_us;
			longest = thread;
		}
	}
	if (from_us < now->mono_us)
		trace_spans_yield(&host->others_waiting, from_us);
	add_waiting(host, longest, from_us, now, &host->others_waiting);
}

/* What the interval between two rows says of one of the two threads. */
static void take_thread(struct trace_host *host, enum trace_role role, const struct trace_tick *before,
	const struct trace_tick *now)
{
	struct trace_host_thread *thread = &host->threads[role];
	const struct trace_tick_thread *old = &before->threads[role], *new = &now->threads[role];
	double faults = new->minor_faults - old->minor_faults;
	if ((old->state && new->state) || !isnan(new->delay_ns - old->delay_ns))
		trace_spans_join(&thread->known, before->mono_us, now->mono_us);
	if (new->state == 'T')
		trace_spans_join(&thread->stopped, before->mono_us, now->mono_us + STOPPED_AFTER_US);
	add_waiting(host, (int)role, waits_from(host, (int)role, before, now), now, &thread->waiting);
	if (is_asleep(old, new))
		trace_spans_join(&thread->asleep, before->mono_us, now->mono_us);
	if (faults > 0)
		trace_spans_add(&thread->faults, &(struct trace_span){ before->mono_us, now->mono_us,
			(float)(faults / (now->mono_us - before->mono_us)), 0 });
	thread->has_state |= new->state != 0;
	thread->has_delay |= !isnan(new->delay_ns);
	thread->has_faults |= !isnan(new->minor_faults);
}

static void take_interval(struct trace_host *host, const struct trace_tick *before, const struct trace_tick *now)
{
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		take_thread(host, role, before, now);
	if (now->late_us > LEAST_STALL_US)
		trace_spans_join(&host->stalled, now->mono_us - now->late_us, now->mono_us);
	take_others(host, before, now);
	for (int thread = 0; thread < TRACE_TICK_THREADS; thread++) {
		if (is_asleep(&before->threads[thread], &now->threads[thread]))
			host->slept_us[thread] = now->mono_us;
	}
	host->has_late |= !isnan(now->late_us);
	host->has_cpu |= !isnan(now->all_cpu_us) && !isnan(now->browser_cpu_us);
}

int trace_host_add(struct trace_host *host, const struct trace_tick *tick, struct err *err)
{
	if (!isfinite(tick->mono_us) || tick->mono_us <= host->last_us)
		return err_set(err, ERR_INVALID, "the ticks' times do not ascend");
	const struct trace_tick *before = host->rows ? &host->recent->rows[(host->rows - 1) % RECENT] : NULL;
	host->recent->rows[host->rows % RECENT] = *tick;
	host->rows++;
	if (before)
		take_interval(host, before, tick);
	else
		host->first_us = tick->mono_us;
	host->last_us = tick->mono_us;
	host->period_us = host->rows > 1 ? (host->last_us - host->first_us) / (double)(host->rows - 1) : NAN;
	return 0;
}
