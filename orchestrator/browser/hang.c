#include "browser/hang.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "browser/census.h"
#include "browser/renderers.h"
#include "host/proc.h"

enum { LOOK_INTERVAL_US = 50000, DESCENDANTS_MAX = 256 };

/* One look of ten may fall on a pause that a loop makes without wanting to: a page fault, a lock of the
 * garbage collector. */
enum { RUNNING_LOOKS_LEAST = 9 };

/* What Chromium 156 calls the thread of a dedicated worker ("DedicatedWorker thread", cut by the kernel). */
static const char worker_name[] = "DedicatedWorker";

struct browser_hang {
	struct loop_timer timer;
	pid_t root, browser;
	struct browser_hang_tally tally;
	browser_hang_fn on_seen;
	void *context;
};

static struct browser_hang_thread *thread_of(struct browser_hang_tally *tally, pid_t tid)
{
	for (int i = 0; i < tally->count; i++)
		if (tally->threads[i].tid == tid)
			return &tally->threads[i];
	if (tally->count == BROWSER_HANG_THREADS_MAX)
		return NULL;
	struct browser_hang_thread *thread = &tally->threads[tally->count++];
	*thread = (struct browser_hang_thread){.tid = tid};
	return thread;
}

void browser_hang_add(struct browser_hang_tally *tally, const struct proc_thread *threads, int count)
{
	tally->looks++;
	for (int i = 0; i < count; i++) {
		const struct proc_stat *stat = &threads[i].stat;
		bool runs_page = threads[i].tid == tally->renderer || strcmp(stat->name, worker_name) == 0;
		struct browser_hang_thread *thread = runs_page ? thread_of(tally, threads[i].tid) : NULL;
		if (thread)
			thread->running += stat->state == 'R';
	}
}

/* The thread that ran the most; NULL when none was seen. */
static const struct browser_hang_thread *busiest(const struct browser_hang_tally *tally)
{
	const struct browser_hang_thread *best = NULL;
	for (int i = 0; i < tally->count; i++)
		if (!best || tally->threads[i].running > best->running)
			best = &tally->threads[i];
	return best;
}

void browser_hang_judge(const struct browser_hang_tally *tally, struct browser_hang_seen *seen)
{
	const struct browser_hang_thread *thread = busiest(tally);
	int pid = (int)tally->renderer;
	*seen = (struct browser_hang_seen){.looping = thread && thread->running >= RUNNING_LOOKS_LEAST};
	if (!thread)
		snprintf(seen->text, sizeof seen->text, "there is no renderer");
	else if (!seen->looping)
		snprintf(seen->text, sizeof seen->text, "the renderer (pid %d) is waiting", pid);
	else
		snprintf(seen->text, sizeof seen->text, "%s of the renderer (pid %d) ran at %d of %d looks",
			thread->tid == tally->renderer ? "the main thread" : "a worker", pid, thread->running,
			tally->looks);
}

static const char *name_of(const struct browser_hang *hang, const struct browser_census *census, pid_t pid)
{
	for (int i = 0; i < census->count; i++)
		if (census->entries[i].pid == pid)
			return browser_part_name(census->entries[i].part);
	return pid == hang->browser ? "the browser process" : "a process of the browser";
}

/* A page that waits may be waiting for another process. */
static void look_for_stopped(const struct browser_hang *hang, struct browser_hang_seen *seen)
{
	pid_t pids[DESCENDANTS_MAX];
	int count = proc_descendants(hang->root, pids, DESCENDANTS_MAX);
	for (int i = 0; i < count && i < DESCENDANTS_MAX; i++) {
		struct browser_census census;
		if (!proc_state_is_stopped(proc_state(pids[i])))
			continue;
		browser_census_take(hang->root, &census);
		*seen = (struct browser_hang_seen){.stopped = true};
		snprintf(seen->text, sizeof seen->text, "%s (pid %d) is stopped by a signal",
			name_of(hang, &census, pids[i]), (int)pids[i]);
		return;
	}
}

static void on_look(void *context)
{
	struct browser_hang *hang = context;
	struct proc_thread threads[BROWSER_HANG_THREADS_MAX];
	browser_hang_add(&hang->tally, threads,
		proc_threads(hang->tally.renderer, threads, BROWSER_HANG_THREADS_MAX));
	if (hang->tally.looks < BROWSER_HANG_LOOKS) {
		loop_timer_set(&hang->timer, LOOK_INTERVAL_US);
		return;
	}
	struct browser_hang_seen seen;
	browser_hang_judge(&hang->tally, &seen);
	look_for_stopped(hang, &seen);
	hang->on_seen(&seen, hang->context); /* may free us */
}

struct browser_hang *browser_hang_look(struct loop *loop, pid_t root, pid_t browser,
	browser_hang_fn on_seen, void *context)
{
	struct browser_hang *hang = mem_alloc_zero(1, sizeof *hang);
	*hang = (struct browser_hang){.root = root, .browser = browser,
		.tally.renderer = browser_renderer_find(root), .on_seen = on_seen, .context = context};
	loop_timer_init(&hang->timer, loop, on_look, hang);
	loop_timer_set(&hang->timer, LOOK_INTERVAL_US);
	return hang;
}

void browser_hang_free(struct browser_hang *hang)
{
	if (!hang)
		return;
	loop_timer_release(&hang->timer);
	free(hang);
}
