#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/stored.h"
#include "report/trace_json.h"
#include "report/trace_text.h"
#include "store/parts.h"
#include "trace/summary_file.h"

#define LIMIT_MS 50.0 /* the Long Tasks API's */

static int check_written(struct err *err)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return err_set_errno(err, ERR_IO, errno, "the summary could not be written");
}

static int summarise(const char *path, const char *source, double limit_ms, bool json, struct err *err)
{
	struct trace_summariser *summariser = trace_summariser_new(1000 * limit_ms);
	int result = trace_summary_read(path, summariser, err);
	if (!result) {
		const struct trace_summary *summary = trace_summariser_end(summariser);
		if (json)
			trace_json(stdout, source, summary);
		else
			trace_text(stdout, source, summary);
		result = check_written(err);
	}
	trace_summariser_free(summariser);
	return result;
}

/* ---- what is stored ---- */

/* The one trace that the address means; NULL with ERR_USAGE when there is none, or more. */
static const struct store_artefact_row *choose(const struct store_artefact_row *rows, size_t count,
	const struct store_address *address, struct err *err)
{
	const struct store_artefact_row *found = NULL;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].kind, "trace") != 0 || (address->launch >= 0 && address->launch != rows[i].launch))
			continue;
		if (found) {
			err_set(err, ERR_USAGE, "%s has more than one trace: name a launch, such as %s:%d", address->run, address->run,
				found->launch);
			return NULL;
		}
		found = &rows[i];
	}
	if (!found)
		err_set(err, ERR_USAGE, "%s has no trace%s; `wasmograph show %s` lists the traced launches", address->run,
			address->launch >= 0 ? " of that launch" : "", address->run);
	return found;
}

static int summarise_row(const struct stored *stored, const struct store_artefact_row *row, double limit_ms, bool json,
	struct err *err)
{
	char *path = fs_join(store_folder(stored->store), row->path);
	char *source = mem_format("%s:%d (%s)", stored->address.run, row->launch, row->arm);
	int result = summarise(path, source, limit_ms, json, err);
	free(path);
	free(source);
	return result;
}

static int summarise_address(const struct cli_common *common, const char *address, double limit_ms, struct err *err)
{
	struct stored stored;
	struct store_artefact_row *rows = NULL;
	size_t count = 0;
	if (stored_open(&stored, common, address, err))
		return -1;
	int result = store_artefacts(stored.store, stored.address.run, &rows, &count, err);
	const struct store_artefact_row *row = result ? NULL : choose(rows, count, &stored.address, err);
	if (row)
		result = summarise_row(&stored, row, limit_ms, common->json, err);
	store_artefacts_free(rows, count);
	stored_release(&stored);
	return row ? result : -1;
}

/* Files first: what looks like an address and is a file is a file. */
static bool is_address(const char *word)
{
	return !fs_exists(word) && !strchr(word, '/') && !strstr(word, ".json");
}

int cli_trace(int argc, char **argv)
{
	double limit_ms = LIMIT_MS;
	const struct cli_option options[] = {
		{ "--tasks-over", "MS", "tasks as long as that are long ones (default 50)", CLI_NUMBER, &limit_ms, 0, 1e9 },
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "trace FILE|ADDRESS [options]", .options = options,
		.text = "Reads any Chromium trace, JSON or protobuf, plain or gzip, whoever recorded it, and says what\n"
			"is in it: threads, long tasks and what they mostly were, garbage collections, compilation of\n"
			"WebAssembly, messages between threads, and what was lost. RUN:LAUNCH reads the trace of a stored\n"
			"launch.",
		.operands_least = 1, .operands_most = 1 };
	struct cli_common common;
	struct err err = { 0 };
	int operands;
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		return cli_fail(&err);
	if (common.help)
		return cli_help(&syntax), CLI_OK;
	int result = is_address(argv[1]) ? summarise_address(&common, argv[1], limit_ms, &err)
		: summarise(argv[1], argv[1], limit_ms, common.json, &err);
	return result ? cli_fail(&err) : CLI_OK;
}
