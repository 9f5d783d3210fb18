#include "report/explained.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "probe/arm.h"
#include "probe/recorder.h"
#include "report/summary.h"
#include "trace/explain_files.h"

enum { NUMBER_TEXT_SIZE = 16 };

struct explained_launch {
	const struct store_launch *row;
	char number[NUMBER_TEXT_SIZE];
	struct store_samples stored;
	struct trace_samples samples;
	struct explain_options options;
	char *trace_path, *ticks_path; /* NULL: there are none */
	struct explain_result result;
};

/* One load: what is read of the run. */
struct load {
	struct store *store;
	const struct store_address *address;
	struct explained *explained;
	struct store_artefact_row *artefacts;
	size_t artefact_count;
};

/* Of a run those that are valid; any other is told when it is asked for. */
static bool is_wanted(const struct load *load, const struct store_launch *launch)
{
	if (load->address->launch >= 0)
		return launch->number == load->address->launch;
	return strcmp(launch->outcome, store_outcome_name(STORE_VALID)) == 0;
}

static const struct store_artefact_row *artefact_of(const struct load *load, const struct store_launch *launch,
	const char *kind)
{
	for (size_t i = 0; i < load->artefact_count; i++) {
		const struct store_artefact_row *row = &load->artefacts[i];
		if (row->launch_row == launch->row && strcmp(row->kind, kind) == 0)
			return row;
	}
	return NULL;
}

/* "guest/main/load": the guest on the page answers, a worker sends. */
static enum trace_role sender_of(const struct store_launch *launch)
{
	return arm_is_on_main(launch->arm) ? TRACE_WORKER : TRACE_MAIN;
}

static struct trace_samples samples_of(const struct store_samples *stored, const struct store_launch *launch)
{
	return (struct trace_samples){ .count = stored->count - recorder_after(launch->report, stored->count, stored->cold),
		.cold = stored->cold, .sender = sender_of(launch),
		.times_ms = { stored->due, stored->sent, stored->received, stored->replied, stored->returned } };
}

/* ---- traced launches ---- */

static void refuse(struct explain_result *result, const struct trace_samples *samples, double threshold_ms,
	const struct err *why)
{
	*result = (struct explain_result){ .samples = samples->count, .cold = samples->cold,
		.threshold_ms = threshold_ms };
	snprintf(result->refusal, sizeof result->refusal, "%.*s", (int)sizeof result->refusal - 1, why->text);
}

static void explain_own(const struct explained_launch *own, const struct trace_samples *samples,
	const struct explain_options *options, struct explain_result *result)
{
	struct err why = { .code = ERR_NONE };
	if (explain_files(own->trace_path, own->ticks_path, samples, options, result, &why))
		refuse(result, samples, options->threshold_ms, &why);
}

static void explain_launch(const struct load *load, const struct store_launch *launch, struct explained_launch *own,
	const struct store_artefact_row *trace)
{
	const struct json *recorded = json_get(launch->environment, "trace");
	const struct store_artefact_row *ticks = artefact_of(load, launch, "ticks");
	own->options = (struct explain_options){ .threshold_ms = load->explained->run.threshold_ms,
		.lost = trace->lossy ? json_text(recorded, "lost", "its own account says so") : NULL,
		.tells_story = load->address->sample >= 0, .story = (size_t)load->address->sample };
	own->trace_path = fs_join(store_folder(load->store), trace->path);
	own->ticks_path = ticks ? fs_join(store_folder(load->store), ticks->path) : NULL;
	explain_own(own, &own->samples, &own->options, &own->result);
}

void explained_otherwise(const struct explained *explained, size_t launch, const struct explained_other *other,
	struct explain_result *result)
{
	const struct explained_launch *own = &explained->launches[launch];
	const struct trace_samples *samples = other->samples ? other->samples : &own->samples;
	struct explain_options options = own->options;
	options.without_measures = other->without_measures;
	options.tells_story = false;
	*result = (struct explain_result){ 0 };
	if (own->trace_path && !trace_samples_problem(samples))
		explain_own(own, samples, &options, result);
}

/* Adds the launch when it has samples and a trace. */
static int take_traced(struct load *load, const struct store_launch *launch, struct err *err)
{
	struct explained *explained = load->explained;
	struct explained_launch *own = &explained->launches[explained->explanation.launch_count];
	const struct store_artefact_row *trace = artefact_of(load, launch, "trace");
	struct err why = { .code = ERR_NONE };
	if (!trace)
		return 0;
	if (store_samples_load(load->store, launch->row, &own->stored, &why))
		return why.code == ERR_NOT_FOUND ? 0 : err_set(err, why.code, "%s", why.text);
	own->row = launch;
	snprintf(own->number, sizeof own->number, "%d", launch->number);
	own->samples = samples_of(&own->stored, launch);
	if (!trace_samples_problem(&own->samples))
		explain_launch(load, launch, own, trace);
	explained->explanation.launch_count++;
	return 0;
}

/* ---- untraced ones ---- */

static int take_untraced(struct load *load, const struct store_launch *launch, struct explanation_untraced *out,
	struct err *err)
{
	struct store_spike *spikes;
	size_t count;
	if (store_spikes(load->store, launch->row, &spikes, &count, err))
		return -1;
	*out = (struct explanation_untraced){ .run = load->explained->run.id, .arm = launch->arm,
		.launch = launch->number, .spikes = count };
	for (size_t i = 0; i < count; i++) {
		out->episodes += i == 0 || spikes[i].episode != spikes[i - 1].episode;
		if (spikes[i].response_ms > out->worst_ms) {
			out->worst = spikes[i].sample;
			out->worst_ms = spikes[i].response_ms;
		}
	}
	free(spikes);
	return 0;
}

static int take_launches(struct load *load, struct err *err)
{
	struct explained *explained = load->explained;
	struct explanation *explanation = &explained->explanation;
	struct explanation_untraced *untraced = mem_alloc_zero(explained->row_count + 1, sizeof *untraced);
	explained->launches = mem_alloc_zero(explained->row_count + 1, sizeof *explained->launches);
	explanation->untraced = untraced;
	int result = 0;
	for (size_t i = 0; i < explained->row_count && !result; i++) {
		const struct store_launch *launch = &explained->rows[i];
		if (!is_wanted(load, launch))
			continue;
		if (launch->traced) {
			result = take_traced(load, launch, err);
			continue;
		}
		struct explanation_untraced *one = &untraced[explanation->untraced_count];
		result = take_untraced(load, launch, one, err);
		explanation->untraced_count += one->spikes > 0;
	}
	return result;
}

static bool is_unrepresentative(const struct summary *summary, const char *arm)
{
	const struct summary_arm *found = summary_arm(summary, arm);
	bool compared = found && (found->launches > 0 || (found->traced.companions > 0 && found->traced.compared));
	return compared && !found->traced.representative;
}

/* The launches as the explanation lists them. */
static void list_launches(struct explained *explained, const struct summary *summary)
{
	size_t count = explained->explanation.launch_count;
	struct explanation_launch *list = mem_alloc_zero(count + 1, sizeof *list);
	for (size_t i = 0; i < count; i++) {
		const struct explained_launch *own = &explained->launches[i];
		list[i] = (struct explanation_launch){ .run = explained->run.id, .launch = own->number,
			.arm = own->row->arm, .samples = &own->samples, .result = &own->result,
			.unrepresentative = is_unrepresentative(summary, own->row->arm) };
	}
	explained->explanation.launches = list;
}

/* What was asked for by its number must be there. */
static int check_found(const struct store_address *address, const struct explained *explained, struct err *err)
{
	const struct explanation *explanation = &explained->explanation;
	bool known = false;
	for (size_t i = 0; i < explained->row_count; i++)
		known |= explained->rows[i].number == address->launch;
	if (address->launch >= 0 && !known)
		return err_set(err, ERR_NOT_FOUND, "run %s has no launch %d", address->run, address->launch);
	if (address->sample < 0)
		return 0;
	if (explanation->launch_count == 0)
		return err_set(err, ERR_NOT_FOUND, "launch %d of run %s has no trace: an untraced sample has no cause; "
			"wasmograph reproduce %s:%d:%ld tries to make it come back", address->launch, address->run,
			address->run, address->launch, address->sample);
	if ((size_t)address->sample >= explanation->launches[0].samples->count)
		return err_set(err, ERR_NOT_FOUND, "launch %d of run %s has no sample %ld", address->launch, address->run,
			address->sample);
	return 0;
}

static int finish(const struct load *load, struct err *err)
{
	struct summary summary;
	if (summary_load(load->store, load->address->run, NULL, NAN, &summary, err))
		return -1;
	list_launches(load->explained, &summary);
	summary_release(&summary);
	return check_found(load->address, load->explained, err);
}

int explained_load(struct store *store, const struct store_address *address, struct explained *explained,
	struct err *err)
{
	struct load load = { .store = store, .address = address, .explained = explained };
	*explained = (struct explained){ .row_count = 0 };
	if (store_run_get(store, address->run, &explained->run, err))
		return -1;
	int result = store_launches(store, address->run, &explained->rows, &explained->row_count, err);
	if (!result)
		result = store_artefacts(store, address->run, &load.artefacts, &load.artefact_count, err);
	if (!result)
		result = take_launches(&load, err);
	if (!result)
		result = finish(&load, err);
	store_artefacts_free(load.artefacts, load.artefact_count);
	if (result)
		explained_release(explained);
	return result;
}

void explained_release(struct explained *explained)
{
	for (size_t i = 0; i < explained->explanation.launch_count; i++) {
		explain_result_release(&explained->launches[i].result);
		store_samples_release(&explained->launches[i].stored);
		free(explained->launches[i].trace_path);
		free(explained->launches[i].ticks_path);
	}
	free(explained->explanation.launches);
	free(explained->explanation.untraced);
	free(explained->launches);
	store_launches_free(explained->rows, explained->row_count);
	store_run_release(&explained->run);
	*explained = (struct explained){ .row_count = 0 };
}
