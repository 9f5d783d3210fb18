#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/stored.h"
#include "report/report.h"

static void use_json(const struct summary *summaries, size_t count, void *context)
{
	(void)count;
	cli_print_json(context, report_json(&summaries[0]));
}

static int export_json(FILE *out, struct stored *stored, const struct cli_common *common,
	struct err *err)
{
	if (stored->address.launch < 0)
		return stored_summaries(stored, common, false, use_json, out, err);
	struct json *document = report_launch_json(stored->store, &stored->address, err);
	if (!document)
		return -1;
	cli_print_json(out, document);
	return 0;
}

static int write_format(FILE *out, struct stored *stored, const struct cli_common *common,
	const char *format, struct err *err)
{
	if (strcmp(format, "csv") == 0)
		return report_csv(out, stored->store, stored->address.run, stored->address.launch, err);
	if (strcmp(format, "json") == 0)
		return export_json(out, stored, common, err);
	return err_set(err, ERR_USAGE, "--as %s: use csv or json", format);
}

static int close_output(FILE *out, const char *path, struct err *err)
{
	int failed = fflush(out) || ferror(out);
	if (out != stdout)
		failed |= fclose(out);
	return failed ? err_set_errno(err, ERR_IO, errno, "cannot write %s", path) : 0;
}

/* A file is written beside its place and renamed, so that a failed export leaves none. */
static int export_to(const char *path, struct stored *stored, const struct cli_common *common,
	const char *format, struct err *err)
{
	if (!path || strcmp(path, "-") == 0) {
		if (write_format(stdout, stored, common, format, err))
			return -1;
		return close_output(stdout, "standard output", err);
	}
	char *partial = mem_format("%s.partial", path);
	FILE *out = fopen(partial, "we");
	int result = out ? write_format(out, stored, common, format, err)
		: err_set_errno(err, ERR_IO, errno, "cannot create %s", partial);
	if (out && close_output(out, partial, result ? NULL : err))
		result = -1;
	if (!result && rename(partial, path))
		result = err_set_errno(err, ERR_IO, errno, "cannot rename %s to %s", partial, path);
	if (result)
		unlink(partial);
	free(partial);
	return result;
}

int cli_export(int argc, char **argv)
{
	const char *format = "csv", *path = NULL;
	const struct cli_option options[] = {
		{ "--as", "FORMAT", "csv: one row a sample (default); json: the run", CLI_TEXT, &format,
			0, 0 },
		{ "-o", "FILE", "write there instead of to standard output", CLI_TEXT, &path, 0, 0 },
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "export ADDRESS [options]", .options = options,
		.text = "Gives a stored run, or one launch of it (RUN:LAUNCH), in another form.",
		.operands_least = 1, .operands_most = 1 };
	struct cli_common common;
	struct stored stored;
	struct err err = { 0 };
	int operands;
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		return cli_fail(&err);
	if (common.help)
		return cli_help(&syntax), CLI_OK;
	if (stored_open(&stored, &common, argv[1], &err))
		return cli_fail(&err);
	int result = export_to(path, &stored, &common, format, &err);
	stored_release(&stored);
	return result ? cli_fail(&err) : CLI_OK;
}
