#include "guest/toolchain_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "guest/template.h"
#include "probe/rules.h"

static const double DEADLINE_DEFAULT_S = 300;

/* One element of an object of objects, like "programs.go". */
typedef int member_fn(const struct rules *rules);

static int check_members(const struct rules *top, const char *key, member_fn *check)
{
	const struct json *object;
	if (rules_object(top, key, &object))
		return -1;
	for (const struct json *m = json_first(object); m; m = json_next(m)) {
		char *place = mem_format("%s.%s", key, json_key(m));
		struct rules rules = { top->file, m, place, top->err };
		int result = rules_is_name(json_key(m)) ? check(&rules)
			: rules_bad(&rules, NULL, "is no proper name");
		free(place);
		if (result)
			return -1;
	}
	return 0;
}

/* Where a path may start that differs from machine to machine. */
static int check_path(const struct rules *rules, const char *path, const struct json *starts)
{
	bool absolute = *path == '/';
	for (const struct json *m = json_first(starts); m && !absolute; m = json_next(m)) {
		const char *key = json_key(m);
		size_t length = strlen(key);
		absolute = *path == '{' && strncmp(path + 1, key, length) == 0
			&& strncmp(path + 1 + length, "}/", 2) == 0;
	}
	if (!absolute)
		return rules_bad(rules, "paths", "must be absolute, or begin with {cache_home}/ or {root}/: "
			"nothing is looked for in PATH");
	char *filled = template_fill(path, starts, rules->err);
	free(filled);
	return filled ? 0 : err_prefix(rules->err, "%s: %s.paths", rules->file, rules->place);
}

/* A program or file is known by its own path: what PATH finds first may be another version. */
static int check_need(const struct rules *rules)
{
	static const char *const keys[] = { "paths", "package", NULL };
	const struct json *paths;
	char *package = NULL;
	int result = rules_known(rules, keys) || rules_words(rules, "paths", &paths)
		|| rules_text(rules, "package", NULL, &package) ? -1 : 0;
	free(package);
	if (!result && json_length(paths) == 0)
		return rules_bad(rules, "paths", "must name at least one path");
	struct json *starts = json_new_object();
	json_set_text(starts, "cache_home", "");
	json_set_text(starts, "root", "");
	for (const struct json *m = result ? NULL : json_first(paths); m && !result; m = json_next(m))
		result = check_path(rules, json_as_text(m, ""), starts);
	json_free(starts);
	return result;
}

static int check_option(const struct rules *rules)
{
	static const char *const keys[] = { "default", "command", NULL };
	const struct json *command;
	if (rules_known(rules, keys) || rules_words(rules, "command", &command))
		return -1;
	return json_length(command) ? 0 : rules_bad(rules, "command", "is missing or empty");
}

/* The element itself is a command: a list of texts that is not empty. */
static int check_command(const struct rules *rules)
{
	if (json_type(rules->object) != JSON_ARRAY || json_length(rules->object) == 0)
		return rules_bad(rules, NULL, "must be a command: a list of texts");
	for (const struct json *m = json_first(rules->object); m; m = json_next(m)) {
		if (*json_as_text(m, "") == '\0')
			return rules_bad(rules, NULL, "must be a command: a list of texts that are not empty");
	}
	return 0;
}

static int check_import(const struct rules *top, const struct json *import)
{
	static const char *const keys[] = { "module", "name", NULL };
	struct rules rules = { top->file, import, "instrument.import", top->err };
	char *module = NULL, *name = NULL;
	if (!import)
		return rules_bad(top, "instrument", "must name an import of the module");
	int result = rules_known(&rules, keys) || rules_text(&rules, "module", NULL, &module)
		|| rules_text(&rules, "name", NULL, &name) ? -1 : 0;
	free(module);
	free(name);
	return result;
}

/* "when": {"gc": ["conservative", "precise"]}: lists of texts, by names of options. */
static int check_when(const struct rules *top, const struct json *when)
{
	struct rules rules = { top->file, when, "instrument.when", top->err };
	for (const struct json *m = json_first(when); m; m = json_next(m)) {
		const struct json *values;
		if (!json_get(json_get(top->object, "options"), json_key(m)))
			return rules_bad(&rules, json_key(m), "is none of the options");
		if (rules_words(&rules, json_key(m), &values))
			return -1;
	}
	return 0;
}

static int check_instrument(const struct rules *top)
{
	static const char *const keys[] = { "function", "callers", "import", "when", "hint", NULL };
	const struct json *instrument, *callers, *import, *when;
	char *function = NULL, *hint = NULL;
	if (rules_object(top, "instrument", &instrument))
		return -1;
	if (!instrument)
		return 0;
	struct rules rules = { top->file, instrument, "instrument", top->err };
	int result = rules_known(&rules, keys) || rules_text(&rules, "function", NULL, &function)
		|| rules_words(&rules, "callers", &callers) || rules_object(&rules, "import", &import)
		|| rules_object(&rules, "when", &when) || rules_text_optional(&rules, "hint", &hint)
		|| check_import(top, import) || check_when(top, when) ? -1 : 0;
	free(function);
	free(hint);
	return result;
}

/* "without": {"guest-gc": {"options": {"gc": "leaking"}, "how": "…"}}: values of options, by cause. */
static int check_without(const struct rules *rules)
{
	static const char *const keys[] = { "options", "how", NULL };
	const struct json *options;
	char *how = NULL;
	int result = rules_known(rules, keys) || rules_object(rules, "options", &options)
		|| rules_text(rules, "how", NULL, &how) ? -1 : 0;
	free(how);
	if (!result && json_length(options) == 0)
		return rules_bad(rules, "options", "must name at least one option with its value");
	return result;
}

static int check_without_options(const struct rules *top)
{
	for (const struct json *m = json_first(json_get(top->object, "without")); m; m = json_next(m)) {
		for (const struct json *option = json_first(json_get(m, "options")); option; option = json_next(option)) {
			if (!json_get(json_get(top->object, "options"), json_key(option)))
				return rules_bad(top, "without", "names \"%s\", which is none of the options", json_key(option));
		}
	}
	return 0;
}

static int check_versions(const struct rules *top)
{
	const struct json *versions;
	if (rules_array(top, "versions", &versions))
		return -1;
	for (const struct json *m = json_first(versions); m; m = json_next(m)) {
		struct rules rules = { top->file, m, "versions[]", top->err };
		if (check_command(&rules))
			return -1;
	}
	return 0;
}

static int check_environment(const struct rules *top)
{
	const struct json *environment;
	if (rules_object(top, "environment", &environment))
		return -1;
	for (const struct json *m = json_first(environment); m; m = json_next(m)) {
		if (!json_as_text(m, NULL) || !*json_key(m) || strchr(json_key(m), '='))
			return rules_bad(top, "environment", "must hold names and texts");
	}
	return 0;
}

static bool is_null(const struct rules *top, const char *key)
{
	const struct json *value = json_get(top->object, key);
	return value && json_type(value) == JSON_NULL;
}

static int check_lists(const struct rules *top)
{
	const struct json *list;
	if (!is_null(top, "command") && (rules_words(top, "command", &list)
		    || (json_length(list) == 0 && rules_bad(top, "command",
			    "is missing: give a list of texts, or null where the source is the guest"))))
		return -1;
	if (!is_null(top, "glue") && rules_words(top, "glue", &list))
		return -1;
	if (rules_words(top, "inputs", &list))
		return -1;
	if (json_length(list) == 0)
		return rules_bad(top, "inputs", "must list the globs of the source files");
	return rules_words(top, "runtime_environment", &list);
}

static void add_names(struct json *names, const struct json *members)
{
	for (const struct json *m = json_first(members); m; m = json_next(m))
		json_set_text(names, json_key(m), "");
}

/* The placeholders that a text may hold, each with itself as value. */
static struct json *placeholders(const struct json *root, bool variables)
{
	static const char *const fixed[] = { "output", "source", "cache", "cache_home", "root" };
	struct json *names = json_new_object();
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		json_set_text(names, fixed[i], "");
	add_names(names, json_get(root, "programs"));
	add_names(names, json_get(root, "files"));
	add_names(names, variables ? json_get(root, "variables") : NULL);
	return names;
}

static int check_list(const struct rules *top, const char *key, const struct json *texts,
	const struct json *names)
{
	bool options = strcmp(key, "command") == 0 || strcmp(key, "reports") == 0;
	for (const struct json *m = json_first(texts); m; m = json_next(m)) {
		const char *text = json_as_text(m, "");
		if (options && strcmp(text, "{options}") == 0)
			continue;
		char *filled = template_fill(text, names, top->err);
		free(filled);
		if (!filled)
			return err_prefix(top->err, "%s: %s", top->file, key);
	}
	return 0;
}

static int check_lists_of_lists(const struct rules *top, const char *key,
	const struct json *names)
{
	const struct json *lists = json_get(top->object, key);
	for (const struct json *m = json_first(lists); m; m = json_next(m)) {
		if (check_list(top, key, m, names))
			return -1;
	}
	return 0;
}

/* Placeholders are checked when the file is read, not when the one build that needs them runs. */
static int check_placeholders(const struct rules *top)
{
	struct json *all = placeholders(top->object, true);
	struct json *early = placeholders(top->object, false);
	int result = check_list(top, "command", json_get(top->object, "command"), all)
		|| check_list(top, "glue", json_get(top->object, "glue"), all)
		|| check_list(top, "environment", json_get(top->object, "environment"), early)
		|| check_lists_of_lists(top, "versions", all)
		|| check_lists_of_lists(top, "reports", all)
		|| check_lists_of_lists(top, "variables", early) ? -1 : 0;
	json_free(all);
	json_free(early);
	return result;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

static int read_scalars(const struct rules *top, struct toolchain *toolchain)
{
	static const char *const starts[] = { "go-js", "js-module", "wasm-exports", NULL };
	double schema;
	int start;
	char *name = NULL, *title = NULL;
	int result = rules_number(top, "schema", &schema) || rules_name(top, "name", &name)
		|| rules_text(top, "title", NULL, &title)
		|| rules_choice(top, "start", starts, -1, &start)
		|| rules_text(top, "output", NULL, &toolchain->output)
		|| rules_positive(top, "deadline_s", DEADLINE_DEFAULT_S, &toolchain->deadline_s) ? -1 : 0;
	if (!result && schema != 1)
		result = rules_bad(top, "schema", "is %g; this wasmograph reads schema 1", schema);
	if (!result && strcmp(name, toolchain->name) != 0)
		result = rules_bad(top, "name", "must be \"%s\", as the file is named", toolchain->name);
	free(name);
	free(title);
	if (result)
		return -1;
	toolchain->start = mem_strdup(starts[start]);
	if (strchr(toolchain->output, '/') || *toolchain->output == '.'
	    || !(ends_with(toolchain->output, ".wasm") || ends_with(toolchain->output, ".js")))
		return rules_bad(top, "output", "must be a file name that ends in .wasm or .js");
	return 0;
}

int toolchain_check(struct toolchain *toolchain, struct err *err)
{
	static const char *const keys[] = { "schema", "name", "title", "programs", "files", "variables",
		"command", "environment", "glue", "start", "output", "inputs", "options",
		"runtime_environment", "versions", "reports", "instrument", "without", "deadline_s", NULL };
	struct rules top = { toolchain->path, toolchain->root, "", err };
	if (rules_known(&top, keys) || read_scalars(&top, toolchain)
	    || check_members(&top, "programs", check_need) || check_members(&top, "files", check_need)
	    || check_members(&top, "variables", check_command)
	    || check_members(&top, "options", check_option)
	    || check_members(&top, "reports", check_command)
	    || check_environment(&top) || check_versions(&top) || check_lists(&top)
	    || check_instrument(&top) || check_members(&top, "without", check_without)
	    || check_without_options(&top))
		return -1;
	return check_placeholders(&top);
}
