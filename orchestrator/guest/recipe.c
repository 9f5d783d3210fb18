#include "guest/recipe.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "guest/needs.h"
#include "guest/template.h"
#include "guest/words.h"
#include "host/command.h"

enum { LIST_MAX = 1 << 12 };

static const int64_t QUESTION_DEADLINE_US = 60 * 1000000LL;

static char *first_line(const struct buf *out)
{
	return mem_strndup(out->data, strcspn(out->data, "\r\n"));
}

static int did_not_answer(const struct recipe *recipe, const struct command *command,
	struct err *err)
{
	char *line = first_line(&command->errors);
	int result = err_set(err, ERR_ENVIRONMENT, "toolchain %s: %s %s ended with status %d: %s (is its "
		"package whole?)", recipe->toolchain->name, command->argv[0],
		command->argv[1] ? command->argv[1] : "", command->exit_code, line);
	free(line);
	return result;
}

/* The first line that a program prints; NULL on error. */
static char *ask(const struct recipe *recipe, const struct json *question, struct err *err)
{
	struct json *environment = recipe_environment(recipe, &(struct recipe_places){ "", "" }, err);
	struct json *filled = template_fill_list(question, recipe->values, err);
	struct words *argv = words_of_list(filled), *env = words_of_object(environment);
	char *answer = NULL;
	if (filled && environment) {
		struct command command = { .argv = words_array(argv), .environment = words_array(env),
			.folder = "/", .deadline_us = QUESTION_DEADLINE_US };
		if (command_run(&command, err) == 0) {
			if (command.exit_code == 0)
				answer = first_line(&command.out);
			else
				did_not_answer(recipe, &command, err);
		}
		command_release(&command);
	}
	words_free(argv);
	words_free(env);
	json_free(filled);
	json_free(environment);
	return answer;
}

static int ask_variables(struct recipe *recipe, struct err *err)
{
	const struct json *variables = json_get(recipe->toolchain->root, "variables");
	for (const struct json *m = json_first(variables); m; m = json_next(m)) {
		char *answer = ask(recipe, m, err);
		if (!answer)
			return -1;
		json_set_text(recipe->values, json_key(m), answer);
		free(answer);
	}
	return 0;
}

/* "go version": the program by its name, for people. */
static char *question_text(const struct json *question)
{
	struct buf text;
	buf_init(&text, LIST_MAX);
	for (const struct json *m = json_first(question); m; m = json_next(m))
		buf_append_format(&text, "%s%s", text.length ? " " : "", json_as_text(m, ""));
	return buf_detach(&text);
}

static int ask_versions(struct recipe *recipe, struct err *err)
{
	const struct json *versions = json_get(recipe->toolchain->root, "versions");
	for (const struct json *m = json_first(versions); m; m = json_next(m)) {
		char *answer = ask(recipe, m, err);
		if (!answer)
			return -1;
		char *question = question_text(m);
		struct json *version = json_new_object();
		json_set_text(version, "command", question);
		json_set_text(version, "says", answer);
		json_append(recipe->versions, version);
		free(question);
		free(answer);
	}
	return 0;
}

static int find_glue(struct recipe *recipe, struct err *err)
{
	const struct json *glue = json_get(recipe->toolchain->root, "glue");
	if (!glue || json_type(glue) != JSON_ARRAY)
		return 0;
	struct json *paths = template_fill_list(glue, recipe->values, err);
	if (!paths)
		return -1;
	for (const struct json *m = json_first(paths); m && !recipe->glue; m = json_next(m)) {
		if (fs_exists(json_as_text(m, "")))
			recipe->glue = mem_strdup(json_as_text(m, ""));
	}
	int result = recipe->glue ? hash_file_hex(recipe->glue, recipe->glue_sha256, err)
		: err_set(err, ERR_ENVIRONMENT, "toolchain %s: its glue script %s is not there: is its "
			"package whole?", recipe->toolchain->name, json_as_text(json_first(paths), ""));
	json_free(paths);
	return result;
}

static int unknown_option(const struct recipe *recipe, const char *name, struct err *err)
{
	struct buf list;
	const struct json *options = json_get(recipe->toolchain->root, "options");
	buf_init(&list, LIST_MAX);
	for (const struct json *m = json_first(options); m; m = json_next(m))
		buf_append_format(&list, "%s%s", list.length ? ", " : "", json_key(m));
	int result = err_set(err, ERR_USAGE, "toolchain %s has no option \"%s\"; it has: %s",
		recipe->toolchain->name, name, list.length ? list.data : "none");
	buf_release(&list);
	return result;
}

static int choose_options(struct recipe *recipe, const struct json *given, struct err *err)
{
	const struct json *known = json_get(recipe->toolchain->root, "options");
	for (const struct json *m = json_first(known); m; m = json_next(m)) {
		const struct json *value = json_get(m, "default");
		json_set(recipe->options, json_key(m), value ? json_copy(value) : json_new_null());
	}
	for (const struct json *m = json_first(given); m; m = json_next(m)) {
		if (!json_get(known, json_key(m)))
			return unknown_option(recipe, json_key(m), err);
		if (json_type(m) == JSON_ARRAY || json_type(m) == JSON_OBJECT)
			return err_set(err, ERR_USAGE, "option \"%s\" must be a text, a number, true, false or null",
				json_key(m));
		json_set(recipe->options, json_key(m), json_copy(m));
	}
	return 0;
}

static void set_places(struct recipe *recipe, const char *data_root, const char *cache)
{
	char *own_cache = mem_format("%s/.toolchains/%s", cache, recipe->toolchain->name);
	char *cache_home = needs_cache_home();
	json_set_text(recipe->values, "root", data_root);
	json_set_text(recipe->values, "cache", own_cache);
	if (cache_home)
		json_set_text(recipe->values, "cache_home", cache_home);
	free(own_cache);
	free(cache_home);
}

int recipe_make(const struct toolchain *toolchain, const char *data_root, const char *cache,
	const struct json *options, struct recipe *recipe, struct err *err)
{
	*recipe = (struct recipe){ .toolchain = toolchain, .values = json_new_object(),
		.names = json_new_object(), .files = json_new_array(), .options = json_new_object(),
		.versions = json_new_array() };
	set_places(recipe, data_root, cache);
	const struct needs needs = { recipe->values, recipe->names, recipe->files };
	if (choose_options(recipe, options, err) == 0 && needs_find(toolchain, &needs, err) == 0
	    && ask_variables(recipe, err) == 0 && ask_versions(recipe, err) == 0
	    && find_glue(recipe, err) == 0)
		return 0;
	recipe_release(recipe);
	return -1;
}

void recipe_release(struct recipe *recipe)
{
	json_free(recipe->values);
	json_free(recipe->names);
	json_free(recipe->files);
	json_free(recipe->options);
	json_free(recipe->versions);
	free(recipe->glue);
	*recipe = (struct recipe){ 0 };
}

/* The placeholders' values; without places those that may move stand for themselves. */
static struct json *values_for(const struct recipe *recipe, const struct recipe_places *places)
{
	struct json *values = json_copy(recipe->values);
	json_set_text(values, "source", places ? places->source : "{source}");
	json_set_text(values, "output", places ? places->output : "{output}");
	if (places)
		return values;
	static const char *const movable[] = { "cache", "cache_home", "root" };
	for (size_t i = 0; i < sizeof(movable) / sizeof(movable[0]); i++) {
		char *itself = mem_format("{%s}", movable[i]);
		json_set_text(values, movable[i], itself);
		free(itself);
	}
	for (const struct json *m = json_first(recipe->names); m; m = json_next(m))
		json_set_text(values, json_key(m), json_as_text(m, ""));
	return values;
}

static bool is_set(const struct json *option)
{
	enum json_type type = json_type(option);
	return type != JSON_NULL && !(type == JSON_BOOL && !json_as_bool(option, false));
}

/* Appends what an option adds to the command, with {value}. */
static int append_option(const struct recipe *recipe, const struct json *option,
	struct json *values, struct json *command, struct err *err)
{
	const struct json *known = json_get(recipe->toolchain->root, "options");
	char *printed = json_type(option) == JSON_STRING ? mem_strdup(json_as_text(option, ""))
	                                                 : json_print(option, false);
	json_set_text(values, "value", printed);
	free(printed);
	struct json *words = template_fill_list(json_get(json_get(known, json_key(option)), "command"),
		values, err);
	for (const struct json *m = json_first(words); m; m = json_next(m))
		json_append(command, json_copy(m));
	json_free(words);
	return words ? 0 : -1;
}

static int append_options(const struct recipe *recipe, struct json *values,
	struct json *command, struct err *err)
{
	for (const struct json *m = json_first(recipe->options); m; m = json_next(m)) {
		if (is_set(m) && append_option(recipe, m, values, command, err))
			return -1;
	}
	return 0;
}

static int append_word(const char *text, const struct json *values, struct json *command,
	struct err *err)
{
	char *filled = template_fill(text, values, err);
	if (!filled)
		return -1;
	json_append(command, json_new_text(filled));
	free(filled);
	return 0;
}

struct json *recipe_words(const struct recipe *recipe, const struct json *words,
	const struct recipe_places *places, struct err *err)
{
	struct json *values = values_for(recipe, places);
	struct json *command = json_new_array();
	int result = 0;
	for (const struct json *m = json_first(words); m && !result; m = json_next(m)) {
		const char *text = json_as_text(m, "");
		result = strcmp(text, "{options}") == 0
			? append_options(recipe, values, command, err)
			: append_word(text, values, command, err);
	}
	json_free(values);
	if (!result)
		return command;
	json_free(command);
	return NULL;
}

struct json *recipe_command(const struct recipe *recipe, const struct recipe_places *places,
	struct err *err)
{
	return recipe_words(recipe, json_get(recipe->toolchain->root, "command"), places, err);
}

struct json *recipe_environment(const struct recipe *recipe, const struct recipe_places *places,
	struct err *err)
{
	struct json *values = values_for(recipe, places);
	struct json *environment = template_fill_object(
		json_get(recipe->toolchain->root, "environment"), values, err);
	json_free(values);
	return environment;
}

static void add_json(struct hash_stream *stream, const struct json *value)
{
	char *text = json_print(value, false);
	hash_stream_add_text(stream, text);
	free(text);
}

int recipe_key(const struct recipe *recipe, struct hash_stream *stream, struct err *err)
{
	struct json *command = recipe_command(recipe, NULL, err);
	struct json *environment = recipe_environment(recipe, NULL, err);
	if (command && environment) {
		add_json(stream, recipe->toolchain->root);
		add_json(stream, command);
		add_json(stream, environment);
		add_json(stream, recipe->options);
		add_json(stream, recipe->versions);
		add_json(stream, recipe->files);
		hash_stream_add_text(stream, recipe->glue_sha256);
	}
	int result = command && environment ? 0 : -1;
	json_free(command);
	json_free(environment);
	return result;
}
