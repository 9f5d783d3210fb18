#include "browser/renderers.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>

#include "base/fs.h"
#include "browser/census.h"
#include "host/proc.h"

enum { DESCENDANTS_MAX = 256, COMMAND_LINE_SIZE = 16 * 1024, SECCOMP_FILTER = 2 };

struct survey {
	int count;
	pid_t busiest;
	int64_t busiest_us;
	int seccomp;
	int pid_namespaces;
};

static bool is_renderer(pid_t pid)
{
	char path[64], line[COMMAND_LINE_SIZE];
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
	ssize_t length = fs_read_small(path, line, sizeof line);
	return length > 0 && browser_part_of(line, (size_t)length) == BROWSER_PART_RENDERER;
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

static struct survey survey_below(pid_t root)
{
	pid_t pids[DESCENDANTS_MAX];
	struct survey survey = {.seccomp = INT_MAX, .pid_namespaces = INT_MAX};
	int count = smaller(proc_descendants(root, pids, DESCENDANTS_MAX), DESCENDANTS_MAX);
	for (int i = 0; i < count; i++)
		look_at(&survey, pids[i]);
	return survey;
}

pid_t browser_renderer_find(pid_t root)
{
	return survey_below(root).busiest;
}

struct json *browser_renderers_read(pid_t root)
{
	struct survey survey = survey_below(root);
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
