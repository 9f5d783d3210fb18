#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/measure.h"
#include "run/plan.h"

enum { PLAN_CEILING = 256 * 1024 };

/* FILE, or a name for ROOT/probes/plans/NAME.json. */
static char *plan_path(const char *data_root, const char *operand)
{
	if (strchr(operand, '/') || fs_exists(operand))
		return mem_strdup(operand);
	const char *suffix = strstr(operand, ".json") ? "" : ".json";
	return mem_format("%s/probes/plans/%s%s", data_root, operand, suffix);
}

static struct plan *load_plan(const char *data_root, const char *operand, struct err *err)
{
	struct buf text;
	struct plan *plan = NULL;
	char *path = plan_path(data_root, operand);
	buf_init(&text, PLAN_CEILING);
	if (fs_read(path, PLAN_CEILING, &text, err) == 0)
		plan = plan_parse(path, text.data ? text.data : "", text.length, err);
	buf_release(&text);
	free(path);
	return plan;
}

static uint64_t plan_seed(const struct plan *plan, int64_t option)
{
	if (option >= 0)
		return (uint64_t)option;
	if (plan->has_seed)
		return plan->seed;
	return measure_draw_seed();
}

static int add_runs(struct measure *measure, const struct plan *plan, uint64_t seed,
	struct err *err)
{
	for (size_t i = 0; i < plan->run_count; i++) {
		const struct plan_run *run = &plan->runs[i];
		struct run_request request = { .blocks = run->blocks, .seed = seed,
			.threshold_ms = run->threshold_ms,
			.parameters = (const char *const *)run->parameters,
			.parameter_count = run->parameter_count, .primary = run->primary, .secondary = run->secondary };
		const struct measure_tracing tracing = { .trace = run->trace, .triggers = (const char *const *)run->triggers,
			.trigger_count = run->trigger_count, .ring_mb = run->ring_mb };
		if (measure_add(measure, run->probe, run->arms, run->arm_count, &request, &tracing, err))
			return -1;
	}
	return measure_check_options(measure, err);
}

static int measure_plan(const char *operand, const struct measure_options *options, int64_t seed,
	const struct cli_common *common)
{
	struct measure measure;
	struct err err = { 0 };
	struct plan *plan = NULL;
	int status;
	bool ready = measure_init(&measure, common, options, &err) == 0
		&& (plan = load_plan(measure.data_root, operand, &err)) != NULL;
	if (ready)
		measure.plan = plan->name;
	if (!ready || add_runs(&measure, plan, plan_seed(plan, seed), &err))
		status = cli_fail(&err);
	else
		status = measure_all(&measure);
	measure_release(&measure);
	plan_free(plan);
	return status;
}

int cli_plan(int argc, char **argv)
{
	struct measure_options o;
	int64_t seed = -1;
	const struct cli_option options[] = {
		{ "--seed", "N", "of orders, schedules and loads (default: the plan's, else drawn)",
			CLI_WHOLE, &seed, 0, 9007199254740992.0 },
		MEASURE_OPTIONS(o),
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "plan FILE [options]", .options = options,
		.text = "Makes the runs that FILE lists, one after another, and prints their tables together.\n"
			"A name without a slash is looked for under probes/plans/: wasmograph plan quick\n\n"
			"A run of the plan may say how it is traced; --trace, --trigger and --ring-mb go before that.",
		.operands_least = 1, .operands_most = 1 };
	struct cli_common common;
	struct err err = { 0 };
	int operands, status;
	measure_defaults(&o);
	o.runs_may_say = true;
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		status = cli_fail(&err);
	else if (common.help)
		status = (cli_help(&syntax), CLI_OK);
	else
		status = measure_plan(argv[1], &o, seed, &common);
	cli_texts_release(&o.triggers);
	return status;
}
