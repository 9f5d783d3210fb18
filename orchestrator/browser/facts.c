#include "browser/facts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "browser/flags.h"
#include "browser/renderers.h"
#include "host/cpus.h"
#include "host/proc.h"

enum { COMMAND_LINE_SIZE = 64 * 1024 };

void browser_facts_join(char *command_line, size_t length)
{
	while (length > 0 && command_line[length - 1] == '\0')
		length--;
	for (size_t i = 0; i < length; i++)
		if (command_line[i] == '\0')
			command_line[i] = ' ';
}

static bool is_shell(pid_t pid)
{
	char path[64], target[256];
	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	ssize_t length = readlink(path, target, sizeof target - 1);
	target[length > 0 ? length : 0] = '\0';
	const char *name = strrchr(target, '/');
	return name && (strcmp(name, "/sh") == 0 || strcmp(name, "/dash") == 0 || strcmp(name, "/bash") == 0);
}

/* Below a wrapper script that waits for its browser, the browser: its first child. */
static pid_t find_browser(pid_t process)
{
	pid_t child = 0;
	if (is_shell(process) && proc_descendants(process, &child, 1) > 0)
		return child;
	return process;
}

static void set_command_line(struct json *facts, pid_t process)
{
	char path[64], line[COMMAND_LINE_SIZE];
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)find_browser(process));
	ssize_t length = fs_read_small(path, line, sizeof line);
	if (length <= 0)
		line[0] = '\0';
	else
		browser_facts_join(line, (size_t)length);
	json_set_text(facts, "command_line", line);
}

static struct json *describe_sandbox(const struct browser_facts_source *source)
{
	struct json *sandbox = browser_renderers_read(source->process);
	json_set_bool(sandbox, "asked", source->user->sandbox);
	json_set_text(sandbox, "warning", source->user->warning);
	if (!source->user->sandbox)
		json_set_bool(sandbox, "verified", false);
	return sandbox;
}

/* Which processors, and what keeps it to them. */
static void set_cpus(struct json *facts, const struct browser_facts_source *source)
{
	const struct browser_group *cpuset = source->cpuset;
	char *cpus = cpus_of(find_browser(source->process));
	json_set_text(facts, "cpus", cpus);
	json_set_text(facts, "cpus_by", !cpuset ? NULL : cpuset->version ? "cpuset" : "affinity");
	json_set_text(facts, "cpuset_refused", !cpuset || cpuset->version ? NULL : cpuset->text);
	free(cpus);
}

struct json *browser_facts_collect(const struct browser_facts_source *source)
{
	struct json *facts = json_new_object();
	json_set_text(facts, "path", source->program->path);
	json_set_text(facts, "version", source->program->version);
	json_set_text(facts, "mode", browser_mode_name(source->program->mode));
	json_set_text(facts, "product", json_text(source->version, "product", ""));
	json_set_text(facts, "protocol", json_text(source->version, "protocolVersion", ""));
	json_set_text(facts, "revision", json_text(source->version, "revision", ""));
	json_set_text(facts, "javascript", json_text(source->version, "jsVersion", ""));
	json_set(facts, "flags", browser_flags_json(source->argv));
	set_command_line(facts, source->process);
	json_set_number(facts, "uid", source->user->uid);
	json_set_number(facts, "gid", source->user->gid);
	json_set(facts, "sandbox", describe_sandbox(source));
	set_cpus(facts, source);
	static const char *const versions[] = {"none", "v1", "v2"};
	json_set_text(facts, "cgroup", versions[source->group->version]);
	json_set_text(facts, "cgroup_refused", source->group->version ? NULL : source->group->text);
	return facts;
}
