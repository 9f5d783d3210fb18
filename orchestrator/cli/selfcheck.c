#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/measure.h"
#include "cli/stored.h"
#include "report/score_json.h"
#include "report/score_need.h"
#include "report/score_text.h"
#include "report/scored.h"
#include "run/plan.h"

/* The first run finds out how often each kind comes; the others are as long as that says, but grow no faster. */
enum { ROUNDS_MAX = 8, GROWTH_MAX = 8, RUNS_MAX = 64, SEED_DEFAULT = 1 };

struct request {
	struct measure_options measure;
	struct cli_texts parameters;
	const char *probe;
	int64_t seed, episodes, blocks;
	bool held_out;
};

/* ---- the answer ---- */

static int print_scores(struct scored *scored, const struct cli_common *common, struct err *err)
{
	const struct score_set *sets[SCORED_SETS];
	size_t count = scored_sets(scored, sets);
	if (common->json)
		cli_print_json(stdout, score_json(sets, count));
	else
		score_text(stdout, sets, count);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return err_set_errno(err, ERR_IO, errno, "the scores could not be written");
}

/* ---- what is stored ---- */

static int add_stored(struct scored *scored, const struct cli_common *common, const char *address, struct err *err)
{
	struct stored stored;
	if (stored_open(&stored, common, address, err))
		return -1;
	int result = stored.address.sample < 0 ? scored_add(scored, stored.store, &stored.address, err)
		: err_set(err, ERR_USAGE, "selfcheck causes %s: what is scored is a RUN, or a RUN:LAUNCH", address);
	stored_release(&stored);
	return result;
}

static int score_stored(char **addresses, int count, const struct cli_common *common, struct scored *scored,
	struct err *err)
{
	int result = 0;
	for (int i = 0; i < count && !result; i++)
		result = add_stored(scored, common, addresses[i], err);
	return result;
}

/* ---- measuring ---- */

struct round {
	struct scored *scored;
	struct err nothing;      /* why nothing of it could be scored */
};

static int on_measured(const struct measure *measure, struct store *store, void *context, struct err *err)
{
	struct round *round = context;
	struct store_address address = { .launch = -1, .sample = -1 };
	if (!measure->runs[0].result.id[0])
		return 0;
	snprintf(address.run, sizeof address.run, "%s", measure->runs[0].result.id);
	int result = scored_add(round->scored, store, &address, err);
	if (!result || err->code != ERR_NOT_FOUND)
		return result;
	round->nothing = *err;
	return 0;
}

/* The exit status of the run. */
static int measure_round(const struct request *request, const struct cli_common *common, int number, size_t blocks,
	struct scored *scored)
{
	struct measure measure;
	struct err err = { 0 };
	struct round round = { .scored = scored };
	const struct run_request wanted = { .blocks = (int)blocks, .seed = (uint64_t)(request->seed + number),
		.parameters = request->parameters.items, .parameter_count = request->parameters.count };
	int failed = measure_init(&measure, common, &request->measure, &err);
	measure.show = on_measured;
	measure.show_context = &round;
	int status = failed || measure_add(&measure, request->probe, NULL, 0, &wanted, NULL, &err) ? cli_fail(&err)
		: measure_all(&measure);
	measure_release(&measure);
	if (!round.nothing.code)
		return status;
	cli_fail(&round.nothing);
	return status == CLI_OK ? CLI_NO_VALID_LAUNCH : status;
}

static size_t still_needed(const struct request *request, struct scored *scored, size_t blocks)
{
	const struct score_set *sets[SCORED_SETS];
	if (request->blocks > 0 || scored_sets(scored, sets) == 0)
		return 0;
	size_t needed = score_blocks_needed(&sets[0]->score, (size_t)request->episodes, blocks);
	size_t most = GROWTH_MAX * blocks < PLAN_BLOCKS_MAX ? GROWTH_MAX * blocks : PLAN_BLOCKS_MAX;
	return needed < most ? needed : most;
}

static int measure_rounds(const struct request *request, const struct cli_common *common, struct scored *scored)
{
	size_t blocks = 0, next = request->blocks > 0 ? (size_t)request->blocks : 1;
	int status = CLI_OK;
	for (int round = 0; round < ROUNDS_MAX && next > 0 && status == CLI_OK; round++) {
		status = measure_round(request, common, round, next, scored);
		blocks += next;
		next = still_needed(request, scored, blocks);
	}
	return status;
}

/* ---- the command ---- */

/* Seeds that are held out are looked at on purpose only. */
static int settle_seed(struct request *request, struct err *err)
{
	if (request->seed < 0)
		request->seed = request->held_out ? SCORE_HELD_OUT_SEED : SEED_DEFAULT;
	bool beyond = request->seed + ROUNDS_MAX > SCORE_HELD_OUT_SEED;
	if (request->held_out && request->seed < SCORE_HELD_OUT_SEED)
		return err_set(err, ERR_USAGE, "--seed %lld: the seeds that are held out begin at %d", (long long)request->seed,
			SCORE_HELD_OUT_SEED);
	if (!request->held_out && beyond)
		return err_set(err, ERR_USAGE, "--seed %lld: up to %d runs take the seeds that follow, and those from %d are "
			"held out until the rule is frozen (--held-out)", (long long)request->seed, ROUNDS_MAX, SCORE_HELD_OUT_SEED);
	return 0;
}

static int check_words(int operands, char **words, struct request *request, struct err *err)
{
	bool measuring = request->seed >= 0 || request->held_out || request->blocks > 0 || request->parameters.count > 0
		|| request->measure.trace_format;
	if (strcmp(words[1], "causes") != 0)
		return err_set(err, ERR_USAGE, "selfcheck %s: there is only `selfcheck causes`", words[1]);
	if (operands > 1 && measuring)
		return err_set(err, ERR_USAGE, "selfcheck causes %s: the options of a measurement do not go with a RUN that is "
			"stored", words[2]);
	return settle_seed(request, err);
}

static int answer(int operands, char **words, const struct request *request, const struct cli_common *common)
{
	struct err err = { 0 };
	struct scored *scored = scored_new();
	const struct score_set *sets[SCORED_SETS];
	int status = CLI_OK;
	if (operands > 1)
		status = score_stored(words + 2, operands - 1, common, scored, &err) ? cli_fail(&err) : CLI_OK;
	else
		status = measure_rounds(request, common, scored);
	bool any = scored_sets(scored, sets) > 0 && (operands == 1 || status == CLI_OK);
	if (any && print_scores(scored, common, &err))
		status = cli_fail(&err);
	scored_free(scored);
	return status;
}

int cli_selfcheck(int argc, char **argv)
{
	struct request request = { .seed = -1, .episodes = SCORE_EPISODES_LEAST, .probe = "planted" };
	const struct cli_option options[] = {
		{ "--episodes", "N", "measure until each kind of plant has so many (default 35)", CLI_WHOLE, &request.episodes, 1,
			10000 },
		{ "--blocks", "N", "measure so many launches of each arm, whatever episodes they give", CLI_WHOLE, &request.blocks,
			1, PLAN_BLOCKS_MAX },
		{ "--seed", "N", "of the plants (default 1; each further run takes the next)", CLI_WHOLE, &request.seed, 0,
			9007199254740992.0 },
		{ "--held-out", NULL, "the seeds that nobody looks at until the rule is frozen", CLI_FLAG, &request.held_out, 0, 0 },
		{ "--probe", "PROBE", "what plants (default planted)", CLI_TEXT, &request.probe, 0, 0 },
		{ "--param", "K=V", "a parameter of the probe; may be repeated", CLI_LIST, &request.parameters, 0, 0 },
		MEASURE_FORMAT_OPTION(request.measure),
		MEASURE_BROWSER_OPTIONS(request.measure),
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "selfcheck causes [RUN…] [options]", .options = options,
		.text = "Plants known causes of slow messages in traced launches, explains these, and prints how often the\n"
			"planted cause was named: docs/CAUSES.md, \"How it is checked\". With RUN it scores what is stored,\n"
			"several runs together. The status is 0 whether the targets are met or not: each says so.",
		.operands_least = 1, .operands_most = RUNS_MAX };
	struct cli_common common;
	struct err err = { 0 };
	int operands, status;
	measure_defaults(&request.measure);
	request.measure.trace = "all";
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		status = cli_fail(&err);
	else if (common.help)
		status = (cli_help(&syntax), CLI_OK);
	else if (check_words(operands, argv, &request, &err))
		status = cli_fail(&err);
	else
		status = answer(operands, argv, &request, &common);
	cli_texts_release(&request.parameters);
	return status;
}
