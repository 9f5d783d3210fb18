#include "cli/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "probe/arm.h"
#include "probe/registry.h"
#include "report/claims.h"
#include "report/report.h"
#include "run/check.h"

enum { RING_MB_DEFAULT = 64, TRIGGER_MAX_MS = 1000000 };

uint64_t measure_draw_seed(void)
{
	uint64_t seed;
	rng_system(&seed, sizeof(seed));
	return seed >> 16;
}

void measure_defaults(struct measure_options *options)
{
	*options = (struct measure_options){ .browser_mode = "headless", .browser_user = "nobody" };
}

static int check_trace(const char *word, enum schedule_trace *trace, struct err *err)
{
	if (schedule_trace_parse(word ? word : "explain", trace) == 0)
		return 0;
	return err_set(err, ERR_USAGE, "--trace %s: use explain (one more block, traced, which enters no "
		"number), ring (a flight recorder in every block, no headline numbers), all (every launch is traced, and "
		"there are no headline numbers) or off", word);
}

static int check_format(const char *word, enum trace_format *format, struct err *err)
{
	*format = word ? trace_format_named(word) : TRACE_FORMAT_PROTOBUF;
	if (*format != TRACE_FORMAT_UNKNOWN)
		return 0;
	return err_set(err, ERR_USAGE, "--trace-format %s: use protobuf or json", word);
}

/* What would be dropped without a word is refused. `ring`: there is a run with a flight recorder; `whole`: one that is traced otherwise. */
static int check_dropped(const struct measure_options *options, bool ring, bool whole, struct err *err)
{
	if (ring && options->trace_format && trace_format_named(options->trace_format) != TRACE_FORMAT_PROTOBUF)
		return err_set(err, ERR_USAGE, "--trace ring records protobuf: Chromium would take seconds to make JSON of a ring");
	if (ring && !whole && options->trace_buffer_kb != 0)
		return err_set(err, ERR_USAGE, "--trace-buffer: a ring's size is --ring-mb");
	if (!ring && (options->triggers.count || options->ring_mb))
		return err_set(err, ERR_USAGE, "--trigger and --ring-mb are of a flight recorder: add --trace ring");
	if (ring || whole)
		return 0;
	if (options->trace_buffer_kb != 0)
		return err_set(err, ERR_USAGE, "--trace-buffer says how much a trace may hold, and --trace off records none");
	if (options->trace_format)
		return err_set(err, ERR_USAGE, "--trace-format says how a trace is recorded, and --trace off records none");
	return 0;
}

static bool is_whole(enum schedule_trace trace)
{
	return trace == SCHEDULE_TRACE_EXPLAIN || trace == SCHEDULE_TRACE_ALL;
}

static int check_used(const char *of, const char *whose, const char *const *texts, size_t count, const bool *used,
	struct err *err)
{
	for (size_t t = 0; t < count; t++) {
		if (!used[t])
			return err_set(err, ERR_USAGE, "%s %s: no arm of %s has a name like that", of, texts[t], whose);
	}
	return 0;
}

static int check_triggers_used(const struct measure *measure, const char *whose, struct err *err)
{
	const struct cli_texts *given = &measure->options.triggers;
	return check_used("--trigger", whose, given->items, given->count, measure->triggers_used, err);
}

int measure_check_options(const struct measure *measure, struct err *err)
{
	bool ring = false, whole = false;
	for (size_t i = 0; i < measure->run_count; i++) {
		ring |= measure->runs[i].request.trace == SCHEDULE_TRACE_RING;
		whole |= is_whole(measure->runs[i].request.trace);
	}
	return check_dropped(&measure->options, ring, whole, err)
		|| check_triggers_used(measure, "a run with a flight recorder", err) ? -1 : 0;
}

int measure_init(struct measure *measure, const struct cli_common *common,
	const struct measure_options *options, struct err *err)
{
	*measure = (struct measure){ .common = common, .options = *options };
	log_init(&measure->log, common->quiet);
	measure->triggers_used = mem_alloc_zero(options->triggers.count + 1, sizeof *measure->triggers_used);
	if (check_trace(options->trace, &measure->trace, err)
	    || check_format(options->trace_format, &measure->trace_format, err)
	    || (!options->runs_may_say
		    && check_dropped(options, measure->trace == SCHEDULE_TRACE_RING, is_whole(measure->trace), err)))
		return -1;
	measure->data_root = registry_root(common->data, err);
	return measure->data_root ? 0 : -1;
}

void measure_release(struct measure *measure)
{
	for (size_t i = 0; i < measure->run_count; i++) {
		probe_free(measure->runs[i].probe);
		free(measure->runs[i].arms);
		free(measure->runs[i].triggers_ms);
	}
	free(measure->runs);
	free(measure->triggers_used);
	free(measure->data_root);
}

static int select_arms(struct measure_run *run, const char *const *globs, size_t glob_count,
	struct err *err)
{
	run->arms = mem_alloc_zero(run->probe->arm_count + 1, sizeof(*run->arms));
	if (probe_select_arms(run->probe, globs, glob_count, run->arms, &run->request.arm_count, err))
		return -1;
	run->request.arms = run->arms;
	run->request.probe = run->probe;
	if (run->request.threshold_ms == 0)
		run->request.threshold_ms = run->probe->threshold_ms;
	return 0;
}

/* Calls have no slow samples to explain, so that they are traced only when that is asked for: and refused. */
static int choose_trace(const struct measure *measure, struct measure_run *run, const struct measure_tracing *tracing,
	struct err *err)
{
	run->request.trace = measure->trace;
	if (measure->options.trace)
		return 0;
	if (tracing->trace)
		return check_trace(tracing->trace, &run->request.trace, err);
	if (run->probe->kind == PROBE_CALLS)
		run->request.trace = SCHEDULE_TRACE_OFF;
	return 0;
}

static struct measure_run *append(struct measure *measure, const struct run_request *request)
{
	measure->runs = mem_resize(measure->runs, measure->run_count + 1, sizeof(*measure->runs));
	struct measure_run *run = &measure->runs[measure->run_count++];
	*run = (struct measure_run){ .request = *request };
	return run;
}

static int buffer_kb(const struct measure *measure, enum schedule_trace trace, const struct measure_tracing *tracing)
{
	int64_t ring_mb = measure->options.ring_mb ? measure->options.ring_mb : tracing->ring_mb ? tracing->ring_mb : RING_MB_DEFAULT;
	return (int)(trace == SCHEDULE_TRACE_RING ? 1024 * ring_mb : measure->options.trace_buffer_kb);
}

/* "MS", or "GLOB=MS": what stands behind the last "=", for arms have them in their names. `of` says whose word it is. */
static int read_trigger(const char *of, const char *text, struct measure_run *run, bool *used, struct err *err)
{
	const char *equals = strrchr(text, '=');
	char *glob = equals ? mem_strndup(text, (size_t)(equals - text)) : NULL, *end;
	const char *number = equals ? equals + 1 : text;
	double ms = strtod(number, &end);
	int result = 0;
	if (end == number || *end || !(ms >= run->request.threshold_ms && ms <= TRIGGER_MAX_MS))
		result = err_set(err, ERR_USAGE, "%s %s: must be a number of ms, or GLOB=MS, from the threshold (%g; see --threshold) to "
			"%d", of, text, run->request.threshold_ms, TRIGGER_MAX_MS);
	for (size_t i = 0; i < run->request.arm_count && !result; i++) {
		bool wanted = !glob || arm_matches(glob, run_request_arm(&run->request, i)->name);
		*used |= wanted;
		if (wanted)
			run->triggers_ms[i] = ms;
	}
	free(glob);
	return result;
}

/* `used`: of each text, whether it named an arm of a run so far. */
static int take_triggers(const char *of, const char *const *texts, size_t count, struct measure_run *run, bool *used,
	struct err *err)
{
	for (size_t t = 0; t < count; t++) {
		if (read_trigger(of, texts[t], run, &used[t], err))
			return -1;
	}
	return 0;
}

/* The later one holds where two name an arm. */
static int choose_triggers(const struct measure *measure, struct measure_run *run, const struct measure_tracing *tracing,
	double usual_ms, struct err *err)
{
	const struct cli_texts *given = &measure->options.triggers;
	if (run->request.trace != SCHEDULE_TRACE_RING)
		return 0;
	run->triggers_ms = mem_alloc_zero(run->request.arm_count + 1, sizeof *run->triggers_ms);
	run->request.triggers_ms = run->triggers_ms;
	for (size_t i = 0; i < run->request.arm_count; i++)
		run->triggers_ms[i] = usual_ms;
	bool *own_used = mem_alloc_zero(tracing->trigger_count + 1, sizeof *own_used);
	bool failed = take_triggers("trigger_ms", tracing->triggers, tracing->trigger_count, run, own_used, err)
		|| check_used("trigger_ms", "the run", tracing->triggers, tracing->trigger_count, own_used, err)
		|| take_triggers("--trigger", given->items, given->count, run, measure->triggers_used, err)
		|| (!measure->plan && check_triggers_used(measure, "the run", err));
	free(own_used);
	return failed ? -1 : 0;
}

static const struct measure_tracing says_nothing = { .trace = NULL };

int measure_add(struct measure *measure, const char *probe, const char *const *globs,
	size_t glob_count, const struct run_request *request, const struct measure_tracing *tracing, struct err *err)
{
	struct measure_run *run = append(measure, request);
	const struct measure_tracing *own = tracing ? tracing : &says_nothing;
	run->request.trace_format = measure->trace_format;
	run->probe = registry_probe(measure->data_root, probe, err);
	if (!run->probe || (measure->foreign
		    && foreign_add(run->probe, measure->data_root, measure->foreign, err))
	    || select_arms(run, globs, glob_count, err))
		return -1;
	if (choose_trace(measure, run, own, err) || choose_triggers(measure, run, own, run->request.threshold_ms, err))
		return -1;
	run->request.trace_buffer_kb = buffer_kb(measure, run->request.trace, own);
	return run_check(&run->request, measure->data_root, err);
}

int measure_add_ready(struct measure *measure, const struct run_request *request, double trigger_ms, struct err *err)
{
	struct measure_run *run = append(measure, request);
	if (request->trace == SCHEDULE_TRACE_RING)
		run->request.trace_buffer_kb = buffer_kb(measure, request->trace, &says_nothing);
	return choose_triggers(measure, run, &says_nothing, trigger_ms, err)
		|| run_check(&run->request, measure->data_root, err) ? -1 : 0;
}

static void print_summaries(const struct measure *measure, const struct summary *summaries,
	size_t count)
{
	if (!measure->common->json) {
		report_text(stdout, summaries, count);
		return;
	}
	cli_print_json(stdout, measure->plan ? report_plan_json(measure->plan, summaries, count)
		: report_json(&summaries[0]));
}

static size_t arms_without_launches(const struct summary *summary)
{
	size_t count = 0;
	bool all_traced = summary_is_traced_only(summary);
	for (size_t i = 0; i < summary->arm_count; i++) {
		const struct summary_arm *arm = &summary->arms[i];
		count += (all_traced ? arm->traced.launches : arm->launches) == 0;
	}
	return count;
}

/* Reads the runs back from the store, so that what is printed is what is kept. */
static int show_tables(struct measure *measure, struct store *store, struct err *err)
{
	struct summary *summaries = mem_alloc_zero(measure->run_count + 1, sizeof(*summaries));
	size_t count = 0;
	int status = 0;
	for (size_t i = 0; i < measure->run_count && !status; i++) {
		struct measure_run *run = &measure->runs[i];
		if (!run->result.id[0])
			continue;
		status = summary_load(store, run->result.id, run->probe, summary_floor(summaries, count),
			&summaries[count], err);
		count += !status;
		if (!status)
			run->arms_without_valid = arms_without_launches(&summaries[count - 1]);
		if (!status)
			status = claims_keep(store, &summaries[count - 1], err);
	}
	if (!status && count)
		print_summaries(measure, summaries, count);
	for (size_t i = 0; i < count; i++)
		summary_release(&summaries[i]);
	free(summaries);
	return status;
}

static int exit_status(const struct measure *measure)
{
	for (size_t i = 0; i < measure->run_count; i++) {
		if (measure->runs[i].result.interrupted)
			return CLI_INTERRUPTED;
	}
	for (size_t i = 0; i < measure->run_count; i++) {
		if (measure->runs[i].arms_without_valid)
			return CLI_NO_VALID_LAUNCH;
	}
	return CLI_OK;
}

static int execute(struct measure *measure, struct session *session, struct err *err)
{
	char plan_id[STORE_RUN_ID_SIZE];
	if (measure->plan)
		store_run_new_id(measure->plan, plan_id);
	for (size_t i = 0; i < measure->run_count; i++) {
		struct measure_run *run = &measure->runs[i];
		run->request.plan = measure->plan;
		run->request.plan_id = measure->plan ? plan_id : NULL;
		if (run_execute(session, &run->request, &run->result, err))
			return -1;
		if (run->result.interrupted)
			return 0;
	}
	return 0;
}

int measure_open(struct measure *measure, const char *label, struct session *session, struct err *err)
{
	struct session_options options = { .data_root = measure->data_root,
		.results = measure->common->results, .browser = measure->options.browser,
		.browser_user = measure->options.browser_user, .cpus = measure->options.cpus, .wait = measure->options.wait,
		.label = label, .log = &measure->log };
	if (browser_mode_parse(measure->options.browser_mode, &options.mode))
		return err_set(err, ERR_USAGE, "--browser-mode %s: use headless, shell or headed",
			measure->options.browser_mode);
	return session_open(session, &options, err);
}

int measure_all(struct measure *measure)
{
	struct session session;
	struct err err = { 0 }, shown = { 0 };
	const char *label = measure->plan ? measure->plan : measure->runs[0].request.probe->name;
	if (measure_open(measure, label, &session, &err))
		return cli_fail(&err);
	int failed = execute(measure, &session, &err);
	log_close_progress(&measure->log);
	int unshown = measure->show ? measure->show(measure, session.store, measure->show_context, &shown)
		: show_tables(measure, session.store, &shown);
	session_close(&session);
	if (failed)
		return cli_fail(&err);
	return unshown ? cli_fail(&shown) : exit_status(measure);
}
