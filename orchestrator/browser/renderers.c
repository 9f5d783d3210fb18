#include "browser/renderers.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "host/proc.h"

enum { DESCENDANTS_MAX = 256, COMMAND_LINE_SIZE = 16 * 1024, SECCOMP_FILTER = 2 };

struct survey {
	int count;
	pid_t busiest;
	int64_t busiest_us;
	int seccomp;
	int pid_namespaces;
};

bool browser_is_renderer(const char *command_line, size_t length)
{
	static const char wanted[] = "--type=renderer";
	size_t size = sizeof wanted - 1;
	for (size_t at = 1; at + size <= length; at++)
		if ((command_line[at - 1] == '\0' || command_line[at - 1] == ' ') &&
		    memcmp(command_line + at, wanted, size) == 0 &&
		    (at + size == length || command_line[at + size] == '\0' || command_line[at + size] == ' '))
			return true;
	return false;
}

static bool is_renderer(pid_t pid)
{
	char path[64], line[COMMAND_LINE_SIZE];
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
	ssize_t length = fs_read_small(path, line, sizeof line);
	return length > 0 && browser_is_renderer(line, (size_t)length);
}

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static void look_at(struct survey *survey, pid_t pid)
{
	struct proc_sandbox sandbox;
	if (!is_renderer(pid) || proc_sandbox_read(pid, &sandbox, NULL))
		return;
	int64_t cpu_us = proc_tree_cpu_us(pid);
	if (survey->count++ == 0 || cpu_us > survey->busiest_us) {
		survey->busiest = pid;
		survey->busiest_us = cpu_us;
	}
	survey->seccomp = smaller(survey->seccomp, sandbox.seccomp_mode);
	survey->pid_namespaces = smaller(survey->pid_namespaces, sandbox.pid_namespaces);
}

struct json *browser_renderers_read(pid_t root)
{
	pid_t pids[DESCENDANTS_MAX];
	struct survey survey = {.seccomp = INT_MAX, .pid_namespaces = INT_MAX};
	int count = smaller(proc_descendants(root, pids, DESCENDANTS_MAX), DESCENDANTS_MAX);
	for (int i = 0; i < count; i++)
		look_at(&survey, pids[i]);
	bool any = survey.count > 0;
	struct json *facts = json_new_object();
	json_set_number(facts, "renderer_pid", survey.busiest);
	json_set_number(facts, "renderers", survey.count);
	json_set_number(facts, "seccomp", any ? survey.seccomp : 0);
	json_set_number(facts, "pid_namespaces", any ? survey.pid_namespaces : 0);
	json_set_bool(facts, "verified",
		any && survey.seccomp == SECCOMP_FILTER && survey.pid_namespaces >= 2);
	return facts;
}
