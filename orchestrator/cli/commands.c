#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "cli/cli.h"
#include "host/planter.h"
#include "host/ticks_sampler.h"
#include "supervisor/supervise.h"

const struct cli_command *cli_commands(void)
{
	static const struct cli_command commands[] = {
		{ "run", cli_run, "measure one probe: blocks of every arm, each in a fresh browser" },
		{ "plan", cli_plan, "run the probes that a plan lists" },
		{ "claims", cli_claims, "published claims: measured, confirmed or refuted, and why" },
		{ "list", cli_list, "the runs in the results folder" },
		{ "show", cli_show, "a run, one launch of it, or one sample: RUN[:LAUNCH[:SAMPLE]]" },
		{ "explain", cli_explain, "what each slow message of a traced launch waited for" },
		{ "reproduce", cli_reproduce, "does a slow message come back, how often, and why" },
		{ "selfcheck", cli_selfcheck, "how well explain names causes that were planted" },
		{ "trace", cli_trace, "what a trace holds: tasks, collections, compilation, messages, loss" },
		{ "export", cli_export, "samples as CSV, a run as JSON, traces as DevTools opens them" },
		{ "build", cli_build, "build the probes' guests without measuring" },
		{ 0 },
	};
	return commands;
}

static void print_overview(FILE *out)
{
	fprintf(out, "usage: wasmograph COMMAND [options]\n\n"
		"Measures WebAssembly in a real browser, and keeps what it saw.\n\n");
	for (const struct cli_command *c = cli_commands(); c->name; c++)
		fprintf(out, "  %-10s %s\n", c->name, c->summary);
	fprintf(out, "\nEach command has --help. To start: wasmograph plan quick\n");
}

static const struct cli_command *find_command(const char *name)
{
	for (const struct cli_command *c = cli_commands(); c->name; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

int cli_main(int argc, char **argv)
{
	if (argc < 2) {
		print_overview(stderr);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		print_overview(stdout);
		return CLI_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("wasmograph %s\n", WASMOGRAPH_VERSION);
		return CLI_OK;
	}
	if (strcmp(argv[1], "supervise") == 0) /* hidden: our own supervisor process */
		return supervise(argc, argv);
	if (strcmp(argv[1], "ticks") == 0) /* hidden: samples the host during a traced window */
		return ticks_sampler(argc, argv);
	if (strcmp(argv[1], "plant") == 0) /* hidden: does what a launch's plants want of the host */
		return planter(argc, argv);
	const struct cli_command *command = find_command(argv[1]);
	if (command)
		return command->run(argc - 1, argv + 1);
	struct err err = { 0 };
	err_set(&err, ERR_USAGE, "there is no command '%s' (wasmograph --help lists them)", argv[1]);
	return cli_fail(&err);
}
