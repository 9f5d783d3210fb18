#include "run/outcome.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "probe/recorder.h"
#include "probe/workload.h"
#include "run/outcome_calls.h"

static void fail(struct outcome *outcome, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct outcome *outcome, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(outcome->reason, sizeof(outcome->reason), format, arguments);
	va_end(arguments);
	outcome->outcome = STORE_FAILED;
}

static struct latency_samples samples_of(const struct upload *upload)
{
	return (struct latency_samples){ .count = upload->samples - recorder_after(upload->report, upload->samples, upload->cold),
		.cold = upload->cold,
		.due = upload->due, .sent = upload->sent, .received = upload->received,
		.replied = upload->replied, .returned = upload->returned,
		.drain_end_ms = upload->drain_end_ms };
}

static bool read_upload(const struct outcome_input *input, struct outcome *outcome)
{
	struct err err = { 0 };
	if (!input->upload) {
		fail(outcome, "the page finished without uploading its samples");
		return false;
	}
	if (upload_parse(input->upload, input->upload_length, &outcome->upload, &err)) {
		fail(outcome, "the upload cannot be read: %s", err.text);
		return false;
	}
	outcome->has_upload = true;
	return true;
}

static bool check_count(const struct outcome_input *input, struct outcome *outcome)
{
	size_t measured = outcome->upload.samples - outcome->upload.cold;
	double planned = json_number(input->spec->parameters, "samples", 0);
	bool cut = input->spec->trigger_ms > 0 && recorder_has_episode(outcome->upload.report) && measured > 0
		&& (double)measured < planned;
	if ((double)measured == planned || cut)
		return true;
	fail(outcome, "short upload: %zu measured samples of %.0f", measured, planned);
	return false;
}

static bool check_isolation(const struct outcome_input *input, struct outcome *outcome)
{
	const struct json *page = json_get(outcome->upload.report, "environment");
	if (!input->spec->probe->isolation_required)
		return true;
	if (json_bool(page, "isolated_page", false) && json_bool(page, "isolated_worker", false))
		return true;
	fail(outcome, "page or worker was not crossOriginIsolated, so its clock steps by 100 µs");
	return false;
}

/* The due times are the seed's: nobody moved a sample to where it hurts less. They are doubles
 * computed in the same order on both sides, so only the addition of t0 rounds. */
static bool check_schedule(const struct outcome_input *input, struct outcome *outcome)
{
	static const double grain_ms = 1e-6;
	const struct upload *upload = &outcome->upload;
	const double *due = upload->due + upload->cold;
	double interval_ms = json_number(input->spec->parameters, "interval_ms", NAN);
	double start_ms = NAN;
	struct rng rng;
	launch_spec_seed(input->spec, "schedule", rng.state);
	for (size_t i = 0; i < upload->samples - upload->cold; i++) {
		double offset_ms = ((double)i + rng_unit(&rng)) * interval_ms;
		if (i == 0)
			start_ms = due[0] - offset_ms;
		if (!(fabs(due[i] - start_ms - offset_ms) < grain_ms)) {
			fail(outcome, "the page did not keep the seeded schedule: sample %zu was due at %.6f ms, "
				"not %.6f", upload->cold + i, due[i], start_ms + offset_ms);
			return false;
		}
	}
	return true;
}

/* More steps than this no honest page can have run: the daemon would compute them all again. The
 * slack covers a window that began late. */
static double most_steps(const struct launch_spec *spec)
{
	static const double slack_ms = 60000;
	bool hash = strcmp(spec->arm->load, "hash") == 0;
	double period_ms = json_number(spec->parameters, hash ? "hash_period_ms" : "churn_step_ms", 1);
	double load_ms = json_number(spec->parameters, "warmup_ms", 0) + launch_spec_window_ms(spec);
	return (load_ms + slack_ms) / period_ms + 1;
}

/* The page proves its work: as many steps as its driver ran, and the digest that the daemon
 * computes from the same seed. */
static bool check_work(const struct outcome_input *input, struct outcome *outcome)
{
	const struct launch_spec *spec = input->spec;
	const struct json *work = json_get(outcome->upload.report, "work");
	const struct json *guest = json_get(work, "guest");
	if (!spec->guest || !workload_is_builtin(spec->arm->load))
		return true;
	double steps = json_number(guest, "steps", -1);
	double digest = json_number(guest, "digest", -1);
	bool idle = strcmp(spec->arm->load, "idle") == 0;
	if (steps < 0 || digest < 0) {
		fail(outcome, "guest %s gave no proof of work (steps and digest)", spec->guest->name);
		return false;
	}
	if (!idle && steps < 1) {
		fail(outcome, "guest %s did no work under load %s", spec->guest->name, spec->arm->load);
		return false;
	}
	if (steps != json_number(work, "steps_done", -1)) {
		fail(outcome, "guest %s says it did %.0f steps, its host ran %.0f", spec->guest->name, steps,
			json_number(work, "steps_done", -1));
		return false;
	}
	if (steps > most_steps(spec)) {
		fail(outcome, "guest %s says it did %.0f steps of %s; its schedule holds at most %.0f",
			spec->guest->name, steps, spec->arm->load, most_steps(spec));
		return false;
	}
	uint32_t seed[4];
	launch_spec_seed(spec, "load", seed);
	struct workload_result expected = workload_expected(spec->arm->load, seed,
		launch_spec_step_size(spec), (uint64_t)steps);
	if (digest == expected.digest)
		return true;
	fail(outcome, "guest %s returned digest %08lx for %.0f steps of %s; the work gives %08lx",
		spec->guest->name, (unsigned long)digest, steps, spec->arm->load,
		(unsigned long)expected.digest);
	return false;
}

static void add_metric(struct outcome *outcome, const char *name, double value, const char *unit)
{
	if (outcome->metric_count == OUTCOME_METRICS_MAX)
		abort();
	outcome->metrics[outcome->metric_count++] = (struct store_metric){ name, value, unit };
}

static void add_latency_metrics(struct outcome *outcome)
{
	const struct latency_summary *s = &outcome->summary;
	add_metric(outcome, "samples_measured", (double)s->measured, "count");
	add_metric(outcome, "unanswered", (double)s->unanswered, "count");
	add_metric(outcome, "response_p50", s->response_p50, "ms");
	add_metric(outcome, "response_p95", s->response_p95, "ms");
	if (s->p99_supported)
		add_metric(outcome, "response_p99", s->response_p99, "ms");
	add_metric(outcome, "response_worst", s->response_worst, "ms");
	add_metric(outcome, "service_p50", s->service_p50, "ms");
	add_metric(outcome, "service_p95", s->service_p95, "ms");
	add_metric(outcome, "lateness_p50", s->lateness_p50, "ms");
	add_metric(outcome, "lateness_p95", s->lateness_p95, "ms");
	if (!isnan(s->cold_response_p95))
		add_metric(outcome, "cold_response_p95", s->cold_response_p95, "ms");
	add_metric(outcome, "effective_n", s->effective_n, "count");
	add_metric(outcome, "over_threshold", (double)s->over_threshold, "count");
	add_metric(outcome, "over_5ms", (double)s->over_5ms, "count");
	add_metric(outcome, "over_50ms", (double)s->over_50ms, "count");
	add_metric(outcome, "over_100ms", (double)s->over_100ms, "count");
	add_metric(outcome, "episodes", (double)s->episodes, "count");
	add_metric(outcome, "episodes_per_minute", s->episodes_per_minute, "1/min");
	add_metric(outcome, "stalled_ms_per_second", s->stalled_ms_per_second, "ms/s");
	add_metric(outcome, "longest_episode_ms", s->longest_episode_ms, "ms");
	add_metric(outcome, "window_ms", s->window_ms, "ms");
	add_metric(outcome, "unsteady", s->unsteady, "flag");
	add_metric(outcome, "on_cliff", s->on_cliff, "flag");
}

static void add_if_reported(struct outcome *outcome, const struct json *object, const char *key,
	const char *name, const char *unit)
{
	double value = json_number(object, key, NAN);
	if (!isnan(value))
		add_metric(outcome, name, value, unit);
}

static void add_ms_if_reported(struct outcome *outcome, const struct json *object, const char *key_ns,
	const char *name)
{
	double ns = json_number(object, key_ns, NAN);
	if (!isnan(ns))
		add_metric(outcome, name, ns / 1e6, "ms");
}

/* What the page and the guest say of the work; the same names for every probe. */
static void add_work_metrics(struct outcome *outcome)
{
	const struct json *work = json_get(outcome->upload.report, "work");
	const struct json *guest = json_get(work, "guest");
	const struct json *metrics = json_get(outcome->upload.report, "metrics");
	add_if_reported(outcome, metrics, "busy_share", "busy_share", "share");
	add_if_reported(outcome, metrics, "step_median_ms", "step_median_ms", "ms");
	add_if_reported(outcome, metrics, "step_max_ms", "step_max_ms", "ms");
	add_if_reported(outcome, work, "steps_done", "load_steps", "count");
	add_if_reported(outcome, work, "steps_due", "load_steps_due", "count");
	add_if_reported(outcome, guest, "bytes", "load_bytes", "bytes");
	add_if_reported(outcome, guest, "collections", "collections", "count");
	add_ms_if_reported(outcome, guest, "pause_ns", "gc_pause_ms");
	add_ms_if_reported(outcome, guest, "gc_ns", "gc_time_ms");
	add_if_reported(outcome, guest, "allocated_bytes", "allocated_bytes", "bytes");
	add_if_reported(outcome, guest, "heap_bytes", "heap_bytes", "bytes");
}

static bool has_metric(const struct outcome *outcome, const char *name)
{
	for (size_t i = 0; i < outcome->metric_count; i++) {
		if (strcmp(outcome->metrics[i].name, name) == 0)
			return true;
	}
	return false;
}

/* What the probe itself declares to take from the page's report. */
static void add_declared_metrics(const struct probe *probe, struct outcome *outcome)
{
	const struct json *metrics = json_get(outcome->upload.report, "metrics");
	for (size_t i = 0; i < probe->metric_count; i++) {
		const struct probe_metric *metric = &probe->metrics[i];
		bool room = outcome->metric_count < OUTCOME_METRICS_MAX;
		if (room && strcmp(metric->from, "report") == 0 && !has_metric(outcome, metric->name))
			add_if_reported(outcome, metrics, metric->name, metric->name, metric->unit);
	}
}

static void mark_spikes(struct outcome *outcome, const struct latency_samples *samples,
	double threshold_ms)
{
	size_t episode_count = 0, room = 0;
	struct latency_episode *episodes = latency_episodes(samples, threshold_ms, &episode_count);
	for (size_t e = 0; e < episode_count; e++)
		room += episodes[e].last - episodes[e].first + 1;
	outcome->spikes = mem_alloc_zero(room + 1, sizeof(*outcome->spikes));
	for (size_t e = 0; e < episode_count; e++) {
		for (size_t i = episodes[e].first; i <= episodes[e].last; i++) {
			outcome->spikes[outcome->spike_count++] = (struct store_spike){ .sample = i,
				.due_ms = samples->due[i], .response_ms = latency_response(samples, i),
				.episode = e };
		}
	}
	free(episodes);
}

static bool summarise(const struct outcome_input *input, struct outcome *outcome)
{
	struct latency_samples samples = samples_of(&outcome->upload);
	const char *what = NULL;
	if (latency_summarise(&samples, input->spec->threshold_ms, &outcome->summary, &what)) {
		fail(outcome, "the sample columns contradict each other: %s", what);
		return false;
	}
	if (input->spec->guest)
		add_work_metrics(outcome);
	if (outcome->summary.saturated) {
		outcome->outcome = STORE_SATURATED;
		snprintf(outcome->reason, sizeof(outcome->reason),
			"the backlog still grew when the window ended");
	} else {
		add_latency_metrics(outcome);
		mark_spikes(outcome, &samples, input->spec->threshold_ms);
	}
	add_declared_metrics(input->spec->probe, outcome);
	return true;
}

static void check_void(const struct outcome_input *input, struct outcome *outcome)
{
	char why[256];
	const struct json *page = json_get(outcome->upload.report, "environment");
	const char *visibility = json_text(page, "visibility", "not known to be visible");
	if (strcmp(visibility, "visible") != 0) {
		outcome->outcome = STORE_VOID;
		snprintf(outcome->reason, sizeof(outcome->reason), "the page was %s", visibility);
	} else if (!input->spec->arm->untimed && counters_void(input->before, input->after, input->cpus, why, sizeof(why))) {
		outcome->outcome = STORE_VOID;
		snprintf(outcome->reason, sizeof(outcome->reason), "%s", why);
	}
}

static bool take_samples(const struct outcome_input *input, struct outcome *outcome)
{
	return check_count(input, outcome) && check_schedule(input, outcome) && check_work(input, outcome)
		&& summarise(input, outcome);
}

static bool take_calls(const struct outcome_input *input, struct outcome *outcome)
{
	char why[OUTCOME_CALLS_WHY_SIZE];
	if (outcome_calls_check(input->spec->probe, &outcome->upload, why)) {
		fail(outcome, "%s", why);
		return false;
	}
	add_declared_metrics(input->spec->probe, outcome);
	return true;
}

void outcome_judge(const struct outcome_input *input, struct outcome *outcome)
{
	*outcome = (struct outcome){ .outcome = STORE_VALID };
	if (input->failure->code != ERR_NONE) {
		fail(outcome, "%s", input->failure->text);
		return;
	}
	if (!read_upload(input, outcome) || !check_isolation(input, outcome))
		return;
	if (input->spec->probe->kind == PROBE_CALLS ? !take_calls(input, outcome) : !take_samples(input, outcome))
		return;
	check_void(input, outcome);
}

void outcome_release(struct outcome *outcome)
{
	if (outcome->has_upload)
		upload_release(&outcome->upload);
	free(outcome->spikes);
	*outcome = (struct outcome){ 0 };
}
