#include "host/cpus.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "host/fields.h"

enum { TEXT_CEILING = 8192, STATUS_SIZE = 8192 };

/* ---- lists ---- */

static bool read_number(const char **at, int *number)
{
	char *end;
	if (**at < '0' || **at > '9')
		return false;
	unsigned long value = strtoul(*at, &end, 10);
	*number = (int)value;
	*at = end;
	return value < CPU_SETSIZE;
}

static bool parse(const char *list, cpu_set_t *set)
{
	CPU_ZERO(set);
	for (;; list++) {
		int first, last;
		if (!read_number(&list, &first))
			return false;
		last = first;
		if (*list == '-' && (list++, !read_number(&list, &last)))
			return false;
		if (last < first)
			return false;
		for (int i = first; i <= last; i++)
			CPU_SET(i, set);
		if (*list != ',')
			return *list == '\0';
	}
}

static char *print(const cpu_set_t *set)
{
	struct buf text;
	buf_init(&text, TEXT_CEILING);
	for (int i = 0; i < CPU_SETSIZE; i++) {
		int last = i;
		if (!CPU_ISSET(i, set))
			continue;
		while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, set))
			last++;
		buf_append_format(&text, "%s%d", text.length ? "," : "", i);
		if (last > i)
			buf_append_format(&text, "-%d", last);
		i = last;
	}
	char *printed = mem_strndup(text.data, text.length);
	buf_release(&text);
	return printed;
}

/* ---- whose ---- */

static bool is_within(const cpu_set_t *set, const cpu_set_t *all)
{
	cpu_set_t common;
	CPU_AND(&common, set, all);
	return CPU_EQUAL(&common, set);
}

static int take_list(const char *whole, const char *list, char **out, struct err *err)
{
	cpu_set_t set, ours;
	if (*out)
		return err_set(err, ERR_USAGE, "--cpus %s: one of the two is named twice", whole);
	if (!parse(list, &set))
		return err_set(err, ERR_USAGE, "--cpus %s: \"%s\" is no list of processors, like 0 or 0,2-3", whole, list);
	if (sched_getaffinity(0, sizeof ours, &ours) < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot ask for our own processors");
	if (!is_within(&set, &ours)) {
		char *may = print(&ours);
		err_set(err, ERR_USAGE, "--cpus %s: not all of %s are processors that may be used here, which are %s", whole, list, may);
		free(may);
		return -1;
	}
	*out = print(&set);
	return 0;
}

/* The list that begins at `at`: up to the end, or to a comma before a name. */
static size_t list_length(const char *at)
{
	const char *end = strchr(at, ',');
	while (end && !(end[1] >= 'a' && end[1] <= 'z'))
		end = strchr(end + 1, ',');
	return end ? (size_t)(end - at) : strlen(at);
}

int cpus_split_parse(const char *text, struct cpus_split *split, struct err *err)
{
	static const char browser[] = "browser=", daemon[] = "daemon=";
	*split = (struct cpus_split){ NULL, NULL };
	for (const char *at = text;;) {
		bool is_browser = strncmp(at, browser, sizeof browser - 1) == 0;
		if (!is_browser && strncmp(at, daemon, sizeof daemon - 1) != 0) {
			cpus_split_release(split);
			return err_set(err, ERR_USAGE, "--cpus %s: use browser=LIST,daemon=LIST, like browser=1,daemon=0", text);
		}
		at += is_browser ? sizeof browser - 1 : sizeof daemon - 1;
		size_t length = list_length(at);
		char *list = mem_strndup(at, length);
		int result = take_list(text, list, is_browser ? &split->browser : &split->daemon, err);
		free(list);
		if (result) {
			cpus_split_release(split);
			return -1;
		}
		at += length;
		if (*at == '\0')
			return 0;
		at++;
	}
}

void cpus_split_release(struct cpus_split *split)
{
	free(split->browser);
	free(split->daemon);
	*split = (struct cpus_split){ NULL, NULL };
}

/* ---- taking them ---- */

int cpus_take(const char *list, struct err *err)
{
	cpu_set_t set, now;
	if (!parse(list, &set))
		return err_set(err, ERR_ENVIRONMENT, "\"%s\" is no list of processors", list);
	if (sched_setaffinity(0, sizeof set, &set) < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot run on the processors %s", list);
	/* A control group's processors cut the set down without a word. */
	if (sched_getaffinity(0, sizeof now, &now) < 0 || !CPU_EQUAL(&set, &now))
		return err_set(err, ERR_ENVIRONMENT, "cannot run on all of the processors %s", list);
	return 0;
}

char *cpus_of(pid_t pid)
{
	char path[64], text[STATUS_SIZE];
	if (pid > 0)
		snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	if (fs_read_small(pid > 0 ? path : "/proc/self/status", text, sizeof text) <= 0)
		return NULL;
	const char *value = fields_find(text, "Cpus_allowed_list:");
	if (!value)
		return NULL;
	value += strspn(value, " \t");
	return mem_strndup(value, strcspn(value, "\n"));
}
