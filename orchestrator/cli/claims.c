#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/mono.h"
#include "cli/cli.h"
#include "cli/measure.h"
#include "probe/registry.h"
#include "report/claim_sheet.h"
#include "report/claim_sheet_html.h"
#include "report/claim_sheet_json.h"
#include "report/claim_sheet_text.h"
#include "report/claims.h"
#include "run/check.h"
#include "run/evidence.h"

enum { MS_PER_MINUTE = 60000, US_PER_MS = 1000, BLOCKS_MAX = 1000 };

struct request {
	struct measure_options measure;
	int64_t chapter, blocks;
	bool quick, full, again;
	const char *output;
	const char *const *ids; size_t id_count;
};

/* One probe, and the run that decides its claims. */
struct subject {
	struct probe *probe;
	size_t *arms;
	struct run_request request;
	struct json *evidence;     /* for the run's spec */
	char run[STORE_RUN_ID_SIZE]; /* "" until there is one */
	bool is_old;               /* it was there already */
};

/* One call of the command. */
struct claims {
	const struct request *request;
	const struct cli_common *common;
	struct claim_choice choice;
	enum evidence_mode mode;
	struct measure measure;
	struct subject *subjects; size_t count;
	int64_t began_us;
	size_t launches, launches_done; /* of runs to be made */
};

/* ---- which probes, which arms ---- */

static bool wants_arm(const struct claims *own, const struct probe *probe, const char *arm)
{
	for (size_t i = 0; i < probe->claim_count; i++) {
		const struct probe_claim *claim = &probe->claims[i];
		if (claim_choice_has(&own->choice, claim)
		    && (strcmp(claim->arm, arm) == 0 || (claim->against && strcmp(claim->against, arm) == 0)))
			return true;
	}
	return false;
}

static void choose_arms(const struct claims *own, struct subject *subject)
{
	const struct probe *probe = subject->probe;
	subject->arms = mem_alloc_zero(probe->arm_count + 1, sizeof(*subject->arms));
	for (size_t i = 0; i < probe->arm_count; i++) {
		if (wants_arm(own, probe, probe->arms[i].name))
			subject->arms[subject->request.arm_count++] = i;
	}
	subject->request.arms = subject->arms;
}

static void fill_request(const struct claims *own, struct subject *subject)
{
	const struct evidence_effort *effort = &subject->probe->evidence.modes[own->mode];
	struct run_request *request = &subject->request;
	int blocks = own->request->blocks ? (int)own->request->blocks : effort->blocks;
	int most = own->request->blocks ? blocks : effort->most_blocks;
	request->probe = subject->probe;
	request->sure_blocks = blocks;
	request->blocks = most;
	request->seed = measure_draw_seed();
	request->threshold_ms = subject->probe->threshold_ms;
	request->parameters = (const char *const *)effort->parameters;
	request->parameter_count = effort->parameter_count;
	request->trace = SCHEDULE_TRACE_OFF;
	subject->evidence = json_new_object();
	json_set_text(subject->evidence, "mode", evidence_mode_name(own->mode));
	json_set_number(subject->evidence, "looks", most > blocks ? 2 : 1);
	request->evidence = subject->evidence;
}

/* Claims are each decided by one probe. */
static int check_unique(const struct claims *own, const struct probe *probe, struct err *err)
{
	for (size_t s = 0; s < own->count; s++) {
		const struct probe *other = own->subjects[s].probe;
		for (size_t i = 0; i < probe->claim_count * other->claim_count; i++) {
			const char *id = probe->claims[i / other->claim_count].id;
			if (strcmp(id, other->claims[i % other->claim_count].id) == 0)
				return err_set(err, ERR_USAGE, "claim %s is in two probes, %s and %s: one decides it", id, other->name,
					probe->name);
		}
	}
	return 0;
}

/* Keeps the probe when it decides a claim that is wanted. */
static int add_probe(struct claims *own, struct probe *probe, struct err *err)
{
	struct subject subject = { .probe = probe };
	if (check_unique(own, probe, err)) {
		probe_free(probe);
		return -1;
	}
	choose_arms(own, &subject);
	if (subject.request.arm_count == 0) {
		free(subject.arms);
		probe_free(probe);
		return 0;
	}
	fill_request(own, &subject);
	own->subjects = mem_resize(own->subjects, own->count + 1, sizeof(*own->subjects));
	own->subjects[own->count++] = subject;
	return run_check(&subject.request, own->measure.data_root, err);
}

static int find_probes(struct claims *own, struct err *err)
{
	size_t count;
	int result = 0;
	char **names = registry_probe_names(own->measure.data_root, &count, err);
	if (!names)
		return -1;
	for (size_t i = 0; i < count && !result; i++) {
		struct probe *probe = registry_probe(own->measure.data_root, names[i], err);
		result = probe ? add_probe(own, probe, err) : -1;
	}
	fs_list_free(names, count);
	return result;
}

static bool is_known(const struct claims *own, const char *id)
{
	for (size_t s = 0; s < own->count; s++) {
		for (size_t i = 0; i < own->subjects[s].probe->claim_count; i++) {
			if (strcmp(own->subjects[s].probe->claims[i].id, id) == 0)
				return true;
		}
	}
	return false;
}

static int check_ids(const struct claims *own, struct err *err)
{
	for (size_t i = 0; i < own->choice.id_count; i++) {
		if (!is_known(own, own->choice.ids[i]))
			return err_set(err, ERR_USAGE, "no probe decides a claim \"%s\"%s: docs/CLAIMS.md lists them", own->choice.ids[i],
				own->choice.chapter ? " of that chapter" : "");
	}
	if (own->count == 0)
		return err_set(err, ERR_USAGE, "no probe decides a claim of chapter %d: docs/CLAIMS.md lists them",
			own->choice.chapter);
	return 0;
}

/* ---- what is there already ---- */

/* A launch that failed is a result; one that was void is none. */
static bool lacks_arm(const struct summary *summary)
{
	for (size_t i = 0; i < summary->arm_count; i++) {
		const struct summary_arm *arm = &summary->arms[i];
		if (arm->launches + arm->failed + arm->saturated == 0)
			return true;
	}
	return false;
}

static int drop_if_void(struct subject *subject, struct store *store, struct err *err)
{
	struct summary summary;
	if (summary_load(store, subject->run, subject->probe, NAN, &summary, err))
		return -1;
	if (lacks_arm(&summary))
		subject->run[0] = '\0';
	summary_release(&summary);
	return 0;
}

static int look_for(struct claims *own, struct session *session, struct subject *subject, struct err *err)
{
	struct guest_set guests;
	const struct run_request *request = &subject->request;
	if (guest_set_make(&guests, own->measure.data_root, subject->probe, request->arms, request->arm_count, NULL, NULL,
		    &own->measure.log, err))
		return -1;
	int result = own->request->again ? 0 : evidence_find(session, request, &guests, subject->run, err);
	guest_set_release(&guests);
	if (!result && subject->run[0])
		result = drop_if_void(subject, session->store, err);
	subject->is_old = subject->run[0] != '\0';
	if (!subject->is_old)
		own->launches += request->arm_count * (size_t)request->sure_blocks;
	return result;
}

/* ---- measuring ---- */

/* At the first look: more blocks only where they may decide something. */
static bool goes_on(struct store *store, const char *run, void *context)
{
	const struct subject *subject = context;
	struct summary summary;
	struct err err = { .code = ERR_NONE };
	if (summary_load(store, run, subject->probe, NAN, &summary, &err))
		return false; /* told when the run is read again */
	bool gains = claims_would_gain(&summary, (size_t)subject->request.blocks);
	summary_release(&summary);
	return gains;
}

static void tell_next(struct claims *own, const struct subject *subject, size_t index)
{
	double spent_ms = (double)(mono_now_us() - own->began_us) / US_PER_MS;
	size_t left = own->launches - own->launches_done;
	char *time = own->launches_done == 0 ? mem_strdup("")
		: mem_format(", about %.0f min left", ceil(spent_ms / (double)own->launches_done * (double)left / MS_PER_MINUTE));
	log_note(&own->measure.log, "probe %zu of %zu, %s: %zu arms, %d blocks%s", index + 1, own->count, subject->probe->name,
		subject->request.arm_count, subject->request.sure_blocks, time);
	free(time);
}

static int measure_subject(struct claims *own, struct session *session, size_t index, bool *interrupted, struct err *err)
{
	struct subject *subject = &own->subjects[index];
	struct run_result result;
	if (subject->is_old)
		return 0;
	subject->request.goes_on = goes_on;
	subject->request.goes_on_context = subject;
	tell_next(own, subject, index);
	int status = run_execute(session, &subject->request, &result, err);
	own->launches_done += subject->request.arm_count * (size_t)subject->request.sure_blocks;
	memcpy(subject->run, result.id, sizeof(subject->run));
	*interrupted = result.interrupted;
	return status;
}

static int measure_subjects(struct claims *own, struct session *session, bool *interrupted, struct err *err)
{
	for (size_t i = 0; i < own->count; i++) {
		if (look_for(own, session, &own->subjects[i], err))
			return -1;
	}
	own->began_us = mono_now_us();
	for (size_t i = 0; i < own->count && !*interrupted; i++) {
		if (measure_subject(own, session, i, interrupted, err))
			return -1;
	}
	return 0;
}

/* ---- what is printed ---- */

/* The page last: a folder that cannot be written to does not hide the answer. */
static int print_sheet(const struct claims *own, struct store *store, const struct claim_sheet *sheet, struct err *err)
{
	if (own->common->json)
		cli_print_json(stdout, claim_sheet_json(sheet));
	else
		claim_sheet_text(stdout, sheet);
	return own->request->output ? claim_sheet_html_write(own->request->output, store, sheet, err) : 0;
}

static int load_sources(const struct claims *own, struct store *store, struct summary *summaries,
	struct claim_source *sources, struct err *err)
{
	for (size_t i = 0; i < own->count; i++) {
		const struct subject *subject = &own->subjects[i];
		sources[i] = (struct claim_source){ subject->probe, NULL };
		if (!subject->run[0])
			continue;
		if (summary_load(store, subject->run, subject->probe, NAN, &summaries[i], err))
			return -1;
		sources[i].summary = &summaries[i];
		if (!subject->is_old && claims_keep(store, &summaries[i], err))
			return -1;
	}
	return 0;
}

/* Reads the runs back from the store, so that what is printed is what is kept. */
static int show(const struct claims *own, struct store *store, struct err *err)
{
	struct summary *summaries = mem_alloc_zero(own->count, sizeof(*summaries));
	struct claim_source *sources = mem_alloc_zero(own->count, sizeof(*sources));
	struct claim_sheet sheet;
	int result = load_sources(own, store, summaries, sources, err);
	if (!result) {
		claim_sheet_make(sources, own->count, &own->choice, &sheet);
		result = print_sheet(own, store, &sheet, err);
		claim_sheet_release(&sheet);
	}
	for (size_t i = 0; i < own->count; i++)
		summary_release(&summaries[i]);
	free(sources);
	free(summaries);
	return result;
}

/* ---- the whole ---- */

static int measure_and_show(struct claims *own)
{
	struct session session;
	struct err err = { .code = ERR_NONE }, shown = { .code = ERR_NONE };
	bool interrupted = false;
	if (measure_open(&own->measure, "claims", &session, &err))
		return cli_fail(&err);
	int failed = measure_subjects(own, &session, &interrupted, &err);
	log_close_progress(&own->measure.log);
	int unshown = show(own, session.store, &shown);
	session_close(&session);
	if (failed)
		return cli_fail(&err);
	return unshown ? cli_fail(&shown) : interrupted ? CLI_INTERRUPTED : CLI_OK;
}

static void release(struct claims *own)
{
	for (size_t i = 0; i < own->count; i++) {
		probe_free(own->subjects[i].probe);
		free(own->subjects[i].arms);
		json_free(own->subjects[i].evidence);
	}
	free(own->subjects);
	measure_release(&own->measure);
}

static int decide(const struct request *request, const struct cli_common *common)
{
	struct claims own = { .request = request, .common = common, .choice = { request->ids, request->id_count,
		(int)request->chapter } };
	struct err err = { .code = ERR_NONE };
	own.mode = request->quick ? EVIDENCE_QUICK : request->full ? EVIDENCE_FULL : EVIDENCE_DEFAULT;
	int status;
	if (request->quick && request->full)
		status = cli_fail((err_set(&err, ERR_USAGE, "--quick and --full: one of the two"), &err));
	else if (measure_init(&own.measure, common, &request->measure, &err) || find_probes(&own, &err)
	    || check_ids(&own, &err))
		status = cli_fail(&err);
	else
		status = measure_and_show(&own);
	release(&own);
	return status;
}

int cli_claims(int argc, char **argv)
{
	struct request request = { .quick = false };
	const struct cli_option options[] = {
		{ "--chapter", "N", "only claims of this chapter", CLI_WHOLE, &request.chapter, 1, 99 },
		{ "--quick", NULL, "few blocks, short shares of time: verdicts are provisional", CLI_FLAG, &request.quick, 0, 0 },
		{ "--full", NULL, "every count as it was published", CLI_FLAG, &request.full, 0, 0 },
		{ "--blocks", "N", "instead of each probe's own number", CLI_WHOLE, &request.blocks, 1, BLOCKS_MAX },
		{ "--again", NULL, "measure also what the results hold already", CLI_FLAG, &request.again, 0, 0 },
		{ "-o", "FILE", "write a page with a plot of each claim, too", CLI_TEXT, &request.output, 0, 0 },
		MEASURE_BROWSER_OPTIONS(request.measure),
		{ 0 },
	};
	const struct cli_syntax syntax = { .usage = "claims [ID…] [options]", .options = options,
		.text = "Measures what the probes' published claims need, and says of each: claimed, measured, verdict, and\n"
			"why. Evidence that the results hold for these builds, this browser and this machine is used again,\n"
			"so that an interrupted call goes on where it was. docs/CLAIMS.md says how each is decided.",
		.operands_least = 0, .operands_most = 1000 };
	struct cli_common common;
	struct err err = { .code = ERR_NONE };
	int operands;
	measure_defaults(&request.measure);
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		return cli_fail(&err);
	if (common.help)
		return cli_help(&syntax), CLI_OK;
	request.ids = (const char *const *)argv + 1;
	request.id_count = (size_t)operands;
	return decide(&request, &common);
}
