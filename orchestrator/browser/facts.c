#include "browser/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "browser/flags.h"
#include "browser/renderers.h"

enum { COMMAND_LINE_SIZE = 64 * 1024 };

struct json *browser_facts_arguments(const char *command_line, size_t length)
{
	struct json *array = json_new_array();
	for (size_t at = 0; at < length;) {
		size_t size = strnlen(command_line + at, length - at);
		char *argument = mem_strndup(command_line + at, size);
		json_append(array, json_new_text(argument));
		free(argument);
		at += size + 1;
	}
	return array;
}

static struct json *read_command_line(pid_t process)
{
	char path[64], line[COMMAND_LINE_SIZE];
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)process);
	ssize_t length = fs_read_small(path, line, sizeof line);
	return browser_facts_arguments(line, length > 0 ? (size_t)length : 0);
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
	json_set(facts, "command_line", read_command_line(source->process));
	json_set_number(facts, "uid", source->user->uid);
	json_set_number(facts, "gid", source->user->gid);
	json_set(facts, "sandbox", describe_sandbox(source));
	return facts;
}
