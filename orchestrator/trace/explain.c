#include "trace/explain.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/activity.h"
#include "trace/judge.h"
#include "trace/loss.h"
#include "trace/parties.h"
#include "trace/reader.h"

/* So many marks of both threads are a clock to choose by what is kept; the final one is the median of all. */
enum { FIRST_MARKS = 2, LOOK_EVERY = 4096, SPARSE_STRIDE = 100 };

/* Room round a sample's time for what the first marks may be off (at most 86 µs were seen). */
#define MARGIN_US 2000.0

/* Of the samples at most so many may have arrived outside of handlers: 0 of 30,576 did; those of another launch nearly all. */
#define OUTSIDE_SHARE_MAX 0.05

/* The host may have slept where the trace was busy in so much of the time; another launch's host sleeps most of it. */
#define ASLEEP_SHARE_MAX 0.25
#define COMPARED_LEAST_US 20000.0

struct explainer {
	const struct trace_samples *samples;
	struct explain_options options;
	struct trace_reader *reader;
	struct trace_parties parties;
	struct trace_activity *activity;
	struct trace_spans windows; /* of all samples; empty until the first clock */
	struct trace_judge judge;
	struct trace_evidence evidence;
	struct trace_loss loss;
	uint64_t events;
	double first_us, last_us;
	bool is_sparse;          /* there is too much to keep: of the samples on time fewer are looked into */
	double forgotten_us;     /* what had been kept before there were marks, and was given up */
};

static void on_event(const struct trace_event *event, void *context);
static void on_metadata(const struct json *metadata, void *context);

struct explainer *explainer_new(const struct trace_samples *samples, const struct trace_host *ticks,
	const struct explain_options *options)
{
	struct explainer *explainer = mem_alloc_zero(1, sizeof *explainer);
	/* What parties and messages look up. */
	static const char *const asked[] = { "data", "startTime", "traceId", NULL };
	const struct trace_reader_calls calls = { on_event, on_metadata, explainer, .args = asked };
	explainer->samples = samples;
	explainer->options = *options;
	if (isnan(options->threshold_ms))
		explainer->options.threshold_ms = trace_samples_threshold_ms(samples);
	if (options->slices_max == 0)
		explainer->options.slices_max = EXPLAIN_SLICES_MAX;
	explainer->reader = trace_reader_new(&calls);
	explainer->activity = trace_activity_new();
	explainer->evidence = (struct trace_evidence){ ticks && ticks->rows ? ticks : NULL, explainer->activity, NAN };
	explainer->first_us = explainer->last_us = NAN;
	explainer->forgotten_us = -INFINITY;
	trace_parties_init(&explainer->parties);
	trace_judge_init(&explainer->judge, samples, explainer->options.threshold_ms,
		options->tells_story ? options->story : SIZE_MAX);
	size_t fast_most = options->fast_most ? options->fast_most : EXPLAIN_FAST_MOST;
	explainer->judge.fast_stride = 1 + samples->count / (fast_most + 1);
	return explainer;
}

void explainer_free(struct explainer *explainer)
{
	if (!explainer)
		return;
	trace_reader_free(explainer->reader);
	trace_parties_release(&explainer->parties);
	trace_activity_free(explainer->activity);
	trace_spans_release(&explainer->windows);
	trace_judge_release(&explainer->judge);
	free(explainer);
}

/* ---- what is kept ---- */

static void read_clocks(const struct explainer *explainer, struct trace_clock_reading clocks[TRACE_ROLES],
	double offsets_us[TRACE_ROLES])
{
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		const struct trace_party *party = explainer->parties.roles[role];
		const struct trace_clock none = { 0 };
		clocks[role] = trace_clock_read(party ? &party->clocks[role] : &none);
		offsets_us[role] = clocks[role].offset_us;
	}
}

/* The union of the times that are looked into, on the trace's clock by the marks so far. */
static void place_windows(struct explainer *explainer)
{
	const struct trace_samples *samples = explainer->samples;
	struct trace_clock_reading clocks[TRACE_ROLES];
	double offsets_us[TRACE_ROLES];
	read_clocks(explainer, clocks, offsets_us);
	trace_spans_release(&explainer->windows);
	for (size_t i = 0; i < samples->count; i++) {
		double due_ms = trace_sample_ms(samples, i, TRACE_DUE), returned_ms = trace_sample_ms(samples, i, TRACE_RETURNED);
		if (returned_ms >= due_ms && trace_judge_needs(&explainer->judge, i))
			trace_spans_join(&explainer->windows, 1000 * due_ms + offsets_us[samples->sender] - MARGIN_US,
				1000 * returned_ms + offsets_us[samples->sender] + MARGIN_US);
	}
	trace_parties_limit(&explainer->parties, &explainer->windows);
}

static bool has_clock(const struct explainer *explainer, enum trace_role role)
{
	const struct trace_party *party = explainer->parties.roles[role];
	return party && party->clocks[role].count >= FIRST_MARKS;
}

/* Without marks nobody knows what matters: the older half of the time goes. */
static void forget_half(struct explainer *explainer)
{
	double from_us = fmax(explainer->first_us, explainer->forgotten_us);
	explainer->forgotten_us = from_us + (explainer->last_us - from_us) / 2;
	for (size_t i = 0; i < explainer->parties.count; i++)
		trace_lane_forget(&explainer->parties.list[i]->lane, explainer->forgotten_us);
}

static void make_room(struct explainer *explainer)
{
	if (trace_parties_slices(&explainer->parties) < explainer->options.slices_max)
		return;
	if (!explainer->parties.windows && has_clock(explainer, explainer->samples->sender)) {
		place_windows(explainer); /* in protobuf the other thread may come long after */
	} else if (!explainer->parties.windows) {
		forget_half(explainer);
	} else if (!explainer->is_sparse) {
		explainer->is_sparse = true;
		explainer->judge.fast_stride *= SPARSE_STRIDE;
		place_windows(explainer);
	} else {
		for (size_t i = 0; i < explainer->parties.count; i++)
			explainer->parties.list[i]->lane.most = explainer->parties.list[i]->lane.count;
	}
}

/* ---- the trace ---- */

static void take_time(struct explainer *explainer, const struct trace_event *event)
{
	double end_us = event->ts_us + event->dur_us;
	if (event->phase == 'M' || isnan(end_us))
		return;
	if (!(explainer->first_us <= event->ts_us))
		explainer->first_us = event->ts_us;
	if (!(explainer->last_us >= end_us))
		explainer->last_us = end_us;
}

static bool is_measure(const struct trace_event *event)
{
	return event->name.length > 2 && memcmp(event->name.bytes, "h:", 2) == 0;
}

static void on_event(const struct trace_event *event, void *context)
{
	struct explainer *explainer = context;
	if (explainer->options.without_measures && is_measure(event))
		return;
	take_time(explainer, event);
	trace_activity_take(explainer->activity, event);
	if (trace_parties_take(&explainer->parties, event) && !explainer->parties.windows && has_clock(explainer, TRACE_MAIN)
	    && has_clock(explainer, TRACE_WORKER))
		place_windows(explainer);
	if (++explainer->events % LOOK_EVERY == 0)
		make_room(explainer);
}

static void on_metadata(const struct json *metadata, void *context)
{
	struct explainer *explainer = context;
	trace_loss_read(&explainer->loss, metadata);
	explainer->evidence.cores = json_number(metadata, "cpu-num-cores", NAN);
}

int explainer_feed(struct explainer *explainer, const char *bytes, size_t length, struct err *err)
{
	return trace_reader_feed(explainer->reader, bytes, length, err);
}

/* ---- whether anything is told at all ---- */

__attribute__((format(printf, 2, 3)))
static void say(char text[EXPLAIN_TEXT_SIZE], const char *format, ...)
{
	va_list arguments;
	if (text[0])
		return;
	va_start(arguments, format);
	vsnprintf(text, EXPLAIN_TEXT_SIZE, format, arguments);
	va_end(arguments);
}

/* What a ring overwrote is the head, and no loss of what came after. */
static bool is_loss(const char *counter)
{
	return strcmp(counter, "chunks_overwritten") != 0
		&& strcmp(counter, "packet_skipped_seq_needs_incremental_state_invalid") != 0;
}

static void check_loss(const struct explainer *explainer, char refusal[EXPLAIN_TEXT_SIZE])
{
	const struct trace_loss *loss = &explainer->loss;
	for (size_t i = 0; i < loss->count; i++) {
		if (is_loss(loss->counters[i].name))
			say(refusal, "the trace is lossy (%s: %.0f)", loss->counters[i].name, loss->counters[i].value);
	}
	if (explainer->options.lost)
		say(refusal, "the trace is lossy: %s", explainer->options.lost);
}

static const char *const role_names[TRACE_ROLES] = { "page", "worker" };
static const char *const mark_names[TRACE_ROLES] = { "align:main", "align:worker" };

static void check_clocks(const struct explain_result *result, char refusal[EXPLAIN_TEXT_SIZE])
{
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		const struct trace_clock_reading *clock = &result->clocks[role];
		if (clock->marks == 0)
			say(refusal, "the trace has no clock marks of the %s (performance.mark('%s'))", role_names[role],
				mark_names[role]);
		else if (clock->p95_us > TRACE_CLOCK_P95_MAX_US)
			say(refusal, "the clock marks of the %s do not agree: p95 of their deviation is %.0f µs, at most "
				"%.0f will do", role_names[role], clock->p95_us, TRACE_CLOCK_P95_MAX_US);
	}
}

static void check_fit(const struct explainer *explainer, char refusal[EXPLAIN_TEXT_SIZE])
{
	const struct trace_judge *judge = &explainer->judge;
	if (judge->checked > 0 && (double)judge->outside > OUTSIDE_SHARE_MAX * (double)judge->checked)
		say(refusal, "the samples are not of this trace, or its times are shifted: %zu of %zu were received, or "
			"returned, while it shows no message being handled", judge->outside, judge->checked);
	if (judge->busy_us > COMPARED_LEAST_US && judge->busy_asleep_us > ASLEEP_SHARE_MAX * judge->busy_us)
		say(refusal, "the host's ticks are not of this trace, or its times are shifted: the host saw the threads asleep "
			"in %.0f %% of the time in which the trace has them running",
			100 * judge->busy_asleep_us / judge->busy_us);
}

/* ---- what was missing ---- */

static void note(struct explain_inputs *inputs, const char *text)
{
	if (inputs->note_count < EXPLAIN_NOTES_MAX)
		snprintf(inputs->notes[inputs->note_count++], EXPLAIN_TEXT_SIZE, "%s", text);
}

static void note_ticks(const struct trace_host *ticks, struct explain_inputs *inputs)
{
	bool state = true, delay = true, faults = true;
	if (!ticks) {
		note(inputs, "No host ticks: stopped, blocked and cpu-* are guessed from the trace's thread times; host-stall and "
			"cpu-external cannot be told.");
		return;
	}
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		state &= ticks->threads[role].has_state;
		delay &= ticks->threads[role].has_delay;
		faults &= ticks->threads[role].has_faults;
	}
	if (!state)
		note(inputs, "The host ticks lack a thread's state: stopped and blocked are guessed from the trace there.");
	if (!delay)
		note(inputs, "The host ticks lack a thread's run delay: waiting for a processor is guessed from the trace there.");
	if (!faults)
		note(inputs, "The host ticks lack a thread's page faults: mem-grow is the growth alone, without the first touch.");
	if (!ticks->has_cpu)
		note(inputs, "The host ticks lack the CPU time of the browser or of the machine: cpu-internal and cpu-external "
			"are both cpu-wait.");
	if (!ticks->has_late)
		note(inputs, "The host ticks lack their own lateness: host-stall cannot be told.");
}

static void note_samples(const struct trace_samples *samples, struct explain_inputs *inputs)
{
	if (!samples->times_ms[TRACE_SENT])
		note(inputs, "The samples lack sent_ms: late cannot be told.");
	if (!samples->times_ms[TRACE_RECEIVED] || !samples->times_ms[TRACE_REPLIED])
		note(inputs, "The samples lack received_ms or replied_ms: which thread had a message when is guessed from what "
			"both did.");
}

static void note_sparse(const struct explainer *explainer, struct explain_inputs *inputs)
{
	char text[EXPLAIN_TEXT_SIZE];
	snprintf(text, sizeof text, "Of the samples on time one in %zu was looked into, which is enough for their shares.",
		explainer->judge.fast_stride);
	if (explainer->judge.fast_stride > 1)
		note(inputs, text);
}

static void note_trace(const struct explainer *explainer, enum trace_role target, struct explain_inputs *inputs)
{
	if (!inputs->has_account)
		note(inputs, "The trace holds no account of what it lost: losses would go unnoticed.");
	if (inputs->measures[TRACE_MAIN] + inputs->measures[TRACE_WORKER] == 0)
		note(inputs, "The trace holds no harness measures (h:guest, h:guestgc, h:serialise, h:deserialise): that time is js.");
	if (inputs->handlers[target] == 0)
		note(inputs, "The trace shows no HandlePostMessage on the thread that answers: whether samples and trace belong "
			"together cannot be checked, and queue cannot be told.");
	note_sparse(explainer, inputs);
}

static void fill_inputs(const struct explainer *explainer, struct explain_inputs *inputs)
{
	const struct trace_host *ticks = explainer->evidence.host;
	*inputs = (struct explain_inputs){ .events = explainer->events, .first_us = explainer->first_us,
		.last_us = explainer->last_us, .has_account = explainer->loss.has_stats, .has_ticks = ticks != NULL,
		.tick_rows = ticks ? ticks->rows : 0, .tick_period_us = ticks ? ticks->period_us : NAN,
		.checked = explainer->judge.checked, .outside = explainer->judge.outside };
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		const struct trace_party *party = explainer->parties.roles[role];
		inputs->handlers[role] = party ? party->lane.handlers : 0;
		inputs->measures[role] = party ? party->lane.measures : 0;
	}
	note_trace(explainer, trace_samples_target(explainer->samples), inputs);
	note_samples(explainer->samples, inputs);
	note_ticks(ticks, inputs);
}

/* ---- the end ---- */

static void fill_bench(const struct explainer *explainer, const double offsets_us[TRACE_ROLES],
	struct trace_bench *bench)
{
	*bench = (struct trace_bench){ .first_us = fmax(explainer->first_us, explainer->forgotten_us),
		.last_us = explainer->last_us, .evidence = explainer->evidence };
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		const struct trace_party *party = explainer->parties.roles[role];
		bench->lanes[role] = &party->lane;
		bench->offsets_us[role] = offsets_us[role];
		/* Of a ring the head is missing, on each thread from another moment on. */
		if (trace_loss_value(&explainer->loss, "chunks_overwritten") > 0)
			bench->first_us = fmax(bench->first_us, party->first_us);
	}
}

static void judge(struct explainer *explainer, const double offsets_us[TRACE_ROLES])
{
	struct trace_bench bench;
	trace_parties_end(&explainer->parties);
	if (trace_parties_known(&explainer->parties)) {
		fill_bench(explainer, offsets_us, &bench);
		trace_judge_samples(&explainer->judge, &bench);
	} else {
		trace_judge_refuse(&explainer->judge, offsets_us);
	}
}

static void refuse(struct explainer *explainer, struct explain_result *result)
{
	check_loss(explainer, result->refusal);
	check_clocks(result, result->refusal);
	check_fit(explainer, result->refusal);
	if (result->refusal[0])
		explain_spikes_refuse(&explainer->judge.spikes, EXPLAIN_LAUNCH);
}

int explainer_end(struct explainer *explainer, struct explain_result *result, struct err *err)
{
	double offsets_us[TRACE_ROLES];
	*result = (struct explain_result){ .threshold_ms = explainer->options.threshold_ms,
		.samples = explainer->samples->count, .cold = explainer->samples->cold };
	if (trace_reader_end(explainer->reader, err))
		return -1;
	read_clocks(explainer, result->clocks, offsets_us);
	judge(explainer, offsets_us);
	result->spread_us = fmax(result->clocks[TRACE_MAIN].p95_us, result->clocks[TRACE_WORKER].p95_us);
	refuse(explainer, result);
	fill_inputs(explainer, &result->inputs);
	explain_spikes_end(&explainer->judge.spikes);
	result->unanswered = explainer->judge.unanswered;
	result->spikes = explainer->judge.spikes; /* the caller's now */
	result->story = explainer->judge.told;
	explainer->judge.spikes = (struct explain_spikes){ 0 };
	explainer->judge.told = (struct explain_story){ 0 };
	return 0;
}

void explain_result_release(struct explain_result *result)
{
	explain_spikes_release(&result->spikes);
	explain_story_release(&result->story);
}
