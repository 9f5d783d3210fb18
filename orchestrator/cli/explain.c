#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/stored.h"
#include "report/explain_json.h"
#include "report/explain_story.h"
#include "report/explain_text.h"
#include "report/explained.h"
#include "trace/explain_files.h"

/* What was asked for. */
struct request {
	const char *trace, *samples, *host, *sender, *story;
	double threshold_ms;     /* 0: the rule for data from elsewhere */
};

static int check_written(struct err *err)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return err_set_errno(err, ERR_IO, errno, "the explanation could not be written");
}

/* `story`: a sample's index, or −1. */
static void print(const struct explanation *explanation, const struct cli_common *common, long story)
{
	if (common->json)
		explain_json(stdout, explanation);
	else if (story >= 0)
		explain_story(stdout, &explanation->launches[0], (size_t)story);
	else
		explain_text(stdout, explanation);
}

/* ---- what is stored ---- */

static int explain_address(const struct cli_common *common, const char *address, struct err *err)
{
	struct stored stored;
	struct explained explained;
	if (stored_open(&stored, common, address, err))
		return -1;
	int result = explained_load(stored.store, &stored.address, &explained, err);
	if (!result) {
		print(&explained.explanation, common, stored.address.sample);
		explained_release(&explained);
		result = check_written(err);
	}
	stored_release(&stored);
	return result;
}

/* ---- data from elsewhere ---- */

static int read_sender(const char *word, enum trace_role *sender, struct err *err)
{
	*sender = word && strcmp(word, "worker") == 0 ? TRACE_WORKER : TRACE_MAIN;
	if (!word || strcmp(word, "worker") == 0 || strcmp(word, "main") == 0)
		return 0;
	return err_set(err, ERR_USAGE, "--sender %s: use main or worker", word);
}

/* The index of the sample that is called so. */
static int find_story(const struct request *request, const struct trace_samples *samples, long *index, struct err *err)
{
	*index = -1;
	if (!request->story)
		return 0;
	char *end;
	long long number = strtoll(request->story, &end, 10);
	for (size_t i = 0; i < samples->count && !*end; i++) {
		if (trace_sample_number(samples, i) == number)
			*index = (long)i;
	}
	if (*index >= 0)
		return 0;
	return err_set(err, ERR_USAGE, "--sample %s: there is no such sample in %s", request->story, request->samples);
}

static int explain_samples(const struct request *request, const struct cli_common *common,
	const struct explain_samples *samples, struct err *err)
{
	struct explain_result result;
	long story;
	if (find_story(request, &samples->samples, &story, err))
		return -1;
	const struct explain_options options = { .story = story < 0 ? 0 : (size_t)story, .tells_story = story >= 0,
		.threshold_ms = request->threshold_ms > 0 ? request->threshold_ms : trace_samples_threshold_ms(&samples->samples) };
	int status = explain_files(request->trace, request->host, &samples->samples, &options, &result, err);
	if (status)
		return -1;
	struct explanation_launch launch = { .run = samples->facts.run, .launch = samples->facts.launch,
		.arm = samples->facts.arm, .samples = &samples->samples, .result = &result };
	const struct explanation explanation = { .launches = &launch, .launch_count = 1 };
	print(&explanation, common, story);
	explain_result_release(&result);
	return check_written(err);
}

static int explain_paths(const struct request *request, const struct cli_common *common, struct err *err)
{
	struct explain_samples samples;
	enum trace_role sender;
	if (!request->trace || !request->samples)
		return err_set(err, ERR_USAGE, "explain needs both --trace FILE and --samples FILE.csv (or an ADDRESS)");
	if (read_sender(request->sender, &sender, err)
	    || explain_samples_read(request->samples, sender, &samples, err))
		return -1;
	int result = explain_samples(request, common, &samples, err);
	explain_samples_release(&samples);
	return result;
}

int cli_explain(int argc, char **argv)
{
	struct request request = { .threshold_ms = 0 };
	const struct cli_option options[] = {
		{ "--trace", "FILE", "a Chromium trace, JSON or protobuf, plain or gzip", CLI_TEXT, &request.trace, 0, 0 },
		{ "--samples", "FILE", "CSV: sample,due_ms,sent_ms,received_ms,replied_ms,returned_ms", CLI_TEXT,
			&request.samples, 0, 0 },
		{ "--host", "FILE", "CSV of host ticks: mono_us,late_us,main_run_ns,…", CLI_TEXT, &request.host, 0, 0 },
		{ "--sender", "THREAD", "who sent the samples: main (default) or worker", CLI_TEXT, &request.sender, 0, 0 },
		{ "--threshold", "MS", "a slower response is a spike (default: max(5, 3 × p50))", CLI_NUMBER,
			&request.threshold_ms, 0.001, 1e9 },
		{ "--sample", "N", "that sample's story", CLI_TEXT, &request.story, 0, 0 },
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "explain ADDRESS | explain --trace FILE --samples FILE [options]",
		.options = options, .text = "Says what each slow message waited for: per arm the share of each cause and the\n"
			"worst episodes; RUN:LAUNCH:SAMPLE tells one sample's story. docs/CAUSES.md lists the causes.",
		.operands_least = 0, .operands_most = 1 };
	struct cli_common common;
	struct err err = { 0 };
	int operands;
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		return cli_fail(&err);
	if (common.help)
		return cli_help(&syntax), CLI_OK;
	if (operands > 0 && (request.trace || request.samples || request.host || request.story || request.sender
	    || request.threshold_ms > 0))
		err_set(&err, ERR_USAGE, "explain %s: the options for files do not go with an ADDRESS", argv[1]);
	int result = err.code ? -1 : operands > 0 ? explain_address(&common, argv[1], &err)
		: explain_paths(&request, &common, &err);
	return result ? cli_fail(&err) : CLI_OK;
}
