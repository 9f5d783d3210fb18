/* The command line: one file per command, in git's manner.
 *
 * A command gets its own arguments (argv[0] is its name), returns the exit status of
 * docs/ARCHITECTURE.md: 0 done; 1 done, and bad; 2 usage; 3 the environment can't; 4 a requested arm has no
 * valid launch; 130 interrupted. */
#ifndef WASMOGRAPH_CLI_CLI_H
#define WASMOGRAPH_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"

enum cli_status {
	CLI_OK = 0,
	CLI_BAD = 1,
	CLI_USAGE = 2,
	CLI_ENVIRONMENT = 3,
	CLI_NO_VALID_LAUNCH = 4,
	CLI_INTERRUPTED = 130,
};

struct cli_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
};

/* All commands, ended by a NULL name. */
const struct cli_command *cli_commands(void);

/* What main does: finds the command and runs it. */
int cli_main(int argc, char **argv);

int cli_run(int argc, char **argv);
int cli_plan(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_show(int argc, char **argv);
int cli_export(int argc, char **argv);
int cli_explain(int argc, char **argv);
int cli_reproduce(int argc, char **argv);
int cli_claims(int argc, char **argv);
int cli_selfcheck(int argc, char **argv);
int cli_trace(int argc, char **argv);
int cli_build(int argc, char **argv);

/* ---- options ---- */

enum cli_option_kind { CLI_FLAG, CLI_TEXT, CLI_LIST, CLI_WHOLE, CLI_NUMBER };

struct cli_texts {
	const char **items;
	size_t count;
};

struct cli_option {
	const char *name;      /* "--blocks" */
	const char *argument;  /* "N"; NULL for flags */
	const char *help;
	enum cli_option_kind kind;
	void *target;          /* bool, const char *, struct cli_texts, int64_t, double */
	double least, most;    /* for WHOLE and NUMBER */
};

/* What every command has. */
struct cli_common {
	bool json, quiet, help;
	const char *results;   /* "./results" */
	const char *data;
};

struct cli_syntax {
	const char *usage;     /* "run PROBE [options]" */
	const char *text;      /* a paragraph for --help */
	const struct cli_option *options; /* own ones, ended by a NULL name */
	int operands_least, operands_most;
};

/* Fills the targets; operands are left in argv[1 … *operands]. ERR_USAGE with a sentence. `--` ends
 * options; --name=value and --name value both work. */
int cli_parse(int argc, char **argv, const struct cli_syntax *syntax, struct cli_common *common,
	int *operands, struct err *err);
void cli_help(const struct cli_syntax *syntax);
void cli_texts_release(struct cli_texts *texts);

/* Prints a document and a newline, and frees it. */
void cli_print_json(FILE *out, struct json *document_taken);

/* Prints the error as one sentence and gives the exit status for its code. */
int cli_fail(const struct err *err);
int cli_status_of(const struct err *err);

#endif
