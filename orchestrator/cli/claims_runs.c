#include "cli/claims_runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/mono.h"
#include "probe/registry.h"
#include "report/claims.h"
#include "run/check.h"

enum { US_PER_S = 1000000 };

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

static void choose_arms(const struct claims *own, struct claims_subject *subject)
{
	const struct probe *probe = subject->probe;
	subject->arms = mem_alloc_zero(probe->arm_count + 1, sizeof(*subject->arms));
	for (size_t i = 0; i < probe->arm_count; i++) {
		if (wants_arm(own, probe, probe->arms[i].name))
			subject->arms[subject->request.arm_count++] = i;
	}
	subject->request.arms = subject->arms;
}

static void fill_request(const struct claims *own, struct claims_subject *subject)
{
	const struct evidence_effort *effort = &subject->probe->evidence.modes[own->mode];
	struct run_request *request = &subject->request;
	int blocks = own->request->blocks ? (int)own->request->blocks : effort->blocks;
	int most = own->request->blocks ? blocks : effort->most_blocks;
	request->probe = subject->probe;
	request->sure_blocks = blocks;
	request->blocks = most;
	request->seed = measure_draw_seed();
	request->determinate_launches = own->request->blocks ? 0 : EVIDENCE_DETERMINATE_LAUNCHES;
	request->threshold_ms = subject->probe->threshold_ms;
	request->parameters = (const char *const *)effort->parameters;
	request->parameter_count = effort->parameter_count;
	request->trace = SCHEDULE_TRACE_OFF;
	subject->evidence = json_new_object();
	json_set_text(subject->evidence, "mode", evidence_mode_name(own->mode));
	json_set_number(subject->evidence, "looks", most > blocks ? 2 : 1);
	json_set_number(subject->evidence, "determinate_launches", request->determinate_launches);
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
	struct claims_subject subject = { .probe = probe };
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

int claims_choose(struct claims *own, struct err *err)
{
	return find_probes(own, err) || check_ids(own, err) ? -1 : 0;
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

static int drop_if_void(struct claims_subject *subject, struct store *store, struct err *err)
{
	struct summary summary;
	if (summary_load(store, subject->found.run, subject->probe, NAN, &summary, err))
		return -1;
	if (lacks_arm(&summary))
		subject->found = (struct evidence_found){ .run = "" };
	summary_release(&summary);
	return 0;
}

static int find_evidence(struct claims *own, struct session *session, struct claims_subject *subject, struct err *err)
{
	struct guest_set guests;
	const struct run_request *request = &subject->request;
	if (own->request->again)
		return 0;
	if (guest_set_make(&guests, own->measure.data_root, subject->probe, request->arms, request->arm_count, NULL, NULL,
		    &own->measure.log, err))
		return -1;
	int result = evidence_find(session, request, &guests, &subject->found, err);
	guest_set_release(&guests);
	return !result && subject->found.is_whole ? drop_if_void(subject, session->store, err) : result;
}

static void go_on_with(struct claims_subject *subject)
{
	if (subject->found.is_whole) {
		memcpy(subject->run, subject->found.run, sizeof(subject->run));
	} else if (subject->found.run[0]) {
		subject->request.resumes = subject->found.run;
		subject->request.seed = subject->found.seed;
	}
}

/* In so many blocks. */
static size_t launches_in(const struct run_request *request, int blocks)
{
	size_t launches = 0;
	for (size_t i = 0; i < request->arm_count; i++) {
		int most = run_request_arm(request, i)->determinate ? request->determinate_launches : 0;
		launches += (size_t)(most && most < blocks ? most : blocks);
	}
	return launches;
}

/* Launches of the blocks that are sure to be made; what an interrupted run has of them is done. */
static int count_left(const struct claims *own, struct store *store, const struct claims_subject *subject, struct pace_run *pace,
	struct err *err)
{
	struct store_launch *launches;
	size_t count, stand = 0, planned = launches_in(&subject->request, subject->request.sure_blocks);
	*pace = (struct pace_run){ .left = subject->found.is_whole ? 0 : planned };
	if (pace->left && subject->request.resumes) {
		if (store_launches(store, subject->request.resumes, &launches, &count, err))
			return -1;
		for (size_t i = 0; i < count; i++)
			stand += store_launch_is_finished(&launches[i]);
		store_launches_free(launches, count);
		pace->left -= stand < pace->left ? stand : pace->left;
	}
	return store_launch_mean_s(store, subject->probe->name, evidence_mode_name(own->mode), &pace->known_s, err);
}

static int look_for(struct claims *own, struct session *session, size_t index, struct err *err)
{
	struct claims_subject *subject = &own->subjects[index];
	if (find_evidence(own, session, subject, err))
		return -1;
	go_on_with(subject);
	return count_left(own, session->store, subject, &own->paces[index], err);
}

/* ---- measuring ---- */

static void tell_pace(struct claims *own)
{
	pace_text(pace_left_s(own->paces, own->count), own->measure.log.tail);
}

/* At the first look: more blocks only where they may decide something. */
static bool goes_on(struct store *store, const char *run, void *context)
{
	struct claims *own = context;
	const struct claims_subject *subject = &own->subjects[own->current];
	const struct run_request *request = &subject->request;
	struct summary summary;
	struct err err = { .code = ERR_NONE };
	if (summary_load(store, run, subject->probe, NAN, &summary, &err))
		return false; /* told when the run is read again */
	bool gains = claims_would_gain(&summary, (size_t)request->blocks);
	summary_release(&summary);
	if (gains)
		own->paces[own->current].left += launches_in(request, request->blocks) - launches_in(request, request->sure_blocks);
	return gains;
}

static bool on_stored(struct store *store, const char *run, int launch, void *context)
{
	(void)store, (void)run, (void)launch;
	struct claims *own = context;
	struct pace_run *pace = &own->paces[own->current];
	pace->made++;
	pace->left -= pace->left > 0;
	pace->spent_s = (double)(mono_now_us() - own->began_us) / US_PER_S;
	tell_pace(own);
	return true;
}

static void tell_next(struct claims *own, const struct claims_subject *subject, size_t index)
{
	const char *left = own->measure.log.tail;
	log_note(&own->measure.log, "probe %zu of %zu, %s: %zu arms, %d blocks%s%s%s%s", index + 1, own->count,
		subject->probe->name, subject->request.arm_count, subject->request.sure_blocks,
		subject->request.resumes ? ", going on with " : "", subject->request.resumes ? subject->request.resumes : "",
		left[0] ? "; " : "", left);
}

static int measure_subject(struct claims *own, struct session *session, size_t index, bool *interrupted, struct err *err)
{
	struct claims_subject *subject = &own->subjects[index];
	struct run_request *request = &subject->request;
	struct run_result result;
	if (subject->found.is_whole)
		return 0;
	own->current = index;
	own->began_us = mono_now_us();
	request->goes_on = goes_on;
	request->on_stored = on_stored;
	request->goes_on_context = request->on_stored_context = own;
	tell_next(own, subject, index);
	int status = run_execute(session, request, &result, err);
	own->paces[index].left = 0;
	tell_pace(own);
	memcpy(subject->run, result.id, sizeof(subject->run));
	*interrupted = result.interrupted;
	return status;
}

int claims_measure(struct claims *own, struct session *session, bool *interrupted, struct err *err)
{
	own->paces = mem_alloc_zero(own->count, sizeof(*own->paces));
	for (size_t i = 0; i < own->count; i++) {
		if (look_for(own, session, i, err))
			return -1;
	}
	tell_pace(own);
	for (size_t i = 0; i < own->count && !*interrupted; i++) {
		if (measure_subject(own, session, i, interrupted, err))
			return -1;
	}
	return 0;
}

void claims_release(struct claims *own)
{
	for (size_t i = 0; i < own->count; i++) {
		probe_free(own->subjects[i].probe);
		free(own->subjects[i].arms);
		json_free(own->subjects[i].evidence);
	}
	free(own->subjects);
	free(own->paces);
	measure_release(&own->measure);
}
