#include "run/keep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "probe/recorder.h"
#include "run/causes.h"
#include "run/planting.h"
#include "run/recording.h"
#include "run/sweep.h"
#include "run/ticks_keep.h"

enum { ARTEFACTS_MAX = 7 }; /* samples, trace, ticks, truth, profile, snapshot, browser's log */

struct artefact_set {
	struct store_artefact rows[ARTEFACTS_MAX];
	char *paths[ARTEFACTS_MAX];
	char hashes[ARTEFACTS_MAX][HASH_HEX_SIZE];
	size_t count;
};

static int add_artefact(struct artefact_set *set, const struct keep_input *input,
	const char *relative, const char *kind, const char *name, bool lossy, struct err *err)
{
	char *path = fs_join(input->staging, name);
	struct stat info;
	int result = 0;
	if (stat(path, &info) == 0) {
		result = hash_file_hex(path, set->hashes[set->count], err);
		set->paths[set->count] = fs_join(relative, name);
		set->rows[set->count] = (struct store_artefact){ .kind = kind,
			.path = set->paths[set->count], .bytes = info.st_size,
			.sha256 = set->hashes[set->count], .lossy = lossy };
		set->count++;
	}
	free(path);
	return result;
}

static int add_capture(struct artefact_set *set, const struct keep_input *input, const char *relative,
	enum probe_capture_kind kind, struct err *err)
{
	return add_artefact(set, input, relative, captures_kind_name(kind), captor_name(kind), false, err);
}

static void release_artefacts(struct artefact_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		free(set->paths[i]);
}

static int write_upload(const struct keep_input *input, struct err *err)
{
	if (!input->upload)
		return 0;
	char *path = fs_join(input->staging, "samples.wgup");
	int result = fs_write_atomic(path, input->upload, input->upload_length, 0644, err);
	free(path);
	return result;
}

/* Of plants: apart from all that an explanation is made from. */
static int write_truth(const struct keep_input *input, struct err *err)
{
	struct json *truth = planting_truth(input->spec, input->record->planted, input->record->planted_by_host);
	if (!truth)
		return 0;
	char *path = fs_join(input->staging, "truth.json"), *text = json_print(truth, true);
	int result = fs_write_atomic(path, text, strlen(text), 0644, err);
	free(text);
	free(path);
	json_free(truth);
	return result;
}

static int publish(const struct keep_input *input, const char *relative, bool trace_is_lossy,
	struct artefact_set *artefacts, struct err *err)
{
	char *run_folder = fs_join(store_folder(input->store), input->spec->run);
	char *folder = fs_join(store_folder(input->store), relative);
	int result = -1;
	if (fs_make_folders(run_folder, 0755, err) == 0 && write_upload(input, err) == 0
	    && write_truth(input, err) == 0
	    && add_artefact(artefacts, input, relative, "samples", "samples.wgup", false, err) == 0
	    && add_artefact(artefacts, input, relative, "trace", recording_name(input->trace_format), trace_is_lossy,
		    err) == 0
	    && add_artefact(artefacts, input, relative, "ticks", TICKS_NAME, false, err) == 0
	    && add_artefact(artefacts, input, relative, "truth", "truth.json", false, err) == 0
	    && add_capture(artefacts, input, relative, PROBE_CAPTURE_CPUPROFILE, err) == 0
	    && add_capture(artefacts, input, relative, PROBE_CAPTURE_HEAPSNAPSHOT, err) == 0
	    && add_artefact(artefacts, input, relative, "browser-log", "browser.log", false, err) == 0)
		result = fs_publish_folder(input->staging, folder, err);
	free(folder);
	free(run_folder);
	return result;
}

/* What the daemon itself did between asking for the window and its answer: it went to sleep
 * once, and was woken by the reply. */
static struct json *daemon_json(const struct launch_record *record)
{
	struct json *daemon = json_new_object();
	json_set_number(daemon, "voluntary_switches",
		(double)(record->self_after.voluntary_switches - record->self_before.voluntary_switches));
	json_set_number(daemon, "involuntary_switches", (double)(record->self_after.involuntary_switches
		- record->self_before.involuntary_switches));
	json_set_number(daemon, "cpu_us",
		(double)(record->self_after.cpu_us - record->self_before.cpu_us));
	return daemon;
}

/* METHOD §1: the period of a hash is at least three times what it takes, or the load is no longer
 * the same work in every arm. */
static struct json *warnings_json(const struct launch_spec *spec,
	const struct launch_record *record, const struct outcome *outcome)
{
	struct json *warnings = json_new_array();
	if (record->warning[0])
		json_append(warnings, json_new_text(record->warning));
	if (spec->guest && json_get(spec->guest->record, "instrument_warning")) {
		char *text = mem_format("guest %s: %s", spec->guest->name,
			json_text(spec->guest->record, "instrument_warning", ""));
		json_append(warnings, json_new_text(text));
		free(text);
	}
	const struct json *metrics = outcome->has_upload ? json_get(outcome->upload.report, "metrics")
		: NULL;
	double step_ms = json_number(metrics, "step_median_ms", 0);
	double period_ms = json_number(spec->parameters, "hash_period_ms", 0);
	if (strcmp(spec->arm->load, "hash") == 0 && 3 * step_ms > period_ms) {
		char *text = mem_format("%s: a hash takes more than a third of its period; raise `--param "
			"hash_period_ms=` for every arm", spec->arm->name);
		json_append(warnings, json_new_text(text));
		free(text);
	}
	return warnings;
}

static bool target_is_main(const struct keep_input *input)
{
	return strcmp(input->spec->arm->thread, "main") == 0;
}

static struct json *environment_json(const struct launch_record *record, int cpus,
	struct json *warnings_taken, const struct recording *recording)
{
	struct json *environment = json_new_object();
	json_set(environment, "browser",
		record->facts ? json_copy(record->facts) : json_new_null());
	if (record->measured) {
		json_set(environment, "window", counters_json(&record->before, &record->after, cpus));
		json_set(environment, "daemon", daemon_json(record));
	}
	if (recording->facts)
		json_set(environment, "trace", json_copy(recording->facts));
	if (record->captures)
		json_set(environment, "captures", json_copy(record->captures));
	if (recording->ticks)
		json_set(environment, "ticks", json_copy(recording->ticks));
	json_set(environment, "warnings", warnings_taken);
	json_set_bool(environment, "left_clean", record->clean);
	return environment;
}

static struct store_samples samples_of(const struct upload *upload)
{
	return (struct store_samples){ .count = upload->samples, .cold = upload->cold,
		.due = upload->due, .sent = upload->sent, .received = upload->received,
		.replied = upload->replied, .returned = upload->returned,
		.sender_origin_ms = upload->sender_origin_ms, .target_origin_ms = upload->target_origin_ms,
		.drain_end_ms = upload->drain_end_ms };
}

/* Of a launch whose samples and trace are there; the folder is the published one. */
static bool tell_causes(const struct keep_input *input, const struct outcome *outcome, const char *folder,
	const struct artefact_set *artefacts, const struct recording *recording, struct store_explanation *explanation)
{
	bool has_trace = false;
	for (size_t i = 0; i < artefacts->count; i++)
		has_trace |= strcmp(artefacts->rows[i].kind, "trace") == 0;
	if (!has_trace || !input->spec->traced || !outcome->has_upload || outcome->outcome == STORE_FAILED)
		return false;
	char *absolute = fs_join(store_folder(input->store), folder);
	causes_tell(&(struct causes_input){ .folder = absolute, .upload = &outcome->upload, .recording = recording,
		.target_is_main = target_is_main(input), .format = input->trace_format, .threshold_ms = input->spec->threshold_ms }, explanation);
	free(absolute);
	return true;
}

/* How long after its episode a flight recorder went on: the episode's end is on the sender's clock, which the marks tie to the trace's. */
static void tell_stop(const struct keep_input *input, const struct outcome *outcome, const struct store_explanation *explanation,
	struct recording *recording)
{
	double over_ms = recorder_over_ms(outcome->upload.report);
	double offset_us = target_is_main(input) ? explanation->worker_us : explanation->main_us;
	if (input->spec->trigger_ms > 0 && !isnan(over_ms) && !isnan(offset_us))
		recording_tell_stop(recording, 1000 * over_ms + offset_us, (double)input->record->trace.asked_us);
}

static int finalise(const struct keep_input *input, const struct outcome *outcome,
	const char *folder, const struct artefact_set *artefacts, struct recording *recording, int cpus,
	struct err *err)
{
	const struct launch_record *record = input->record;
	struct store_samples samples = { 0 };
	struct store_explanation explanation = { 0 };
	bool told = tell_causes(input, outcome, folder, artefacts, recording, &explanation);
	if (told)
		tell_stop(input, outcome, &explanation, recording);
	struct json *environment = environment_json(record, cpus,
		warnings_json(input->spec, record, outcome), recording);
	struct store_launch_result result = { .outcome = outcome->outcome,
		.reason = outcome->reason, .folder = folder, .environment = environment,
		.death = record->died ? browser_death_name(record->death) : NULL,
		.transitions = record->transitions, .metrics = outcome->metrics,
		.metric_count = outcome->metric_count, .spikes = outcome->spikes,
		.spike_count = outcome->spike_count, .artefacts = artefacts->rows,
		.artefact_count = artefacts->count };
	if (outcome->has_upload) {
		samples = samples_of(&outcome->upload);
		result.samples = &samples;
		result.report = outcome->upload.report;
	}
	if (told)
		result.explanation = &explanation;
	int status = store_launch_finalise(input->store, input->launch_row, &result, err);
	causes_release(&explanation);
	json_free(environment);
	return status;
}

static void finish_recording(const struct keep_input *input, const struct outcome *outcome,
	struct recording *recording)
{
	struct recording_input made = { .staging = input->staging, .record = input->record,
		.report = outcome->has_upload ? outcome->upload.report : NULL,
		.target_is_main = target_is_main(input),
		.is_capture = input->has_captured_trace, .categories = input->trace_categories,
		.buffer_kb = input->trace_buffer_kb, .format = input->trace_format, .ring = input->spec->trigger_ms > 0 };
	recording_finish(&made, recording);
}

int keep_launch(const struct keep_input *input, struct outcome *outcome, struct err *err)
{
	int cpus = environment_cpus();
	struct outcome_input judged = { .spec = input->spec, .failure = &input->record->failure,
		.upload = input->upload, .upload_length = input->upload_length,
		.before = &input->record->before, .after = &input->record->after, .cpus = cpus };
	struct artefact_set artefacts = { 0 };
	struct recording recording = { 0 };
	char *folder = sweep_launch_folder(input->spec->run, input->spec->number);
	outcome_judge(&judged, outcome);
	if (input->record->captures)
		captor_keep(input->staging, input->record->captures);
	if (input->spec->traced || input->has_captured_trace)
		finish_recording(input, outcome, &recording);
	int result = publish(input, folder, recording.lossy, &artefacts, err);
	if (!result)
		result = finalise(input, outcome, folder, &artefacts, &recording, cpus, err);
	json_free(recording.facts);
	json_free(recording.ticks);
	release_artefacts(&artefacts);
	free(folder);
	return result;
}
