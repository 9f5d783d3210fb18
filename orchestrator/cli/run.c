#include <stdlib.h>

#include "cli/cli.h"
#include "cli/measure.h"
#include "run/plan.h"

struct run_options {
	struct measure_options measure;
	struct cli_texts arms, parameters;
	struct foreign_options foreign;
	int64_t blocks, seed;
	double threshold_ms;
	bool no_reruns;
};

static int measure_probe(const char *probe, const struct run_options *options,
	const struct cli_common *common)
{
	struct measure measure;
	struct err err = { 0 };
	struct run_request request = { .blocks = (int)options->blocks,
		.seed = options->seed >= 0 ? (uint64_t)options->seed : measure_draw_seed(),
		.threshold_ms = options->threshold_ms, .parameters = options->parameters.items,
		.parameter_count = options->parameters.count, .no_reruns = options->no_reruns };
	int status;
	int failed = measure_init(&measure, common, &options->measure, &err);
	measure.foreign = &options->foreign;
	if (failed
	    || measure_add(&measure, probe, options->arms.items, options->arms.count, &request, NULL, &err))
		status = cli_fail(&err);
	else
		status = measure_all(&measure);
	measure_release(&measure);
	return status;
}

int cli_run(int argc, char **argv)
{
	struct run_options o = { .blocks = PLAN_BLOCKS_DEFAULT, .seed = -1 };
	const struct cli_option options[] = {
		{ "--arms", "GLOB", "only these arms, e.g. 'gc/worker/*'; may be repeated", CLI_LIST,
			&o.arms, 0, 0 },
		{ "--blocks", "N", "launches of every arm (default 6)", CLI_WHOLE, &o.blocks, 1,
			PLAN_BLOCKS_MAX },
		{ "--seed", "N", "of orders, schedules and loads (default: drawn, and stored)", CLI_WHOLE,
			&o.seed, 0, 9007199254740992.0 },
		{ "--param", "K=V", "a parameter of the probe; may be repeated", CLI_LIST, &o.parameters,
			0, 0 },
		{ "--threshold", "MS", "what counts as a spike (default: the probe's)", CLI_NUMBER,
			&o.threshold_ms, 0.001, 1e6 },
		{ "--no-reruns", NULL, "a block that other load disturbed is not run again", CLI_FLAG, &o.no_reruns, 0, 0 },
		FOREIGN_OPTIONS(o.foreign),
		MEASURE_OPTIONS(o.measure),
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "run PROBE [options]", .options = options,
		.text = "Builds what is stale, launches every arm of PROBE in a fresh browser, block after\n"
			"block, stores each launch, and prints the table.\n\n"
			"--trace ring runs a flight recorder: each arm twice in a block, recorded and untraced. The first\n"
			"episode later than --trigger ends a launch's window, and its trace is kept; without one, none is.\n\n"
			"--guest adds a program that is built already, from any language: arms NAME/worker/churn\n"
			"and so on. docs/PROBES.md, \"Bring your own guest\", says what it must export.", .operands_least = 1,
		.operands_most = 1 };
	struct cli_common common;
	struct err err = { 0 };
	int operands, status;
	measure_defaults(&o.measure);
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		status = cli_fail(&err);
	else if (common.help)
		status = (cli_help(&syntax), CLI_OK);
	else
		status = measure_probe(argv[1], &o, &common);
	cli_texts_release(&o.arms);
	cli_texts_release(&o.parameters);
	cli_texts_release(&o.measure.triggers);
	cli_texts_release(&o.foreign.guests);
	return status;
}
