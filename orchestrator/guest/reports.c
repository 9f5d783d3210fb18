#include "guest/reports.h"

#include <stdbool.h>

#include "host/command.h"

static struct json *told(const struct command *command, bool ended)
{
	struct json *report = json_new_object();
	json_set(report, "exit_status", ended && command->exit_code >= 0
		? json_new_number(command->exit_code) : json_new_null());
	json_set_text(report, "says", command->out.data ? command->out.data : "");
	json_set_text(report, "stderr", command->errors.data ? command->errors.data : "");
	return report;
}

static struct json *run(const struct recipe *recipe, const struct reports_place *place,
	const struct words *argv, struct err *err)
{
	struct err problem = { 0 };
	struct command command = { .argv = words_array(argv),
		.environment = words_array(place->environment), .folder = place->folder,
		.deadline_us = (int64_t)(recipe->toolchain->deadline_s * 1e6) };
	struct json *report = NULL;
	int result = command_run(&command, &problem);
	if (result && problem.code != ERR_TIMEOUT)
		err_set(err, problem.code, "%s", problem.text);
	else
		report = told(&command, result == 0);
	command_release(&command);
	return report;
}

static struct json *one(const struct recipe *recipe, const struct reports_place *place,
	const struct json *command, struct err *err)
{
	struct json *filled = recipe_words(recipe, command, place->places, err);
	struct words *argv = words_of_list(filled);
	struct json *report = filled ? run(recipe, place, argv, err) : NULL;
	words_free(argv);
	json_free(filled);
	return report;
}

struct json *reports_run(const struct recipe *recipe, const struct reports_place *place,
	struct err *err)
{
	const struct json *commands = json_get(recipe->toolchain->root, "reports");
	struct json *reports = json_new_object();
	for (const struct json *m = json_first(commands); m; m = json_next(m)) {
		struct json *report = one(recipe, place, m, err);
		if (!report) {
			json_free(reports);
			return NULL;
		}
		json_set(reports, json_key(m), report);
	}
	return reports;
}
