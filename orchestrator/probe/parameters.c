#include "probe/parameters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { LIST_MAX = 4096 };

static int read_choices(const struct rules *rules, const struct json *choices,
	struct probe_parameter *parameter)
{
	size_t count = json_length(choices);
	parameter->choices = mem_alloc_zero(count + 1, sizeof(*parameter->choices));
	for (size_t i = 0; i < count; i++)
		parameter->choices[i] = mem_strdup(json_as_text(json_at(choices, i), ""));
	if (count < 2)
		return rules_bad(rules, "choices", "must offer at least two words");
	int chosen;
	if (rules_choice(rules, "default", (const char *const *)parameter->choices, -1, &chosen))
		return -1;
	parameter->default_choice = mem_strdup(parameter->choices[chosen]);
	return 0;
}

static bool in_range(const struct probe_parameter *parameter, double value)
{
	return value >= parameter->least && value <= parameter->most
	    && (!parameter->whole || floor(value) == value);
}

static int read_number(const struct rules *rules, struct probe_parameter *parameter)
{
	if (rules_number(rules, "default", &parameter->default_number)
	    || rules_number(rules, "least", &parameter->least)
	    || rules_number(rules, "most", &parameter->most)
	    || rules_bool(rules, "whole", false, &parameter->whole))
		return -1;
	if (!in_range(parameter, parameter->default_number))
		return rules_bad(rules, "default", "lies outside least … most, or is not whole");
	return 0;
}

/* The one parameter that the daemon gives a meaning to (run/spec.h). */
static int check_responder(const struct rules *rules, const struct probe_parameter *parameter)
{
	if (strcmp(parameter->name, "responder") != 0)
		return 0;
	for (char **word = parameter->choices; word && *word; word++) {
		if (strcmp(*word, "js") != 0 && strcmp(*word, "guest") != 0)
			return rules_bad(rules, "choices", "offers \"%s\": a responder is js or guest", *word);
	}
	return parameter->choices ? 0
		: rules_bad(rules, NULL, "must be a choice: a responder is js or guest");
}

int parameters_read_one(const struct rules *rules, struct probe_parameter *parameter)
{
	static const char *const number_keys[] = { "name", "help", "unit", "default", "least", "most",
		"whole", NULL };
	static const char *const choice_keys[] = { "name", "help", "default", "choices", NULL };
	const struct json *choices;
	if (rules_words(rules, "choices", &choices)
	    || rules_known(rules, choices ? choice_keys : number_keys)
	    || rules_name(rules, "name", &parameter->name)
	    || rules_text(rules, "help", NULL, &parameter->help))
		return -1;
	if (rules_text(rules, "unit", choices ? "" : NULL, &parameter->unit))
		return -1;
	if (choices ? read_choices(rules, choices, parameter) : read_number(rules, parameter))
		return -1;
	return check_responder(rules, parameter);
}

void parameters_release_one(struct probe_parameter *parameter)
{
	for (size_t i = 0; parameter->choices && parameter->choices[i]; i++)
		free(parameter->choices[i]);
	free(parameter->choices);
	free(parameter->default_choice);
	free(parameter->name);
	free(parameter->help);
	free(parameter->unit);
}

const struct probe_parameter *parameters_find(const struct probe *probe, const char *key)
{
	for (size_t i = 0; i < probe->parameter_count; i++) {
		if (strcmp(probe->parameters[i].name, key) == 0)
			return &probe->parameters[i];
	}
	return NULL;
}

static int unknown(const struct probe *probe, const char *key, struct err *err)
{
	struct buf names;
	buf_init(&names, LIST_MAX);
	for (size_t i = 0; i < probe->parameter_count; i++)
		buf_append_format(&names, "%s%s", i ? ", " : "", probe->parameters[i].name);
	int result = err_set(err, ERR_USAGE, "Probe %s has no parameter \"%s\": it has %s.",
		probe->name, key, names.length ? names.data : "none");
	buf_release(&names);
	return result;
}

static int check_choice(const struct probe_parameter *parameter, const char *value,
	struct err *err)
{
	struct buf words;
	buf_init(&words, LIST_MAX);
	for (char **word = parameter->choices; *word; word++) {
		if (strcmp(*word, value) == 0) {
			buf_release(&words);
			return 0;
		}
		buf_append_format(&words, "%s%s", word == parameter->choices ? "" : ", ", *word);
	}
	int result = err_set(err, ERR_USAGE, "Parameter %s cannot be \"%s\": it is one of %s.",
		parameter->name, value, words.data);
	buf_release(&words);
	return result;
}

/* The whole text as a finite decimal number: no white space, hexadecimals or "nan". */
static bool read_decimal(const char *text, double *number)
{
	char *end;
	if (!*text || strspn(text, "0123456789+-.eE") != strlen(text))
		return false;
	*number = strtod(text, &end);
	return *end == '\0' && isfinite(*number);
}

static int check_number(const struct probe_parameter *parameter, const char *value,
	struct err *err)
{
	double number;
	if (read_decimal(value, &number) && in_range(parameter, number))
		return 0;
	return err_set(err, ERR_USAGE, "Parameter %s cannot be \"%s\": it is a %snumber from %.10g to "
		"%.10g (%s).", parameter->name, value, parameter->whole ? "whole " : "",
		parameter->least, parameter->most, parameter->unit);
}

int probe_check_parameter(const struct probe *probe, const char *key, const char *value,
	struct err *err)
{
	const struct probe_parameter *parameter = parameters_find(probe, key);
	if (!parameter)
		return unknown(probe, key, err);
	return parameter->choices ? check_choice(parameter, value, err)
	                          : check_number(parameter, value, err);
}

/* `value` was checked. */
static void put(struct json *values, const struct probe_parameter *parameter, const char *value)
{
	double number = 0;
	if (parameter->choices)
		json_set_text(values, parameter->name, value);
	else if (read_decimal(value, &number))
		json_set_number(values, parameter->name, number);
}

static struct json *defaults(const struct probe *probe)
{
	struct json *values = json_new_object();
	for (size_t i = 0; i < probe->parameter_count; i++) {
		const struct probe_parameter *parameter = &probe->parameters[i];
		if (parameter->choices)
			json_set_text(values, parameter->name, parameter->default_choice);
		else
			json_set_number(values, parameter->name, parameter->default_number);
	}
	return values;
}

static int override(const struct probe *probe, const char *text, struct json *values,
	struct err *err)
{
	const char *equals = strchr(text, '=');
	if (!equals)
		return err_set(err, ERR_USAGE, "\"%s\" is no parameter setting: write NAME=VALUE.", text);
	char *key = mem_strndup(text, (size_t)(equals - text));
	int result = probe_check_parameter(probe, key, equals + 1, err);
	if (!result)
		put(values, parameters_find(probe, key), equals + 1);
	free(key);
	return result;
}

struct json *probe_parameters(const struct probe *probe, const struct probe_arm *arm,
	const char *const *overrides, size_t override_count, struct err *err)
{
	struct json *values = defaults(probe);
	for (size_t i = 0; i < override_count; i++) {
		if (override(probe, overrides[i], values, err)) {
			json_free(values);
			return NULL;
		}
	}
	for (size_t i = 0; i < arm->setting_count; i++) {
		const struct probe_setting *setting = &arm->settings[i];
		const struct probe_parameter *parameter =
			parameters_find(probe, setting->key);
		if (parameter)
			put(values, parameter, setting->value);
	}
	return values;
}
