#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "run/describe.h"
#include "run/guests.h"
#include "run/harness.h"
#include "run/keep.h"
#include "run/launch.h"
#include "run/recording.h"
#include "run/resume.h"
#include "run/ticks_keep.h"

enum { START_FAILURES_TO_END = 3 };

struct run {
	struct session *session;
	const struct run_request *request;
	struct run_result *result;
	struct guest_set guests;
	struct json **parameters;  /* by position in request->arms */
	struct json **flags;       /* of the browser, likewise */
	struct harness *harness;
	struct schedule *schedule;
	int numbers_lost;          /* to launches of a resumed run that were abandoned */
	bool any_started;
	int start_failures;
	struct err start_failure;  /* the last one */
	struct err fatal;
	bool has_asked;            /* whether a block beyond the sure ones is wanted */
	bool is_enough;            /* who asked for the run wants no more launches */

	/* The launch under way. */
	struct schedule_slot slot;
	struct launch_spec spec;
	struct launch *launch;
	int64_t launch_row;
	char *scratch, *staging, *trace_path, *ticks_path; /* absolute */
	const char **trace_categories; /* of a captured trace */
	int log_fd;
};

static void next_launch(void *context);

/* ---- before the first launch ---- */

static int insert_row(struct run *run, struct err *err)
{
	const struct run_request *request = run->request;
	struct store_run row = { .probe = request->probe->name, .plan = (char *)request->plan,
		.plan_id = (char *)request->plan_id, .seed = request->seed,
		.threshold_ms = request->threshold_ms, .blocks = request->blocks,
		.spec = describe_spec(request, &run->guests, run->parameters),
		.environment = describe_environment(run->session),
		.state = "running" };
	store_run_new_id(request->probe->name, row.id);
	int result = store_run_insert(run->session->store, &row, err);
	if (!result)
		snprintf(run->result->id, sizeof(run->result->id), "%s", row.id);
	json_free(row.spec);
	json_free(row.environment);
	return result;
}

/* The row is there, and so are launches: the schedule gives the others. */
static int take_up(struct run *run, struct err *err)
{
	const struct run_request *request = run->request;
	struct store *store = run->session->store;
	struct store_launch *launches;
	struct resume resume;
	size_t count;
	if (store_launches(store, request->resumes, &launches, &count, err))
		return -1;
	int result = resume_schedule(launches, count, request, run->schedule, &resume, err);
	store_launches_free(launches, count);
	if (result || store_run_resume(store, request->resumes, err))
		return -1;
	snprintf(run->result->id, sizeof(run->result->id), "%s", request->resumes);
	run->numbers_lost = resume.taken - resume.stand;
	run->any_started = resume.stand > 0;
	run->has_asked = resume.block > request->sure_blocks;
	return 0;
}

/* That a guest does not build may be what a probe of calls is there to show: its page is told. */
static bool is_about_failure(const struct probe *probe, const struct probe_arm *arm)
{
	return probe->kind == PROBE_CALLS && probe->guests[arm->guest_index].expect_failure;
}

static void stop_arms_without_guest(struct run *run)
{
	for (size_t i = 0; i < run->request->arm_count; i++) {
		const struct probe_arm *arm = run_request_arm(run->request, i);
		const struct guest_build *build = guest_set_build(&run->guests, arm);
		if (build && build->failed && !is_about_failure(run->request->probe, arm))
			schedule_stop_arm(run->schedule, i);
	}
}

static void limit_determinate_arms(struct run *run)
{
	for (size_t i = 0; i < run->request->arm_count; i++) {
		if (run_request_arm(run->request, i)->determinate)
			schedule_limit_arm(run->schedule, i, run->request->determinate_launches);
	}
}

/* The probe's flags and the arm's own. */
static void take_flags(struct run *run)
{
	const struct run_request *request = run->request;
	const struct json *common = request->probe->browser_flags;
	run->flags = mem_alloc_zero(request->arm_count, sizeof(struct json *));
	for (size_t i = 0; i < request->arm_count; i++) {
		run->flags[i] = common ? json_copy(common) : json_new_array();
		if (request->arm_flags && request->arm_flags[i])
			json_append(run->flags[i], json_new_text(request->arm_flags[i]));
	}
}

static int prepare(struct run *run, struct err *err)
{
	struct session *session = run->session;
	const struct run_request *request = run->request;
	run->parameters = mem_alloc_zero(request->arm_count, sizeof(struct json *));
	take_flags(run);
	for (size_t i = 0; i < request->arm_count; i++) {
		run->parameters[i] = probe_parameters(request->probe, run_request_arm(run->request, i), request->parameters,
			request->parameter_count, err);
		if (!run->parameters[i])
			return -1;
	}
	if (guest_set_make(&run->guests, session->options.data_root, request->probe, request->arms,
		request->arm_count, request->kept_builds, session->store, session->options.log, err))
		return -1;
	run->harness = harness_new(session->loop, session->options.data_root, err);
	if (!run->harness)
		return -1;
	run->schedule = schedule_new(request->seed, request->arm_count, request->blocks,
		request->trace, !request->no_reruns);
	stop_arms_without_guest(run);
	limit_determinate_arms(run);
	return request->resumes ? take_up(run, err) : insert_row(run, err);
}

/* ---- one launch ---- */

static void end_run(struct run *run, const struct err *why)
{
	if (why && run->fatal.code == ERR_NONE)
		run->fatal = *why;
	loop_stop(run->session->loop);
}

/* "block 3/6", "block 3/6 (rerun)", "traced block". */
static char *block_text(const struct run *run)
{
	const struct schedule_slot *slot = &run->slot;
	if (slot->block > run->request->blocks)
		return mem_strdup("traced block");
	return mem_format("block %d/%d%s%s", slot->block, run->request->blocks,
		slot->attempt > 1 ? " (rerun)" : "", slot->traced ? " (traced)" : "");
}

static int launches_planned(const struct run *run)
{
	return schedule_total(run->schedule) + run->numbers_lost;
}

static void on_state(enum launch_state state, void *context)
{
	struct run *run = context;
	struct log *log = run->session->options.log;
	if (!log->terminal)
		return;
	char *block = block_text(run);
	log_progress(log, "[%d/%d] %s  %s  %s", run->slot.number, launches_planned(run), block,
		run->spec.arm->name, launch_state_name(state));
	free(block);
}

static void on_process(pid_t supervisor, pid_t browser, uint64_t start_ticks, void *context)
{
	struct run *run = context;
	struct err err = { 0 };
	if (store_launch_process(run->session->store, run->launch_row, supervisor, browser,
		start_ticks, &err)) {
		run->fatal = err;
		launch_abort(run->launch);
	}
}

static void discard_launch(struct run *run)
{
	struct err err = { 0 };
	fs_remove_tree(run->staging, NULL);
	if (store_launch_abandon(run->session->store, run->launch_row, &err))
		end_run(run, &err);
}

static void tell_outcome(struct run *run, const struct outcome *outcome)
{
	struct log *log = run->session->options.log;
	char *block = block_text(run);
	if (outcome->outcome == STORE_VALID && run->request->probe->kind == PROBE_CALLS)
		log_progress(log, "[%d/%d] %s  %s  measured", run->slot.number, launches_planned(run), block,
			run->spec.arm->name);
	else if (outcome->outcome == STORE_VALID)
		log_progress(log, "[%d/%d] %s  %s  P95 %.2f ms, worst %.1f ms, %zu episode%s",
			run->slot.number, launches_planned(run), block, run->spec.arm->name,
			outcome->summary.response_p95, outcome->summary.response_worst,
			outcome->summary.episodes, outcome->summary.episodes == 1 ? "" : "s");
	else /* the first line: the page's call stack below it is for `show` */
		log_note(log, "[%d/%d] %s  %s  %s: %.*s", run->slot.number, launches_planned(run), block,
			run->spec.arm->name, store_outcome_name(outcome->outcome),
			(int)strcspn(outcome->reason, "\n"), outcome->reason);
	free(block);
}

/* A browser that never comes up in any launch is the environment's fault, not an arm's. */
static void fail_start(struct run *run)
{
	if (run->fatal.code == ERR_NONE)
		err_set(&run->fatal, ERR_ENVIRONMENT, "the browser %s never started (tried %d times): %s (its "
			"output: %s/%s/%04d/browser.log)", run->session->program.path, run->start_failures,
			run->start_failure.text, run->session->options.results, run->result->id,
			run->slot.number);
}

static void count_start(struct run *run, const struct launch_record *record)
{
	run->any_started |= record->ready;
	if (run->any_started)
		return;
	run->start_failure = record->failure;
	if (++run->start_failures < START_FAILURES_TO_END)
		return;
	fail_start(run);
	end_run(run, NULL);
}

static const struct probe_capture *captured_trace(const struct run *run)
{
	return captures_find(&run->spec.probe->captures, PROBE_CAPTURE_TRACE, run->spec.arm->name);
}

static void keep(struct run *run, const struct launch_record *record)
{
	struct outcome outcome;
	struct err err = { 0 };
	struct keep_input input = { .store = run->session->store, .launch_row = run->launch_row,
		.spec = &run->spec, .record = record, .staging = run->staging,
		.trace_buffer_kb = run->request->trace_buffer_kb,
		.trace_format = run->request->trace_format, .trace_categories = run->trace_categories,
		.has_captured_trace = captured_trace(run) };
	input.upload = harness_upload(run->harness, &input.upload_length);
	if (keep_launch(&input, &outcome, &err)) {
		outcome_release(&outcome);
		fs_remove_tree(run->staging, NULL);
		end_run(run, &err);
		return;
	}
	schedule_report(run->schedule, resume_result_of(store_outcome_name(outcome.outcome)));
	tell_outcome(run, &outcome);
	outcome_release(&outcome);
	count_start(run, record);
	const struct run_request *request = run->request;
	run->is_enough = request->on_stored && !request->on_stored(run->session->store, run->result->id,
		run->slot.number, request->on_stored_context);
}

static void release_launch(struct run *run)
{
	launch_free(run->launch);
	harness_end(run->harness);
	if (run->log_fd >= 0)
		close(run->log_fd);
	free(run->scratch);
	free(run->staging);
	free(run->trace_path);
	free(run->ticks_path);
	free(run->trace_categories);
	run->launch = NULL;
	run->scratch = NULL;
	run->staging = NULL;
	run->trace_path = NULL;
	run->ticks_path = NULL;
	run->trace_categories = NULL;
	run->log_fd = -1;
}

static void after_launch(void *context)
{
	struct run *run = context;
	const struct launch_record *record = launch_record(run->launch);
	if (!record->clean)
		log_note(run->session->options.log, "launch %d: its supervisor ended without saying that nothing "
			"is left; look into %s", run->slot.number, run->scratch);
	if (record->aborted)
		discard_launch(run);
	else
		keep(run, record);
	release_launch(run);
	next_launch(run);
}

static void on_done(void *context)
{
	struct run *run = context;
	loop_defer(run->session->loop, after_launch, run);
}

static void make_spec(struct run *run)
{
	const struct probe_arm *arm = run_request_arm(run->request, run->slot.arm);
	run->spec = (struct launch_spec){ .probe = run->request->probe, .arm = arm,
		.parameters = run->parameters[run->slot.arm], .browser_flags = run->flags[run->slot.arm],
		.guest = guest_set_build(&run->guests, arm),
		.toolchain = guest_set_toolchain(&run->guests, arm), .run = run->result->id,
		.seed = run->request->seed, .block = run->slot.block, .number = run->slot.number,
		.threshold_ms = run->request->threshold_ms, .traced = run->slot.traced,
		.trigger_ms = run->request->triggers_ms ? run->request->triggers_ms[run->slot.arm] : 0,
		.trigger_is_length = run->request->triggers_are_lengths };
}

/* Where isolation is what is varied: parameters "coop" and "coep" of the value "off" leave that header out. */
static void isolate(struct run *run)
{
	const struct json *parameters = run->spec.parameters;
	harness_isolate(run->harness, strcmp(json_text(parameters, "coop", "on"), "off") != 0,
		strcmp(json_text(parameters, "coep", "on"), "off") != 0);
}

static int open_harness(struct run *run, struct err *err)
{
	struct json *manifest = launch_spec_manifest(&run->spec);
	char *text = json_print(manifest, true);
	int result = harness_begin(run->harness, run->request->probe, run->spec.guest, text, err);
	if (!result && !run->request->probe->isolation_required)
		isolate(run);
	free(text);
	json_free(manifest);
	return result;
}

/* HHMMSS-xxxx-N of the run's id: short, because the browser puts a socket beneath it, and a
 * socket's path holds 107 bytes (unix(7)). */
static char *scratch_name(const struct run *run)
{
	const char *id = run->result->id;
	return mem_format("%.6s-%s-%d", id + strlen("YYYYMMDDT"), strrchr(id, '-') + 1,
		run->slot.number);
}

static int open_folders(struct run *run, struct err *err)
{
	char *name = mem_format("%s-%d", run->result->id, run->slot.number);
	char *short_name = scratch_name(run);
	char *root = browser_scratch_root();
	run->scratch = fs_join(root, short_name);
	run->staging = fs_join3(store_folder(run->session->store), ".incoming", name);
	free(root);
	free(name);
	free(short_name);
	/* Of a process that was killed before its launch had a row: a resumed run gives the number again. */
	fs_remove_tree(run->staging, NULL);
	if (fs_make_folders(run->staging, 0755, err))
		return -1;
	char *path = fs_join(run->staging, "browser.log");
	run->log_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	if (run->log_fd < 0)
		err_set_errno(err, ERR_IO, errno, "cannot create %s", path);
	free(path);
	return run->log_fd < 0 ? -1 : 0;
}

static int insert_launch(struct run *run, struct err *err)
{
	struct store_launch_plan plan = { .run = run->result->id, .number = run->slot.number,
		.block = run->slot.block, .attempt = run->slot.attempt, .arm = run->spec.arm->name,
		.build = run->spec.guest ? run->spec.guest->id : NULL, .traced = run->slot.traced,
		.scratch = run->scratch,
		.staging = run->staging + strlen(store_folder(run->session->store)) + 1 };
	return store_launch_insert(run->session->store, &plan, &run->launch_row, err);
}

static int begin_launch(struct run *run, struct err *err)
{
	struct launch_options options = { .loop = run->session->loop, .harness = run->harness,
		.program = &run->session->program, .user = &run->session->user, .cpus = session_browser_cpus(run->session), .spec = &run->spec };
	make_spec(run);
	if (open_harness(run, err) || open_folders(run, err) || insert_launch(run, err))
		return -1;
	const struct probe_capture *captured = captured_trace(run);
	run->trace_path = fs_join(run->staging, recording_raw_name(run->request->trace_format));
	run->trace_categories = recording_categories_with(captured ? captured->categories : NULL);
	struct tracer_options trace = { .categories = run->trace_categories,
		.buffer_kb = run->request->trace_buffer_kb, .format = run->request->trace_format,
		.ring = run->request->trace == SCHEDULE_TRACE_RING, .path = run->trace_path };
	options.trace = run->slot.traced || captured ? &trace : NULL;
	run->ticks_path = fs_join(run->staging, TICKS_RAW_NAME);
	options.ticks_path = run->slot.traced ? run->ticks_path : NULL;
	options.staging = run->staging;
	options.scratch = run->scratch;
	options.log_fd = run->log_fd;
	options.events = (struct launch_events){ .on_state = on_state, .on_process = on_process,
		.on_done = on_done, .context = run };
	run->launch = launch_start(&options, err);
	if (run->launch)
		return 0;
	discard_launch(run);
	return -1;
}

/* Asks once, when the first block comes that is not sure to be made. */
static bool may_go_on(struct run *run)
{
	const struct run_request *request = run->request;
	if (!request->goes_on || run->has_asked || run->slot.block <= request->sure_blocks)
		return true;
	run->has_asked = true;
	return request->goes_on(run->session->store, run->result->id, request->goes_on_context);
}

static void next_launch(void *context)
{
	struct run *run = context;
	struct err err = { 0 };
	if (run->session->interrupted || run->fatal.code != ERR_NONE || run->is_enough
	    || !schedule_next(run->schedule, &run->slot) || !may_go_on(run)) {
		end_run(run, NULL);
		return;
	}
	run->slot.number += run->numbers_lost;
	if (begin_launch(run, &err)) {
		if (run->staging)
			fs_remove_tree(run->staging, NULL);
		release_launch(run);
		end_run(run, &err);
	}
}

/* ---- the whole ---- */

static void on_interrupt(void *context)
{
	struct run *run = context;
	if (run->launch)
		launch_abort(run->launch);
	else
		loop_stop(run->session->loop);
}

static int conduct(struct run *run, struct err *err)
{
	run->session->on_interrupt = on_interrupt;
	run->session->interrupt_context = run;
	loop_defer(run->session->loop, next_launch, run);
	loop_run(run->session->loop);
	run->session->on_interrupt = NULL;
	if (!run->any_started && run->start_failures > 0 && !run->session->interrupted)
		fail_start(run);
	run->result->interrupted = run->session->interrupted;
	const char *state = run->result->interrupted ? "interrupted"
		: run->fatal.code != ERR_NONE ? "failed" : "done";
	struct err finish = { 0 };
	if (store_run_finish(run->session->store, run->result->id, state, &finish)
	    && run->fatal.code == ERR_NONE)
		run->fatal = finish;
	log_close_progress(run->session->options.log);
	if (run->fatal.code == ERR_NONE)
		return 0;
	*err = run->fatal;
	return -1;
}

static void release_run(struct run *run)
{
	harness_free(run->harness);
	schedule_free(run->schedule);
	guest_set_release(&run->guests);
	for (size_t i = 0; run->parameters && i < run->request->arm_count; i++)
		json_free(run->parameters[i]);
	for (size_t i = 0; run->flags && i < run->request->arm_count; i++)
		json_free(run->flags[i]);
	free(run->parameters);
	free(run->flags);
}

int run_execute(struct session *session, const struct run_request *request,
	struct run_result *result, struct err *err)
{
	struct run run = { .session = session, .request = request, .result = result, .log_fd = -1 };
	*result = (struct run_result){ 0 };
	int status = prepare(&run, err);
	if (!status)
		status = conduct(&run, err);
	release_run(&run);
	return status;
}
