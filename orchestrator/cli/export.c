#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/export_recorded.h"
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
	return err_set(err, ERR_USAGE, "--as %s: use csv, json, trace, perfetto, cpuprofile or heapsnapshot", format);
}

static int close_output(FILE *out, const char *path, struct err *err)
{
	int failed = fflush(out) || ferror(out);
	if (out != stdout)
		failed |= fclose(out);
	return failed ? err_set_errno(err, ERR_IO, errno, "cannot write %s", path) : 0;
}

static int export_stream(FILE *out, const char *path, struct stored *stored,
	const struct cli_common *common, const char *format, struct err *err)
{
	if (!out)
		return err_set_errno(err, ERR_IO, errno, "cannot create %s", path);
	int result = write_format(out, stored, common, format, err);
	if (close_output(out, path, result ? NULL : err))
		result = -1;
	return result;
}

/* What is there and is no file (a pipe, a device) is written to, never replaced. */
static bool is_special(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

/* A file is written beside its place and renamed, so that a failed export leaves none. */
static int export_to(const char *path, struct stored *stored, const struct cli_common *common,
	const char *format, struct err *err)
{
	if (!path || strcmp(path, "-") == 0)
		return export_stream(stdout, "standard output", stored, common, format, err);
	if (is_special(path))
		return export_stream(fopen(path, "we"), path, stored, common, format, err);
	char *partial = mem_format("%s.partial-%d", path, (int)getpid());
	int result = export_stream(fopen(partial, "wxe"), partial, stored, common, format, err);
	if (!result && rename(partial, path))
		result = err_set_errno(err, ERR_IO, errno, "cannot rename %s to %s", partial, path);
	if (result)
		unlink(partial);
	free(partial);
	return result;
}

static int export_stored(const char *path, struct stored *stored, const struct cli_common *common,
	const char *format, struct err *err)
{
	if (stored->address.sample >= 0)
		return err_set(err, ERR_USAGE, "export %s:%d:%ld: a single sample is not exported; give RUN or RUN:LAUNCH, or "
			"use show", stored->address.run, stored->address.launch, stored->address.sample);
	if (export_is_recorded(format))
		return export_recorded(stored, common, path, format, err);
	return export_to(path, stored, common, format, err);
}

int cli_export(int argc, char **argv)
{
	const char *format = NULL, *path = NULL;
	const struct cli_option options[] = {
		{ "--as", "FORMAT", "csv (default), json, trace, perfetto, cpuprofile or heapsnapshot", CLI_TEXT,
			&format, 0, 0 },
		{ "-o", "FILE", "write there instead of to standard output; of what was recorded: a folder", CLI_TEXT, &path, 0, 0 },
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "export ADDRESS [options]", .options = options,
		.text = "Gives a stored run, or one launch of it (RUN:LAUNCH), in another form: csv has one row a sample,\n"
			"json is the run. The others are files of what was recorded, and none is replaced: trace gives\n"
			"JSON that Chromium's DevTools (Performance, Load profile) and the Perfetto UI open; perfetto\n"
			"those traces that were recorded in protobuf, as they came; cpuprofile and heapsnapshot what a\n"
			"probe's launches captured, for DevTools' panels Performance and Memory.",
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
	if (!format)
		format = common.json ? "json" : "csv";
	int result = export_stored(path, &stored, &common, format, &err);
	stored_release(&stored);
	return result ? cli_fail(&err) : CLI_OK;
}
