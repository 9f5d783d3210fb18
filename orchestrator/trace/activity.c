#include "trace/activity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The first event that is read need not be the earliest: in protobuf threads come one after another. Nothing may depend on
 * which it was, for the same trace in another format would get other answers: milliseconds and buckets lie where the trace's
 * clock has them, and sums are of whole numbers. */
enum { HEADROOM_MS = 10 * 60 * 1000, BUCKET_MS = 10, BUCKETS_MAX = 6000, SLOTS = 1024, TRIES = 16, RANGE_MAX_MS = 60 * 1000 };

#define BUSY_SHARE 0.5

struct process {
	int64_t pid;
	uint64_t *bits;          /* of milliseconds from the base */
	size_t words;
};

/* The outermost slice seen last on a thread: what lies inside is not counted again. */
struct outermost {
	int64_t pid, tid;
	double end_us;
};

struct trace_activity {
	double base_us;          /* a multiple of BUCKET_MS; NAN before the first event */
	struct process processes[TRACE_ACTIVITY_PROCESSES];
	size_t process_count, latest; /* latest: most events are of the same process as the one before */
	uint32_t *cpu_ns;        /* by BUCKET_MS */
	size_t bucket_count;
	struct outermost *threads; /* SLOTS, by a hash of pid and tid */
};

struct trace_activity *trace_activity_new(void)
{
	struct trace_activity *activity = mem_alloc_zero(1, sizeof *activity);
	activity->base_us = NAN;
	activity->threads = mem_alloc_zero(SLOTS, sizeof *activity->threads);
	return activity;
}

void trace_activity_free(struct trace_activity *activity)
{
	if (!activity)
		return;
	for (size_t i = 0; i < activity->process_count; i++)
		free(activity->processes[i].bits);
	free(activity->cpu_ns);
	free(activity->threads);
	free(activity);
}

static struct process *process_of(struct trace_activity *activity, int64_t pid)
{
	if (activity->latest < activity->process_count && activity->processes[activity->latest].pid == pid)
		return &activity->processes[activity->latest];
	for (size_t i = 0; i < activity->process_count; i++) {
		activity->latest = i;
		if (activity->processes[i].pid == pid)
			return &activity->processes[i];
	}
	if (activity->process_count == TRACE_ACTIVITY_PROCESSES)
		return NULL;
	activity->processes[activity->process_count] = (struct process){ .pid = pid };
	return &activity->processes[activity->process_count++];
}

/* Milliseconds from the base; -1 when that is out of reach. */
static int64_t ms_of(const struct trace_activity *activity, double ts_us)
{
	double ms = (ts_us - activity->base_us) * 1e-3;
	return ms >= 0 && ms < TRACE_ACTIVITY_SPAN_MS ? (int64_t)ms : -1;
}

static void grow_bits(struct process *process, size_t word)
{
	size_t words = process->words ? process->words : 1024;
	while (words <= word)
		words *= 2;
	process->bits = mem_resize(process->bits, words, sizeof *process->bits);
	memset(process->bits + process->words, 0, (words - process->words) * sizeof *process->bits);
	process->words = words;
}

static void mark(struct process *process, int64_t ms)
{
	if (ms < 0)
		return;
	size_t word = (size_t)ms / 64;
	if (word >= process->words)
		grow_bits(process, word);
	process->bits[word] |= UINT64_C(1) << ms % 64;
}

/* The beginning and the end of a slice; all of it when the thread was on a processor most of the time. */
static void mark_slice(struct process *process, int64_t first, int64_t last, double busy_share)
{
	if (busy_share > BUSY_SHARE && first >= 0 && last - first < RANGE_MAX_MS) {
		for (int64_t ms = first; ms <= last; ms++)
			mark(process, ms);
	}
	mark(process, first);
	mark(process, last);
}

static void add_cpu(struct trace_activity *activity, size_t bucket, double cpu_ns)
{
	if (bucket >= activity->bucket_count) {
		size_t count = activity->bucket_count ? activity->bucket_count : 1024;
		while (count <= bucket)
			count *= 2;
		activity->cpu_ns = mem_resize(activity->cpu_ns, count, sizeof *activity->cpu_ns);
		for (size_t i = activity->bucket_count; i < count; i++)
			activity->cpu_ns[i] = 0;
		activity->bucket_count = count;
	}
	double sum_ns = activity->cpu_ns[bucket] + floor(cpu_ns + 0.5);
	activity->cpu_ns[bucket] = (uint32_t)fmin(sum_ns, UINT32_MAX);
}

/* How much of [from, to) lies in a bucket. */
static double common_us(const struct trace_activity *activity, size_t bucket, double from_us, double to_us)
{
	const double bucket_us = BUCKET_MS * 1000.0;
	double start_us = activity->base_us + (double)bucket * bucket_us;
	return fmax(fmin(to_us, start_us + bucket_us) - fmax(from_us, start_us), 0);
}

/* The thread's place, new when its pid and tid are others; of too many threads that meet the last one stays. */
static struct outermost *outermost_of(struct trace_activity *activity, int64_t pid, int64_t tid)
{
	uint64_t mixed = ((uint64_t)pid << 32 ^ (uint64_t)tid) * UINT64_C(0x9E3779B97F4A7C15);
	size_t home = mixed >> 54; /* SLOTS = 2^10 */
	for (size_t i = 0; i < TRIES; i++) {
		struct outermost *thread = &activity->threads[(home + i) % SLOTS];
		bool unused = thread->pid == 0 && thread->tid == 0;
		if (unused || (thread->pid == pid && thread->tid == tid))
			return thread;
	}
	return &activity->threads[home];
}

/* The processor time of an outermost slice, spread evenly over its length. */
static void take_cpu(struct trace_activity *activity, const struct trace_event *event)
{
	struct outermost *thread = outermost_of(activity, event->pid, event->tid);
	bool same = thread->pid == event->pid && thread->tid == event->tid;
	if (same && event->ts_us < thread->end_us)
		return;
	*thread = (struct outermost){ event->pid, event->tid, event->ts_us + event->dur_us };
	int64_t first = ms_of(activity, event->ts_us), last = ms_of(activity, event->ts_us + event->dur_us);
	if (first < 0 || last < 0 || !(event->tdur_us > 0) || !(event->dur_us > 0))
		return;
	size_t from = (size_t)first / BUCKET_MS, to = (size_t)last / BUCKET_MS;
	if (to - from > BUCKETS_MAX) /* no task takes minutes */
		return;
	double share = fmin(event->tdur_us / event->dur_us, 1);
	for (size_t bucket = from; bucket <= to; bucket++)
		add_cpu(activity, bucket,
			1000 * share * common_us(activity, bucket, event->ts_us, event->ts_us + event->dur_us));
}

void trace_activity_take(struct trace_activity *activity, const struct trace_event *event)
{
	if (isnan(event->ts_us) || event->phase == 'M')
		return;
	if (isnan(activity->base_us))
		activity->base_us = floor(event->ts_us / (BUCKET_MS * 1000.0)) * (BUCKET_MS * 1000.0) - HEADROOM_MS * 1000.0;
	struct process *process = process_of(activity, event->pid);
	int64_t first = ms_of(activity, event->ts_us);
	if (event->phase != 'X') {
		if (process)
			mark(process, first);
		return;
	}
	if (process)
		mark_slice(process, first, ms_of(activity, event->ts_us + event->dur_us), event->tdur_us / event->dur_us);
	take_cpu(activity, event);
}

static bool is_marked(const struct process *process, int64_t ms)
{
	size_t word = (size_t)ms / 64;
	return word < process->words && process->bits[word] >> ms % 64 & 1;
}

void trace_activity_silences(const struct trace_activity *activity, int64_t pid, double from_us, double to_us,
	struct trace_spans *silences)
{
	const struct process *process = NULL;
	for (size_t i = 0; i < activity->process_count; i++) {
		if (activity->processes[i].pid == pid)
			process = &activity->processes[i];
	}
	int64_t first = ms_of(activity, from_us), last = ms_of(activity, to_us), silent = 0;
	if (!process || first < 0 || last < 0)
		return;
	while (first > 0 && !is_marked(process, first))
		first--;
	while (first < last && !is_marked(process, first)) /* before its first event nothing is known of it */
		first++;
	for (int64_t ms = first; ms <= last || (silent > 0 && ms < (int64_t)process->words * 64); ms++) {
		if (!is_marked(process, ms)) {
			silent++;
			continue;
		}
		if ((double)silent * 1000 >= TRACE_SILENCE_US)
			trace_spans_join(silences, activity->base_us + (double)(ms - silent) * 1000,
				activity->base_us + (double)ms * 1000);
		silent = 0;
		if (ms > last)
			break;
	}
}

double trace_activity_cpu_us(const struct trace_activity *activity, double from_us, double to_us)
{
	double sum_us = 0;
	int64_t first = ms_of(activity, from_us), last = ms_of(activity, to_us);
	if (first < 0 || last < 0)
		return NAN;
	for (size_t bucket = (size_t)first / BUCKET_MS; bucket <= (size_t)last / BUCKET_MS; bucket++) {
		if (bucket >= activity->bucket_count)
			break;
		sum_us += activity->cpu_ns[bucket] / 1000.0 * common_us(activity, bucket, from_us, to_us)
			/ (BUCKET_MS * 1000.0);
	}
	return sum_us;
}
