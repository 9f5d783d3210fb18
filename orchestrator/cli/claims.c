#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/claims_runs.h"
#include "cli/cli.h"
#include "report/claim_sheet_html.h"
#include "report/claim_sheet_json.h"
#include "report/claim_sheet_text.h"
#include "report/claims.h"

enum { BLOCKS_MAX = 1000 };

/* ---- what is printed ---- */

/* The page last: a folder that cannot be written to does not hide the answer. */
static int print_sheet(const struct claims *own, struct store *store, const struct claim_sheet *sheet, struct err *err)
{
	if (own->common->json)
		cli_print_json(stdout, claim_sheet_json(sheet));
	else
		claim_sheet_text(stdout, sheet);
	return own->request->output ? claim_sheet_html_write(own->request->output, store, sheet, err) : 0;
}

static int load_sources(const struct claims *own, struct store *store, struct summary *summaries,
	struct claim_source *sources, struct err *err)
{
	for (size_t i = 0; i < own->count; i++) {
		const struct claims_subject *subject = &own->subjects[i];
		sources[i] = (struct claim_source){ subject->probe, NULL };
		if (!subject->run[0])
			continue;
		if (summary_load(store, subject->run, subject->probe, NAN, &summaries[i], err))
			return -1;
		sources[i].summary = &summaries[i];
		if (!subject->found.is_whole && claims_keep(store, &summaries[i], err))
			return -1;
	}
	return 0;
}

/* Reads the runs back from the store, so that what is printed is what is kept. */
static int show(const struct claims *own, struct store *store, struct err *err)
{
	struct summary *summaries = mem_alloc_zero(own->count, sizeof(*summaries));
	struct claim_source *sources = mem_alloc_zero(own->count, sizeof(*sources));
	struct claim_sheet sheet;
	int result = load_sources(own, store, summaries, sources, err);
	if (!result) {
		claim_sheet_make(sources, own->count, &own->choice, &sheet);
		result = print_sheet(own, store, &sheet, err);
		claim_sheet_release(&sheet);
	}
	for (size_t i = 0; i < own->count; i++)
		summary_release(&summaries[i]);
	free(sources);
	free(summaries);
	return result;
}

/* ---- the whole ---- */

static int measure_and_show(struct claims *own)
{
	struct session session;
	struct err err = { .code = ERR_NONE }, shown = { .code = ERR_NONE };
	bool interrupted = false;
	if (measure_open(&own->measure, "claims", &session, &err))
		return cli_fail(&err);
	int failed = claims_measure(own, &session, &interrupted, &err);
	log_close_progress(&own->measure.log);
	int unshown = show(own, session.store, &shown);
	session_close(&session);
	if (failed)
		return cli_fail(&err);
	return unshown ? cli_fail(&shown) : interrupted ? CLI_INTERRUPTED : CLI_OK;
}

static int decide(const struct claims_request *request, const struct cli_common *common)
{
	struct claims own = { .request = request, .common = common, .choice = { request->ids, request->id_count,
		(int)request->chapter } };
	struct err err = { .code = ERR_NONE };
	own.mode = request->quick ? EVIDENCE_QUICK : request->full ? EVIDENCE_FULL : EVIDENCE_DEFAULT;
	int status;
	if (request->quick && request->full)
		status = cli_fail((err_set(&err, ERR_USAGE, "--quick and --full: one of the two"), &err));
	else if (measure_init(&own.measure, common, &request->measure, &err) || claims_choose(&own, &err))
		status = cli_fail(&err);
	else
		status = measure_and_show(&own);
	claims_release(&own);
	return status;
}

int cli_claims(int argc, char **argv)
{
	struct claims_request request = { .quick = false };
	const struct cli_option options[] = {
		{ "--chapter", "N", "only claims of this chapter", CLI_WHOLE, &request.chapter, 1, 99 },
		{ "--quick", NULL, "few blocks, short shares of time: verdicts are provisional", CLI_FLAG, &request.quick, 0, 0 },
		{ "--full", NULL, "every count as it was published", CLI_FLAG, &request.full, 0, 0 },
		{ "--blocks", "N", "instead of each probe's own number", CLI_WHOLE, &request.blocks, 1, BLOCKS_MAX },
		{ "--again", NULL, "measure also what the results hold already", CLI_FLAG, &request.again, 0, 0 },
		{ "-o", "FILE", "write a page with a plot of each claim, too", CLI_TEXT, &request.output, 0, 0 },
		MEASURE_BROWSER_OPTIONS(request.measure),
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "claims [ID…] [options]", .options = options,
		.text = "Measures what the probes' published claims need, and says of each: claimed, measured, verdict, and\n"
			"why. Evidence that the results hold for these builds, this browser and this machine is used again,\n"
			"so that an interrupted call goes on where it was. docs/CLAIMS.md says how each is decided.",
		.operands_least = 0, .operands_most = 1000 };
	struct cli_common common;
	struct err err = { .code = ERR_NONE };
	int operands;
	measure_defaults(&request.measure);
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		return cli_fail(&err);
	if (common.help)
		return cli_help(&syntax), CLI_OK;
	request.ids = (const char *const *)argv + 1;
	request.id_count = (size_t)operands;
	return decide(&request, &common);
}
