#include "run/launch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/mono.h"
#include "browser/census.h"
#include "browser/renderers.h"
#include "run/planting.h"
#include "run/plants.h"
#include "run/stall.h"
#include "run/ticks.h"

enum {
	MS = 1000,
	SECOND = 1000 * 1000,
	START_DEADLINE_US = 30 * SECOND,
	LOAD_DEADLINE_US = 20 * SECOND,
	COLLECT_DEADLINE_US = 30 * SECOND,
	CLOSE_DEADLINE_US = 20 * SECOND,
	QUIET_POLL_US = 2 * MS,       /* while sockets of the load are still closing */
	QUIET_POLLS = 500,
	BACKSTOP_US = 2 * SECOND,     /* the state's own deadline, after the command's */
};

struct launch {
	struct launch_options options;
	enum launch_state state;
	struct browser *browser;
	struct loop_timer deadline;
	struct loop_timer quiet;      /* waits for the harness's sockets to close */
	int quiet_polls;
	struct browser_census parts;  /* at the last look */
	bool traced;
	struct tracer tracer;         /* when traced */
	struct stall stall;           /* of its stop */
	bool capturing;
	struct captor captor;         /* when capturing */
	struct helper *plants;        /* when the host plants something, like the next */
	struct helper *ticks;         /* when traced, from the end of PREPARING on */
	struct launch_record record;
};

struct state_row {
	const char *name;
	void (*on_enter)(struct launch *launch);
};

static void enter_loading(struct launch *launch);
static void enter_preparing(struct launch *launch);
static void enter_measuring(struct launch *launch);
static void enter_collecting(struct launch *launch);
static void enter_closing(struct launch *launch);
static void enter_done(struct launch *launch);

static const struct state_row *state_row(enum launch_state state)
{
	static const struct state_row rows[] = {
		[LAUNCH_PLANNED] = { "planned", NULL },
		[LAUNCH_LAUNCHING] = { "launching", NULL },
		[LAUNCH_ATTACHING] = { "attaching", NULL },
		[LAUNCH_LOADING] = { "loading", enter_loading },
		[LAUNCH_PREPARING] = { "preparing", enter_preparing },
		[LAUNCH_MEASURING] = { "measuring", enter_measuring },
		[LAUNCH_COLLECTING] = { "collecting", enter_collecting },
		[LAUNCH_CLOSING] = { "closing", enter_closing },
		[LAUNCH_DONE] = { "done", enter_done },
	};
	return &rows[state];
}

const char *launch_state_name(enum launch_state state)
{
	return state_row(state)->name;
}

static int64_t measure_deadline_us(const struct launch *launch)
{
	const struct launch_spec *spec = launch->options.spec;
	double ms = launch_spec_window_ms(spec) + 1000 * spec->probe->deadline_s;
	return (int64_t)(ms * MS);
}

static int64_t prepare_deadline_us(const struct launch *launch)
{
	const struct launch_spec *spec = launch->options.spec;
	double ms = json_number(spec->parameters, "warmup_ms", 0) + 1000 * spec->probe->deadline_s;
	return (int64_t)(ms * MS);
}

static int64_t state_deadline_us(const struct launch *launch, enum launch_state state)
{
	switch (state) {
	case LAUNCH_LAUNCHING: case LAUNCH_ATTACHING: return START_DEADLINE_US + BACKSTOP_US;
	case LAUNCH_LOADING:
		return LOAD_DEADLINE_US + (launch->traced ? TRACER_BEGIN_DEADLINE_US : 0) + BACKSTOP_US;
	case LAUNCH_PREPARING:
		return prepare_deadline_us(launch) + 2 * HELPER_READY_DEADLINE_US
			+ (launch->capturing ? CAPTOR_DEADLINE_US : 0) + BACKSTOP_US;
	case LAUNCH_MEASURING: return measure_deadline_us(launch) + BACKSTOP_US;
	case LAUNCH_COLLECTING:
		return COLLECT_DEADLINE_US + BACKSTOP_US + 2 * HELPER_DONE_DEADLINE_US
			+ (launch->traced ? TRACER_END_DEADLINE_US : 0)
			+ (launch->capturing ? CAPTOR_DEADLINE_US : 0);
	case LAUNCH_CLOSING: return CLOSE_DEADLINE_US;
	case LAUNCH_PLANNED: case LAUNCH_DONE: break;
	}
	return 0;
}

static void log_transition(struct launch *launch)
{
	struct json *entry = json_new_object();
	json_set_text(entry, "state", launch_state_name(launch->state));
	json_set_number(entry, "mono_us", (double)mono_now_us());
	json_append(launch->record.transitions, entry);
}

/* The only function that changes state. */
static void enter(struct launch *launch, enum launch_state state)
{
	if (state <= launch->state)
		return; /* a late callback of a launch that is closing */
	launch->state = state;
	log_transition(launch);
	loop_timer_cancel(&launch->quiet);
	int64_t deadline_us = state_deadline_us(launch, state);
	if (deadline_us)
		loop_timer_set(&launch->deadline, deadline_us);
	else
		loop_timer_cancel(&launch->deadline);
	if (state != LAUNCH_DONE && launch->options.events.on_state)
		launch->options.events.on_state(state, launch->options.events.context);
	if (state_row(state)->on_enter)
		state_row(state)->on_enter(launch);
}

/* Keeps the first thing that went wrong, and closes. */
static void fail(struct launch *launch, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void fail(struct launch *launch, enum err_code code, const char *format, ...)
{
	if (launch->record.failure.code == ERR_NONE && launch->state < LAUNCH_CLOSING) {
		char text[ERR_TEXT_SIZE];
		va_list arguments;
		va_start(arguments, format);
		vsnprintf(text, sizeof(text), format, arguments);
		va_end(arguments);
		err_set(&launch->record.failure, code, "%s", text);
	}
	enter(launch, LAUNCH_CLOSING);
}

static void fail_of_death(struct launch *launch, enum browser_death death, const char *detail)
{
	launch->record.died = true;
	launch->record.death = death;
	fail(launch, ERR_CLOSED, "%s while %s: %s", browser_death_name(death),
		launch_state_name(launch->state), detail);
}

/* Whether a part of the browser died since the last look, which Chromium tells nobody. */
static bool has_lost_a_part(struct launch *launch, enum browser_death *death, char *why, size_t size)
{
	struct browser_census now;
	browser_census_take(browser_tree(launch->browser), &now);
	bool lost = browser_census_compare(&launch->parts, &now, death, why, size);
	launch->parts = now;
	return lost;
}

static bool fail_of_a_part(struct launch *launch)
{
	enum browser_death death;
	char why[200];
	bool lost = has_lost_a_part(launch, &death, why, sizeof(why));
	if (lost)
		fail_of_death(launch, death, why);
	return lost;
}

/* A command of this state came back with an error. A lost renderer or socket is told by on_died,
 * which knows more: wait for it. */
static void fail_command(struct launch *launch, const char *doing, const struct err *err)
{
	if (err->code == ERR_CLOSED || fail_of_a_part(launch))
		return;
	if (err->code == ERR_TIMEOUT) {
		char detail[200];
		snprintf(detail, sizeof(detail), "no answer while %s", doing);
		browser_mark_hung(launch->browser, detail);
		return;
	}
	fail(launch, err->code == ERR_REFUSED ? ERR_GUEST : err->code, "%s: %s", doing, err->text);
}

/* Nothing is measured yet: a part that died while the browser started up is worth a warning. But what the page
 * fetches through a network service that dies may be missing without any error. */
static bool is_load_spoilt(struct launch *launch)
{
	enum browser_death death;
	char why[200];
	if (!has_lost_a_part(launch, &death, why, sizeof(why)))
		return false;
	if (death == BROWSER_NETWORK_SERVICE_DIED)
		fail_of_death(launch, death, why);
	else
		snprintf(launch->record.warning, sizeof(launch->record.warning),
			"in a launch, while its page was loading, %s", why);
	return death == BROWSER_NETWORK_SERVICE_DIED;
}

static void on_loaded(const struct err *err, void *context)
{
	struct launch *launch = context;
	if (launch->state != LAUNCH_LOADING)
		return;
	if (err) {
		fail_command(launch, "loading the page", err);
		return;
	}
	if (is_load_spoilt(launch))
		return;
	if (launch->traced)
		tracer_begin(&launch->tracer, launch->browser);
	else
		enter(launch, LAUNCH_PREPARING);
}

static void keep_trace(struct launch *launch)
{
	launch->record.trace_failure = launch->tracer.failure;
	launch->record.trace_pulled = launch->tracer.pulled;
	launch->record.trace = launch->tracer.result;
	launch->record.trace_stalled = stall_end(&launch->stall, launch->tracer.result.stop_us);
}

static void finish(struct launch *launch);
static void stop_helpers(struct launch *launch);
static bool has_recorder(const struct launch *launch);

static void on_snapshot(void *context)
{
	struct launch *launch = context;
	if (launch->state != LAUNCH_COLLECTING)
		return;
	captor_offer(&launch->captor, launch->traced ? &launch->tracer : NULL, launch->options.harness);
	finish(launch);
}

static void after_trace(struct launch *launch)
{
	if (launch->capturing)
		captor_snapshot(&launch->captor, on_snapshot);
	else
		enter(launch, LAUNCH_CLOSING);
}

/* The trace has begun, in LOADING, or is at the end of its way, in COLLECTING. */
static void on_trace(const struct err *err, void *context)
{
	struct launch *launch = context;
	bool loading = launch->state == LAUNCH_LOADING;
	keep_trace(launch);
	if (!loading && launch->state != LAUNCH_COLLECTING)
		return;
	if (err)
		fail_command(launch, "loading the page, traced", err);
	else if (loading)
		enter(launch, LAUNCH_PREPARING);
	else if (has_recorder(launch))
		stop_helpers(launch);
	else
		after_trace(launch);
}

static void enter_loading(struct launch *launch)
{
	launch->record.ready = true;
	browser_census_take(browser_tree(launch->browser), &launch->parts);
	harness_attend(launch->options.harness, browser_tree(launch->browser));
	browser_navigate(launch->browser, harness_url(launch->options.harness), LOAD_DEADLINE_US,
		on_loaded, launch);
}

static void on_quiet(void *context);

static void on_prepared(const struct json *value, const struct err *err, void *context)
{
	struct launch *launch = context;
	(void)value;
	if (launch->state != LAUNCH_PREPARING)
		return;
	if (err)
		fail_command(launch, "preparing", err);
	else
		on_quiet(launch);
}

static void enter_preparing(struct launch *launch)
{
	launch->record.facts = browser_facts(launch->browser);
	browser_evaluate(launch->browser, "wasmograph.prepare()", prepare_deadline_us(launch),
		on_prepared, launch);
}

static void on_profiling(void *context)
{
	struct launch *launch = context;
	if (launch->state == LAUNCH_PREPARING)
		enter(launch, LAUNCH_MEASURING);
}

static void before_window(struct launch *launch)
{
	if (launch->capturing)
		captor_begin(&launch->captor, launch->browser, on_profiling);
	else
		enter(launch, LAUNCH_MEASURING);
}

static void on_ticks_ready(void *context)
{
	struct launch *launch = context;
	if (launch->state == LAUNCH_PREPARING)
		before_window(launch);
}

/* A file that cannot be made is the sampler's failure, which is told like any other. */
static void start_ticks(struct launch *launch)
{
	const struct browser_group *group = browser_group(launch->browser);
	int fd = open(launch->options.ticks_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct ticks_options options = { .renderer = browser_renderer_find(browser_tree(launch->browser)),
		.group_version = group->version, .group_path = group->text, .out_fd = fd,
		.log_fd = launch->options.log_fd, .longest_us = measure_deadline_us(launch) + BACKSTOP_US };
	launch->ticks = ticks_start(launch->options.loop, &options, on_ticks_ready, launch);
	if (fd >= 0)
		close(fd);
}

static void after_plants(void *context)
{
	struct launch *launch = context;
	if (launch->state != LAUNCH_PREPARING)
		return;
	if (launch->traced && launch->options.ticks_path)
		start_ticks(launch);
	else
		before_window(launch);
}

static void begin_window(struct launch *launch)
{
	if (fail_of_a_part(launch))
		return;
	char *plan = planting_host_plan(launch->options.spec);
	struct plants_options options = { .renderer = browser_renderer_find(browser_tree(launch->browser)), .plan = plan,
		.log_fd = launch->options.log_fd };
	if (plan)
		launch->plants = plants_start(launch->options.loop, &options, after_plants, launch);
	else
		after_plants(launch);
	free(plan);
}

/* The window starts with no HTTP socket open, so that none can wake us inside it. */
static void on_quiet(void *context)
{
	struct launch *launch = context;
	if (harness_connections(launch->options.harness) == 0)
		begin_window(launch);
	else if (launch->quiet_polls++ < QUIET_POLLS)
		loop_timer_set(&launch->quiet, QUIET_POLL_US);
	else
		fail(launch, ERR_TIMEOUT, "the page kept %d HTTP connections open before the window",
			harness_connections(launch->options.harness));
}

static void read_counters(struct launch *launch, struct counters *counters)
{
	counters_read(counters, browser_tree(launch->browser));
	counters->self_us += helper_cpu_us(launch->ticks) + helper_cpu_us(launch->plants);
}

static void on_measured(const struct json *value, const struct err *err, void *context)
{
	struct launch *launch = context;
	if (launch->state != LAUNCH_MEASURING)
		return;
	launch->record.has_episode = json_bool(json_get(value, "recorder"), "episode", false);
	proc_self_read(&launch->record.self_after);
	read_counters(launch, &launch->record.after);
	launch->record.measured = true;
	if (err)
		fail_command(launch, "measuring", err);
	else if (!fail_of_a_part(launch))
		enter(launch, LAUNCH_COLLECTING);
}

static void enter_measuring(struct launch *launch)
{
	read_counters(launch, &launch->record.before);
	browser_evaluate(launch->browser, "wasmograph.measure()", measure_deadline_us(launch),
		on_measured, launch);
	helper_go(launch->plants);
	proc_self_read(&launch->record.self_before);
}

static bool has_recorder(const struct launch *launch)
{
	return launch->traced && launch->options.spec->trigger_ms > 0;
}

static void end_trace(struct launch *launch)
{
	stall_begin(&launch->stall, browser_tree(launch->browser));
	tracer_end(&launch->tracer);
}

static void on_collected(const struct json *value, const struct err *err, void *context)
{
	struct launch *launch = context;
	if (launch->state != LAUNCH_COLLECTING)
		return;
	if (json_get(value, "planted"))
		launch->record.planted = json_copy(json_get(value, "planted"));
	if (err)
		fail_command(launch, "collecting", err);
	else if (launch->traced && !launch->capturing && !has_recorder(launch))
		end_trace(launch);
	else
		enter(launch, LAUNCH_CLOSING);
}

static void finish(struct launch *launch)
{
	browser_evaluate(launch->browser, "wasmograph.finish()", COLLECT_DEADLINE_US, on_collected,
		launch);
}

static void on_profile(void *context)
{
	struct launch *launch = context;
	if (launch->state != LAUNCH_COLLECTING)
		return;
	if (launch->traced)
		end_trace(launch);
	else
		after_trace(launch);
}

static void collect(struct launch *launch)
{
	if (launch->capturing)
		captor_end(&launch->captor, on_profile);
	else
		finish(launch);
}

static void on_ticks_done(const struct json *facts, void *context)
{
	struct launch *launch = context;
	launch->record.ticks = json_copy(facts);
	if (launch->state == LAUNCH_COLLECTING)
		collect(launch);
}

static void stop_ticks(struct launch *launch)
{
	if (launch->ticks)
		helper_stop(launch->ticks, on_ticks_done, launch);
	else
		collect(launch);
}

static void on_plants_done(const struct json *facts, void *context)
{
	struct launch *launch = context;
	launch->record.planted_by_host = json_copy(facts);
	if (launch->state == LAUNCH_COLLECTING)
		stop_ticks(launch);
}

static void stop_helpers(struct launch *launch)
{
	if (launch->plants)
		helper_stop(launch->plants, on_plants_done, launch);
	else
		stop_ticks(launch);
}

static void enter_collecting(struct launch *launch)
{
	if (has_recorder(launch) && launch->record.has_episode)
		end_trace(launch);
	else
		stop_helpers(launch);
}

static void enter_closing(struct launch *launch)
{
	if (launch->capturing)
		launch->record.captures = captor_facts(&launch->captor);
	browser_close(launch->browser);
}

static void enter_done(struct launch *launch)
{
	launch->options.events.on_done(launch->options.events.context);
}

static void on_deadline(void *context)
{
	struct launch *launch = context;
	if (launch->state == LAUNCH_CLOSING) {
		/* The supervisor does not answer, so on_gone will not come: the launch is stored as not
		 * left clean, and the run says so. Freeing the browser closes the supervisor's socket. */
		launch->record.clean = false;
		enter(launch, LAUNCH_DONE);
		return;
	}
	char detail[200];
	snprintf(detail, sizeof(detail), "no answer while %s", launch_state_name(launch->state));
	browser_mark_hung(launch->browser, detail);
}

static void on_process(pid_t supervisor, pid_t browser, uint64_t browser_start_ticks,
	void *context)
{
	struct launch *launch = context;
	launch->options.events.on_process(supervisor, browser, browser_start_ticks,
		launch->options.events.context);
	enter(launch, LAUNCH_ATTACHING);
}

static void on_ready(void *context)
{
	enter(context, LAUNCH_LOADING);
}

static void on_died(enum browser_death death, const char *detail, void *context)
{
	struct launch *launch = context;
	if (launch->state >= LAUNCH_CLOSING)
		return;
	fail_of_death(launch, death, detail);
}

static void on_gone(bool clean, void *context)
{
	struct launch *launch = context;
	launch->record.clean = clean;
	if (launch->state < LAUNCH_CLOSING)
		fail(launch, ERR_CLOSED, "the supervisor ended by itself while %s",
			launch_state_name(launch->state));
	enter(launch, LAUNCH_DONE);
}

struct launch *launch_start(const struct launch_options *options, struct err *err)
{
	struct launch *launch = mem_alloc_zero(1, sizeof(*launch));
	const struct launch_spec *spec = options->spec;
	launch->options = *options;
	launch->traced = options->trace != NULL;
	if (launch->traced)
		tracer_init(&launch->tracer, options->trace, on_trace, launch);
	launch->capturing = captures_any(&spec->probe->captures, spec->arm->name);
	if (launch->capturing)
		captor_init(&launch->captor, &spec->probe->captures, spec->arm->name, options->staging, launch);
	launch->record.transitions = json_new_array();
	loop_timer_init(&launch->deadline, options->loop, on_deadline, launch);
	loop_timer_init(&launch->quiet, options->loop, on_quiet, launch);
	stall_init(&launch->stall, options->loop);
	log_transition(launch);
	struct browser_options browser = { .program = options->program, .user = options->user, .cpus = options->cpus,
		.scratch = options->scratch, .log_fd = options->log_fd,
		.extra_flags = options->spec->browser_flags,
		.start_deadline_us = START_DEADLINE_US };
	struct browser_events events = { .on_process = on_process, .on_ready = on_ready,
		.on_died = on_died, .on_gone = on_gone, .context = launch };
	launch->browser = browser_start(options->loop, &browser, &events, err);
	if (!launch->browser) {
		launch_free(launch);
		return NULL;
	}
	enter(launch, LAUNCH_LAUNCHING);
	return launch;
}

const struct launch_record *launch_record(const struct launch *launch)
{
	return &launch->record;
}

void launch_abort(struct launch *launch)
{
	if (launch->state >= LAUNCH_CLOSING)
		return; /* it has all it came for, or has failed: it is kept as it is */
	launch->record.aborted = true;
	fail(launch, ERR_INTERRUPTED, "interrupted while %s", launch_state_name(launch->state));
}

void launch_free(struct launch *launch)
{
	if (!launch)
		return;
	loop_timer_release(&launch->deadline);
	loop_timer_release(&launch->quiet);
	stall_release(&launch->stall);
	browser_free(launch->browser);
	if (launch->traced)
		tracer_release(&launch->tracer);
	if (launch->capturing)
		captor_release(&launch->captor);
	helper_free(launch->plants);
	helper_free(launch->ticks);
	json_free(launch->record.captures);
	json_free(launch->record.ticks);
	json_free(launch->record.planted);
	json_free(launch->record.planted_by_host);
	json_free(launch->record.facts);
	json_free(launch->record.transitions);
	free(launch);
}
