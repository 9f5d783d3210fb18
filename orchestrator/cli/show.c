#include <stdio.h>

#include "cli/cli.h"
#include "cli/stored.h"
#include "report/report.h"

static void use_text(const struct summary *summaries, size_t count, void *context)
{
	(void)context;
	report_text(stdout, summaries, count);
}

static void use_json(const struct summary *summaries, size_t count, void *context)
{
	(void)context;
	(void)count;
	cli_print_json(stdout, report_json(&summaries[0]));
}

static int show_launch(struct stored *stored, const struct cli_common *common, struct err *err)
{
	if (!common->json)
		return report_launch_text(stdout, stored->store, &stored->address, err);
	struct json *document = report_launch_json(stored->store, &stored->address, err);
	if (!document)
		return -1;
	cli_print_json(stdout, document);
	return 0;
}

static int show_address(const struct cli_common *common, const char *address, bool whole_plan)
{
	struct stored stored;
	struct err err = { 0 };
	int result;
	if (stored_open(&stored, common, address, &err))
		return cli_fail(&err);
	if (stored.address.launch >= 0)
		result = show_launch(&stored, common, &err);
	else
		result = stored_summaries(&stored, common, whole_plan,
			common->json ? use_json : use_text, NULL, &err);
	stored_release(&stored);
	return result ? cli_fail(&err) : CLI_OK;
}

int cli_show(int argc, char **argv)
{
	bool plan = false;
	const struct cli_option options[] = {
		{ "--plan", NULL, "with the other runs of its plan, as they were printed together",
			CLI_FLAG, &plan, 0, 0 },
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "show ADDRESS [options]", .options = options,
		.text = "ADDRESS is RUN, RUN:LAUNCH or RUN:LAUNCH:SAMPLE; RUN may be 'last' or the beginning or end\n"
			"of a run's id.", .operands_least = 1, .operands_most = 1 };
	struct cli_common common;
	struct err err = { 0 };
	int operands;
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		return cli_fail(&err);
	if (common.help)
		return cli_help(&syntax), CLI_OK;
	if (plan && common.json) {
		err_set(&err, ERR_USAGE, "show --plan prints tables only; --json takes one run");
		return cli_fail(&err);
	}
	return show_address(&common, argv[1], plan);
}
