#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "report/report.h"

static int print_list(const struct cli_common *common, int64_t limit)
{
	struct err err = { 0 };
	struct store *store = store_open(common->results, false, &err);
	if (!store)
		return cli_fail(&err);
	int failed = 0;
	if (common->json) {
		struct json *document = report_list_json(store, (size_t)limit, &err);
		failed = !document;
		if (document)
			cli_print_json(stdout, document);
	} else {
		failed = report_list_text(stdout, store, (size_t)limit, &err);
	}
	store_close(store);
	return failed ? cli_fail(&err) : CLI_OK;
}

int cli_list(int argc, char **argv)
{
	int64_t limit = 20;
	const struct cli_option options[] = {
		{ "--limit", "N", "at most N runs, newest first; 0 for all (default 20)", CLI_WHOLE, &limit,
			0, 1e6 },
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "list [options]", .options = options,
		.text = "The runs in the results folder, newest first.", .operands_most = 0 };
	struct cli_common common;
	struct err err = { 0 };
	int operands;
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		return cli_fail(&err);
	if (common.help)
		return cli_help(&syntax), CLI_OK;
	return print_list(&common, limit);
}
