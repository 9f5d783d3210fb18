#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/measure.h"
#include "cli/stored.h"
#include "report/original.h"
#include "report/reproduction_json.h"
#include "report/reproduction_text.h"
#include "report/text_traced.h"
#include "run/reproduce.h"

/* Each launch reads the run again, and traces take tens of MB. */
enum { LAUNCHES_DEFAULT = 20, LAUNCHES_WITH_TIMES = 100, LAUNCHES_MAX = 1000 };

struct request {
	struct measure_options measure;
	const char *probe, *without;
	int64_t launches, times; /* 0: not given */
};

/* One call of the command. */
struct reproduce {
	const struct request *request;
	const struct cli_common *common;
	struct original original;
	struct reproduce_options options;
	struct reproduce_plan plan;
	struct measure measure;
	char *cpus;              /* of the original's run */
};

static int load_original(struct reproduce *own, const char *address, struct err *err)
{
	struct stored stored;
	if (stored_open(&stored, own->common, address, err))
		return -1;
	int result = original_load(stored.store, &stored.address, &own->original, err);
	stored_release(&stored);
	return result;
}

/* ---- after each launch ---- */

/* Between windows: false when it came back often enough. What cannot be read now cannot be judged either, and is told when
 * the run is over. */
static bool on_stored(struct store *store, const char *run, int launch, void *context)
{
	struct reproduce *own = context;
	struct reproduction made;
	struct err err = { .code = ERR_NONE };
	if (reproduction_load(store, run, &made, &err)) {
		log_error(&own->measure.log, "%s", err.text);
		return false;
	}
	char *text = reproduction_text_launch(&made, launch);
	if (text)
		log_note(&own->measure.log, "%s", text);
	bool goes_on = !reproduction_is_enough(&made);
	free(text);
	reproduction_release(&made);
	return goes_on;
}

/* ---- the whole ---- */

/* What recording costs is told with every run that records. */
static int show_costs(struct store *store, const char *run, struct err *err)
{
	struct summary summary;
	if (summary_load(store, run, NULL, NAN, &summary, err))
		return -1;
	text_traced_recorder(stdout, &summary);
	summary_release(&summary);
	return 0;
}

static int show(const struct measure *measure, struct store *store, void *context, struct err *err)
{
	int result = 0;
	struct measure_run *run = &measure->runs[0];
	struct reproduction made;
	(void)context;
	if (!run->result.id[0])
		return 0;
	if (reproduction_load(store, run->result.id, &made, err))
		return -1;
	run->arms_without_valid = made.arms[REPRODUCTION_SAME].launches == 0;
	if (measure->common->json)
		cli_print_json(stdout, reproduction_json(&made));
	else
		reproduction_text(stdout, &made);
	if (!measure->common->json && made.is_recorded)
		result = show_costs(store, run->result.id, err);
	reproduction_release(&made);
	return result;
}

/* The browser that it was, unless another is given, or it is there no more. */
static void choose_browser(struct reproduce *own)
{
	struct measure_options *options = &own->measure.options;
	const struct json *browser = json_get(own->original.run.environment, "browser");
	const char *path = json_text(browser, "path", NULL);
	if (!options->browser && path && fs_exists(path))
		options->browser = path;
	if (!options->browser_mode)
		options->browser_mode = json_text(browser, "mode", "headless");
}

/* "browser=1,daemon=0", as it was given then; NULL: it was not. */
static char *cpus_then(const struct original *original)
{
	const struct json *cpus = json_get(original->run.environment, "cpus_asked");
	const char *browser = json_text(cpus, "browser", NULL), *daemon = json_text(cpus, "daemon", NULL);
	if (!browser && !daemon)
		return NULL;
	return mem_format("%s%s%s%s%s", browser ? "browser=" : "", browser ? browser : "", browser && daemon ? "," : "",
		daemon ? "daemon=" : "", daemon ? daemon : "");
}

static void choose_cpus(struct reproduce *own)
{
	struct measure_options *options = &own->measure.options;
	own->cpus = cpus_then(&own->original);
	if (!options->cpus)
		options->cpus = own->cpus;
}

static void choose_numbers(struct reproduce *own)
{
	const struct request *request = own->request;
	int64_t most = request->launches ? request->launches
		: request->times ? LAUNCHES_WITH_TIMES : LAUNCHES_DEFAULT;
	own->options = (struct reproduce_options){ .probe = request->probe, .launches = (int)most,
		.times = (int)request->times, .without = request->without, .is_recorded = own->measure.trace == SCHEDULE_TRACE_RING,
		.trace_buffer_kb = (int)request->measure.trace_buffer_kb,
		.trace_format = own->measure.trace_format };
}

/* What a recurrence needs; it cannot be on time. */
static double trigger_ms(const struct original *original)
{
	const struct recurrence_target target = { .length_ms = original->episode->length_ms };
	return fmax(recurrence_least_ms(&target), original->run.threshold_ms);
}

static int check_trace(const struct reproduce *own, struct err *err)
{
	enum schedule_trace trace = own->measure.trace;
	if (trace != SCHEDULE_TRACE_ALL && trace != SCHEDULE_TRACE_RING)
		return err_set(err, ERR_USAGE, "--trace %s: what is not traced has no cause; use all (default) or ring",
			schedule_trace_name(trace));
	if (trace == SCHEDULE_TRACE_RING && own->request->without)
		return err_set(err, ERR_USAGE, "--trace ring and --without: what is compared is the number of episodes in whole windows, and a "
			"recorder ends each with its first");
	return 0;
}

static int prepare(struct reproduce *own, const char *address, struct err *err)
{
	struct measure *measure = &own->measure;
	const struct request *asked = own->request;
	if (asked->times > 0 && asked->launches > 0 && asked->times > asked->launches)
		return err_set(err, ERR_USAGE, "--times %d: it cannot come back so often in %d launches (--launches)",
			(int)asked->times, (int)asked->launches);
	if (asked->times > 0 && asked->without)
		return err_set(err, ERR_USAGE, "--times and --without: how often it goes needs a fixed number of blocks (--launches)");
	if (measure_init(measure, own->common, &asked->measure, err) || check_trace(own, err) || load_original(own, address, err))
		return -1;
	choose_browser(own);
	choose_cpus(own);
	choose_numbers(own);
	if (reproduce_plan_make(measure->data_root, &own->original, &own->options, &own->plan, err))
		return -1;
	struct run_request request = reproduce_plan_request(&own->plan, &own->original, &own->options);
	request.on_stored = on_stored;
	request.on_stored_context = own;
	measure->show = show;
	return measure_add_ready(measure, &request, trigger_ms(&own->original), err);
}

static int reproduce(const char *address, const struct request *request, const struct cli_common *common)
{
	struct reproduce own = { .request = request, .common = common };
	struct err err = { .code = ERR_NONE };
	int status = prepare(&own, address, &err) ? cli_fail(&err) : measure_all(&own.measure);
	measure_release(&own.measure);
	reproduce_plan_release(&own.plan);
	original_release(&own.original);
	free(own.cpus);
	return status;
}

int cli_reproduce(int argc, char **argv)
{
	struct request request = { .times = 0 };
	struct measure_options *o = &request.measure;
	const struct cli_option options[] = {
		{ "--launches", "N", "launches of its arm (default 20; with --times at most, default 100)", CLI_WHOLE,
			&request.launches, 1, LAUNCHES_MAX },
		{ "--times", "K", "stop when it came back in K launches", CLI_WHOLE, &request.times, 1, LAUNCHES_MAX },
		{ "--without", "CAUSE", "each block again with the cause switched off: does it go?", CLI_TEXT, &request.without,
			0, 0 },
		{ "--probe", "FOLDER", "the probe, when it is not one of ours", CLI_TEXT, &request.probe, 0, 0 },
		{ "--browser", "PATH", "the browser to drive (default: the one of that run)", CLI_TEXT, &o->browser, 0, 0 },
		{ "--browser-mode", "MODE", "headless, shell or headed (default: as in that run)", CLI_TEXT, &o->browser_mode,
			0, 0 },
		{ "--browser-user", "NAME", "who runs it when we are root (default nobody)", CLI_TEXT, &o->browser_user, 0, 0 },
		{ "--cpus", "browser=LIST,daemon=LIST", "which processors each may use (default: as in that run)", CLI_TEXT,
			&o->cpus, 0, 0 },
		{ "--trace", "WHEN", "all (default): whole windows; ring: each up to its first long episode", CLI_TEXT, &o->trace, 0, 0 },
		{ "--trigger", "MS", "with ring: how long (default: what a recurrence needs); or GLOB=MS", CLI_LIST, &o->triggers,
			0, 0 },
		{ "--ring-mb", "MB", "with ring: what it holds before the oldest is overwritten (default 64)", CLI_WHOLE, &o->ring_mb, 1,
			REQUEST_RING_MB_MAX },
		{ "--trace-buffer", "KB", "the browser's trace buffer (default: as in that run)", CLI_WHOLE,
			&o->trace_buffer_kb, 1, 4e6 },
		MEASURE_FORMAT_OPTION(*o),
		{ "--wait", NULL, "queue while another measurement runs on this machine", CLI_FLAG, &o->wait, 0, 0 },
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "reproduce ADDRESS [options]", .options = options,
		.text = "Measures the arm of a slow message again: the same bytes of its guest, parameters, threshold and\n"
			"seed, every launch traced, and beside each launch one of the same guest at rest. Says in how many\n"
			"launches an episode of the same largest cause and at least half the length came back, how often\n"
			"that happens at rest, and what differs between then and now when it does not.\n\n"
			"ADDRESS is RUN:LAUNCH:SAMPLE, or RUN:LAUNCH for that launch's worst episode.",
		.operands_least = 1, .operands_most = 1 };
	struct cli_common common;
	struct err err = { .code = ERR_NONE };
	int operands;
	measure_defaults(o);
	o->browser_mode = NULL;
	o->trace = "all";
	int status;
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		status = cli_fail(&err);
	else if (common.help)
		status = (cli_help(&syntax), CLI_OK);
	else
		status = reproduce(argv[1], &request, &common);
	cli_texts_release(&o->triggers);
	return status;
}
