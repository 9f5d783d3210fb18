#include "browser/program.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "browser/browser.h"
#include "browser/scratch.h"
#include "host/command.h"

enum { VERSION_DEADLINE_US = 20000000, VERSION_SIZE = 200 };

static const char *const mode_names[] = {
	[BROWSER_HEADLESS] = "headless", [BROWSER_SHELL] = "shell", [BROWSER_HEADED] = "headed"};
enum { MODES = sizeof mode_names / sizeof *mode_names };

const char *browser_mode_name(enum browser_mode mode)
{
	return mode_names[mode];
}

int browser_mode_parse(const char *name, enum browser_mode *mode)
{
	for (int i = 0; i < MODES; i++)
		if (strcmp(name, mode_names[i]) == 0) {
			*mode = (enum browser_mode)i;
			return 0;
		}
	return -1;
}

int browser_version_line(const char *printed, size_t length, char *out, size_t size)
{
	while (length > 0 && isspace((unsigned char)*printed)) {
		printed++;
		length--;
	}
	const char *end = memchr(printed, '\n', length);
	size_t line = end ? (size_t)(end - printed) : length;
	while (line > 0 && isspace((unsigned char)printed[line - 1]))
		line--;
	if (line == 0 || line >= size)
		return -1;
	memcpy(out, printed, line);
	out[line] = '\0';
	return strpbrk(out, "0123456789") ? 0 : -1;
}

/* PATH may hold relative folders; the browser is started in another one. */
static char *absolute(char *path_taken)
{
	char *path = path_taken ? realpath(path_taken, NULL) : NULL;
	free(path_taken);
	return path;
}

/* The path of what is to be run; NULL with an error that says how to get it. */
static char *find_path(const char *path, enum browser_mode mode, struct err *err)
{
	static const char *const usual[] = {"chromium", "chromium-browser", "google-chrome-stable", NULL};
	static const char *const shell[] = {"chromium-headless-shell", NULL};
	if (path) {
		char *found = absolute(strchr(path, '/') ? mem_strdup(path) : command_find(path));
		if (!found)
			err_set(err, ERR_ENVIRONMENT, "there is no browser at %s; correct --browser PATH", path);
		return found;
	}
	for (const char *const *name = mode == BROWSER_SHELL ? shell : usual; *name; name++) {
		char *found = absolute(command_find(*name));
		if (found)
			return found;
	}
	err_set(err, ERR_ENVIRONMENT, mode == BROWSER_SHELL
		? "no chromium-headless-shell in PATH; install the Debian package chromium-headless-shell, or give --browser PATH"
		: "no Chromium in PATH; install the Debian package chromium (or chromium-headless-shell, with --browser-mode shell), or give --browser PATH");
	return NULL;
}

static int run_version(const char *path, const char *scratch, const struct browser_user *user,
	char version[VERSION_SIZE], struct err *err)
{
	const char *argv[] = {path, "--version", NULL};
	char **environment = browser_scratch_environment(scratch, BROWSER_HEADLESS);
	struct command command = {.argv = argv, .environment = (const char *const *)environment,
		.folder = scratch, .deadline_us = VERSION_DEADLINE_US};
	if (user->uid != geteuid()) {
		command.uid = user->uid;
		command.gid = user->gid;
	}
	int result = command_run(&command, err);
	if (result && err->code != ERR_INTERRUPTED)
		err->code = ERR_ENVIRONMENT; /* whatever it was, the answer is another browser */
	if (result)
		err_prefix(err, "cannot ask the browser %s for its version as uid %u", path, user->uid);
	else if (command.exit_code != 0 ||
	         browser_version_line(command.out.data, command.out.length, version, VERSION_SIZE))
		result = err_set(err, ERR_ENVIRONMENT,
			"%s --version (as uid %u) gave exit status %d and no version: %.200s; is it a Chromium? give --browser PATH",
			path, user->uid, command.exit_code, command.errors.data);
	command_release(&command);
	browser_scratch_environment_free(environment);
	return result;
}

static int ask_version(const char *path, const struct browser_user *user, char version[VERSION_SIZE],
	struct err *err)
{
	char *root = browser_scratch_root();
	char *scratch = mem_format("%s/version-%d", root, (int)getpid());
	free(root);
	int result = browser_scratch_create(scratch, user->uid, user->gid, err);
	if (!result) {
		result = run_version(path, scratch, user, version, err);
		struct err left;
		if (browser_scratch_remove(scratch, &left) && !result)
			result = err_set(err, left.code, "%s", left.text);
	}
	free(scratch);
	return result;
}

int browser_find(const char *path, enum browser_mode mode, const struct browser_user *user,
	struct browser_program *program, struct err *err)
{
	char version[VERSION_SIZE];
	*program = (struct browser_program){.mode = mode};
	char *found = find_path(path, mode, err);
	if (!found)
		return -1;
	if (ask_version(found, user, version, err)) {
		free(found);
		return -1;
	}
	program->path = found;
	program->version = mem_strdup(version);
	return 0;
}

void browser_program_release(struct browser_program *program)
{
	free(program->path);
	free(program->version);
	program->path = program->version = NULL;
}
