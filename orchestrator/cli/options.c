#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/cli.h"

enum { COMMON_COUNT = 5 };

static void common_options(struct cli_common *common, struct cli_option out[COMMON_COUNT + 1])
{
	const struct cli_option options[COMMON_COUNT + 1] = {
		{ "--json", NULL, "one JSON document on stdout", CLI_FLAG, &common->json, 0, 0 },
		{ "--quiet", NULL, "no progress on stderr", CLI_FLAG, &common->quiet, 0, 0 },
		{ "--results", "DIR", "where results are kept (default ./results)", CLI_TEXT,
			&common->results, 0, 0 },
		{ "--data", "DIR", "where probes/, web/ and workers/ are", CLI_TEXT, &common->data, 0, 0 },
		{ "--help", NULL, "this text", CLI_FLAG, &common->help, 0, 0 },
		{ 0 },
	};
	memcpy(out, options, sizeof(options));
}

static const struct cli_option *find_option(const struct cli_option *options, const char *name,
	size_t length)
{
	for (; options->name; options++) {
		if (strlen(options->name) == length && strncmp(options->name, name, length) == 0)
			return options;
	}
	return NULL;
}

static int set_number(const struct cli_option *option, const char *value, struct err *err)
{
	char *end;
	errno = 0;
	double number = strtod(value, &end);
	bool whole = option->kind == CLI_WHOLE;
	if (errno || end == value || *end || !isfinite(number) || (whole && floor(number) != number)
	    || number < option->least || number > option->most)
		return err_set(err, ERR_USAGE, "%s %s: must be a %snumber from %.*f to %.0f", option->name,
			value, whole ? "whole " : "", whole ? 0 : 3, option->least, option->most);
	if (whole)
		*(int64_t *)option->target = (int64_t)number;
	else
		*(double *)option->target = number;
	return 0;
}

static void add_text(struct cli_texts *texts, const char *value)
{
	texts->items = mem_resize(texts->items, texts->count + 1, sizeof(*texts->items));
	texts->items[texts->count++] = value;
}

static int set_option(const struct cli_option *option, const char *value, struct err *err)
{
	switch (option->kind) {
	case CLI_FLAG: *(bool *)option->target = true; return 0;
	case CLI_TEXT: *(const char **)option->target = value; return 0;
	case CLI_LIST: add_text(option->target, value); return 0;
	case CLI_WHOLE: case CLI_NUMBER: return set_number(option, value, err);
	}
	return 0;
}

/* Takes argv[*at], and its value from there or from the next argument. */
static int take_option(int argc, char **argv, int *at, const struct cli_syntax *syntax,
	const struct cli_option *common, struct err *err)
{
	const char *argument = strcmp(argv[*at], "-h") == 0 ? "--help" : argv[*at];
	size_t length = strcspn(argument, "=");
	const struct cli_option *option = find_option(syntax->options, argument, length);
	if (!option)
		option = find_option(common, argument, length);
	if (!option)
		return err_set(err, ERR_USAGE, "%s: unknown option %.*s (see wasmograph %s --help)", argv[0],
			(int)length, argument, argv[0]);
	const char *value = argument[length] ? argument + length + 1 : NULL;
	if (option->kind == CLI_FLAG && value)
		return err_set(err, ERR_USAGE, "%s takes no value", option->name);
	if (option->kind != CLI_FLAG && !value) {
		if (*at + 1 >= argc)
			return err_set(err, ERR_USAGE, "%s needs a value: %s %s", option->name, option->name,
				option->argument);
		value = argv[++*at];
	}
	return set_option(option, value, err);
}

static int check_operands(const struct cli_syntax *syntax, const char *command, int count,
	struct err *err)
{
	if (count < syntax->operands_least)
		return err_set(err, ERR_USAGE, "%s: something is missing: wasmograph %s", command,
			syntax->usage);
	if (count > syntax->operands_most)
		return err_set(err, ERR_USAGE, "%s: too many words: wasmograph %s", command, syntax->usage);
	return 0;
}

int cli_parse(int argc, char **argv, const struct cli_syntax *syntax, struct cli_common *common,
	int *operands, struct err *err)
{
	struct cli_option common_table[COMMON_COUNT + 1];
	bool options_ended = false;
	int count = 0;
	*common = (struct cli_common){ .results = "./results" };
	common_options(common, common_table);
	for (int i = 1; i < argc; i++) {
		bool is_option = !options_ended && argv[i][0] == '-' && argv[i][1];
		if (is_option && strcmp(argv[i], "--") == 0)
			options_ended = true;
		else if (!is_option)
			argv[++count] = argv[i];
		else if (take_option(argc, argv, &i, syntax, common_table, err))
			return -1;
	}
	*operands = count;
	return common->help ? 0 : check_operands(syntax, argv[0], count, err);
}

static void print_options(const struct cli_option *options)
{
	for (; options->name; options++) {
		char left[40];
		snprintf(left, sizeof(left), "%s%s%s", options->name, options->argument ? " " : "",
			options->argument ? options->argument : "");
		printf("  %-24s %s\n", left, options->help);
	}
}

void cli_help(const struct cli_syntax *syntax)
{
	struct cli_common common;
	struct cli_option common_table[COMMON_COUNT + 1];
	common_options(&common, common_table);
	printf("usage: wasmograph %s\n\n%s\n", syntax->usage, syntax->text);
	printf("\noptions:\n");
	print_options(syntax->options);
	print_options(common_table);
}

void cli_texts_release(struct cli_texts *texts)
{
	free(texts->items);
	*texts = (struct cli_texts){ 0 };
}

void cli_print_json(FILE *out, struct json *document_taken)
{
	char *text = json_print(document_taken, true);
	fprintf(out, "%s\n", text);
	free(text);
	json_free(document_taken);
}

int cli_status_of(const struct err *err)
{
	switch (err->code) {
	case ERR_NONE: return CLI_OK;
	case ERR_USAGE: case ERR_NOT_FOUND: return CLI_USAGE;
	case ERR_INTERRUPTED: return CLI_INTERRUPTED;
	default: return CLI_ENVIRONMENT;
	}
}

int cli_fail(const struct err *err)
{
	struct log log;
	log_init(&log, true);
	log_error(&log, "%s", err->text);
	return cli_status_of(err);
}
