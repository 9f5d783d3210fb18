#include "host/counters.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mono.h"
#include "host/cgroup.h"
#include "host/fields.h"
#include "host/proc.h"

/* docs/METHOD.md §5 */
static const double foreign_share_limit = 0.10;
static const double steal_share_limit = 0.02;

enum { US_PER_S = 1000000 };

/* What happened between two readings; NAN or −1 = not known. */
struct window {
	int64_t length_us;
	double foreign_share, steal_share, tree_share, self_share;
	int64_t throttled, major_faults, swapped_pages, memory_stall_us, oom_kills;
};

static int64_t ticks_to_us(int64_t ticks)
{
	return ticks < 0 ? -1 : ticks * US_PER_S / sysconf(_SC_CLK_TCK);
}

/* The first line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks
 * over all CPUs (proc_stat(5)); guest time is part of user. */
static void read_cpu(struct counters *counters)
{
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, COLUMNS };
	char text[1024];
	counters->busy_us = counters->steal_us = -1;
	if (fs_read_small("/proc/stat", text, sizeof text) <= 0)
		return;
	const char *at = fields_find(text, "cpu");
	int64_t columns[COLUMNS];
	for (int i = 0; i < COLUMNS; i++) {
		char *end = NULL;
		columns[i] = at ? strtoll(at, &end, 10) : 0;
		if (end == at)
			return;
		at = end;
	}
	counters->busy_us = ticks_to_us(columns[USER] + columns[NICE] + columns[SYSTEM] +
	                                columns[IRQ] + columns[SOFTIRQ]);
	counters->steal_us = ticks_to_us(columns[STEAL]);
}

static int64_t add_known(int64_t a, int64_t b)
{
	return a < 0 || b < 0 ? -1 : a + b;
}

static void read_memory(struct counters *counters)
{
	char text[16 * 1024];
	if (fs_read_small("/proc/vmstat", text, sizeof text) <= 0)
		text[0] = '\0';
	counters->major_faults = fields_integer(text, "pgmajfault", -1);
	counters->swapped_pages =
		add_known(fields_integer(text, "pswpin", -1), fields_integer(text, "pswpout", -1));
	counters->oom_kills = fields_integer(text, "oom_kill", -1);

	/* "some avg10=… avg60=… avg300=… total=MICROSECONDS" (kernel: accounting/psi) */
	counters->memory_stall_us = -1;
	if (fs_read_small("/proc/pressure/memory", text, sizeof text) > 0) {
		const char *some = fields_find(text, "some");
		const char *total = some ? strstr(some, "total=") : NULL;
		if (total)
			counters->memory_stall_us = strtoll(total + strlen("total="), NULL, 10);
	}
}

int64_t counters_oom_kills(void)
{
	struct cgroup_place place = cgroup_system();
	int64_t ours = cgroup_oom_kills(&place);
	struct counters machine;
	if (ours >= 0)
		return ours;
	read_memory(&machine);
	return machine.oom_kills;
}

void counters_read(struct counters *counters, pid_t browser_tree)
{
	struct proc_self self;
	struct cgroup_place place = cgroup_system();
	counters->mono_us = mono_now_us();
	read_cpu(counters);
	counters->tree_us = browser_tree > 0 ? proc_tree_cpu_us(browser_tree) : 0;
	proc_self_read(&self);
	counters->self_us = self.cpu_us;
	counters->throttled = cgroup_throttled(&place);
	read_memory(counters);
}

/* −1 when either reading lacks it; counters never run backwards, trees do when processes
 * leave unreaped. */
static int64_t moved(int64_t before, int64_t after)
{
	if (before < 0 || after < 0)
		return -1;
	return after > before ? after - before : 0;
}

static double share(int64_t part_us, double whole_us)
{
	return part_us < 0 || whole_us <= 0 ? NAN : (double)part_us / whole_us;
}

static struct window measure(const struct counters *before, const struct counters *after, int cpus)
{
	struct window w = {.length_us = after->mono_us - before->mono_us};
	double whole_us = (double)w.length_us * cpus;
	int64_t busy_us = moved(before->busy_us, after->busy_us);
	int64_t tree_us = moved(before->tree_us, after->tree_us);
	int64_t self_us = moved(before->self_us, after->self_us);
	int64_t foreign_us = busy_us < 0 ? -1 : busy_us - tree_us - self_us;
	/* Ticks are 10 ms and the clocks are read one after the other: below 0 means none. */
	w.foreign_share = share(busy_us >= 0 && foreign_us < 0 ? 0 : foreign_us, whole_us);
	w.steal_share = share(moved(before->steal_us, after->steal_us), whole_us);
	w.tree_share = share(tree_us, whole_us);
	w.self_share = share(self_us, whole_us);
	w.throttled = moved(before->throttled, after->throttled);
	w.major_faults = moved(before->major_faults, after->major_faults);
	w.swapped_pages = moved(before->swapped_pages, after->swapped_pages);
	w.memory_stall_us = moved(before->memory_stall_us, after->memory_stall_us);
	w.oom_kills = moved(before->oom_kills, after->oom_kills);
	return w;
}

struct sentence {
	char *text;
	size_t size, length;
};

__attribute__((format(printf, 2, 3)))
static void add_reason(struct sentence *sentence, const char *format, ...)
{
	const char *separator = sentence->length > 0 ? "; " : "";
	char reason[160];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(reason, sizeof reason, format, arguments);
	va_end(arguments);
	size_t left = sentence->size - sentence->length;
	int added = snprintf(sentence->text + sentence->length, left, "%s%s", separator, reason);
	sentence->length += (size_t)added < left ? (size_t)added : left - 1;
}

/* Any program that touches a page of a file for the first time makes one, somewhere on the machine: a
 * limit of none voided every tenth launch of an otherwise idle machine. So many reads are together
 * shorter than a frame on any disk that is not spinning. A long window has more of them: the limit is then four a second. */
enum { MAJOR_FAULTS_LIMIT = 16, MAJOR_FAULTS_PER_S = 4 };

static int64_t major_faults_limit(const struct window *w)
{
	int64_t limit = w->length_us * MAJOR_FAULTS_PER_S / 1000000;
	return limit > MAJOR_FAULTS_LIMIT ? limit : MAJOR_FAULTS_LIMIT;
}

bool counters_void(const struct counters *before, const struct counters *after, int cpus,
	char *reason, size_t reason_size)
{
	struct window w = measure(before, after, cpus);
	struct sentence sentence = {.text = reason, .size = reason_size};
	reason[0] = '\0';
	/* Comparisons with NAN are false. */
	if (w.foreign_share > foreign_share_limit)
		add_reason(&sentence, "other programs used %.1f %% of the machine (limit %.0f %%)",
			100 * w.foreign_share, 100 * foreign_share_limit);
	if (w.steal_share > steal_share_limit)
		add_reason(&sentence, "the hypervisor took %.1f %% of the machine (limit %.0f %%)",
			100 * w.steal_share, 100 * steal_share_limit);
	if (w.throttled > 0)
		add_reason(&sentence, "the control group was throttled %" PRId64 " times", w.throttled);
	if (w.major_faults > major_faults_limit(&w))
		add_reason(&sentence, "%" PRId64 " pages had to be read from disk (major faults, limit %" PRId64 ")",
			w.major_faults, major_faults_limit(&w));
	if (w.swapped_pages > 0)
		add_reason(&sentence, "%" PRId64 " pages were swapped", w.swapped_pages);
	if (w.memory_stall_us > 0)
		add_reason(&sentence, "tasks waited %" PRId64 " µs for memory", w.memory_stall_us);
	if (w.oom_kills > 0)
		add_reason(&sentence, "the kernel killed %" PRId64 " processes for lack of memory",
			w.oom_kills);
	return sentence.length > 0;
}

static void set_known(struct json *object, const char *key, int64_t value)
{
	json_set_number(object, key, value < 0 ? NAN : (double)value);
}

struct json *counters_json(const struct counters *before, const struct counters *after, int cpus)
{
	struct window w = measure(before, after, cpus);
	struct json *object = json_new_object();
	json_set_number(object, "window_us", (double)w.length_us);
	json_set_number(object, "foreign_share", w.foreign_share);
	json_set_number(object, "steal_share", w.steal_share);
	json_set_number(object, "tree_share", w.tree_share);
	json_set_number(object, "self_share", w.self_share);
	set_known(object, "throttled", w.throttled);
	set_known(object, "major_faults", w.major_faults);
	set_known(object, "swapped_pages", w.swapped_pages);
	set_known(object, "memory_stall_us", w.memory_stall_us);
	set_known(object, "oom_kills", w.oom_kills);
	return object;
}
