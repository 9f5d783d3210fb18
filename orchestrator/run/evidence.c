#include "run/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "run/describe.h"
#include "store/launch.h"

/* What a run would be that is made now. */
struct wanted {
	const struct run_request *request;
	const struct guest_set *guests;
	struct json *parameters;   /* by arm's name */
	struct json *environment;
	char served[HASH_HEX_SIZE];
};

static bool is_same_text(const struct json *a, const struct json *b, const char *key)
{
	const char *text = json_text(a, key, NULL), *other = json_text(b, key, NULL);
	return text && other && strcmp(text, other) == 0;
}

static bool is_same_machine(const struct json *then, const struct json *now)
{
	return is_same_text(then, now, "kernel") && is_same_text(then, now, "cpu_model")
		&& json_number(then, "cpus", 0) == json_number(now, "cpus", 0)
		&& is_same_text(json_get(then, "browser"), json_get(now, "browser"), "version")
		&& is_same_text(json_get(then, "browser"), json_get(now, "browser"), "mode");
}

static bool prints_alike(const struct json *a, const struct json *b)
{
	if (!a || !b)
		return false;
	char *text = json_print(a, false), *other = json_print(b, false);
	bool same = strcmp(text, other) == 0;
	free(text);
	free(other);
	return same;
}

static bool lists(const struct json *arms, const char *name)
{
	for (const struct json *m = json_first(arms); m; m = json_next(m)) {
		if (strcmp(json_as_text(m, ""), name) == 0)
			return true;
	}
	return false;
}

static bool holds_arm(const struct wanted *wanted, const struct json *spec, const struct probe_arm *arm)
{
	const struct guest_build *build = guest_set_build(wanted->guests, arm);
	if (!lists(json_get(spec, "arms"), arm->name))
		return false;
	if (!prints_alike(json_get(json_get(spec, "parameters"), arm->name), json_get(wanted->parameters, arm->name)))
		return false;
	return !build || strcmp(json_text(json_get(spec, "builds"), build->name, ""), build->id) == 0;
}

static bool is_evidence(const struct wanted *wanted, const struct store_run *run)
{
	const struct run_request *request = wanted->request;
	if (strcmp(run->probe, request->probe->name) != 0 || strcmp(run->state, "done") != 0
	    || !is_same_text(json_get(run->spec, "evidence"), request->evidence, "mode")
	    || strcmp(json_text(run->spec, "served_sha256", ""), wanted->served) != 0
	    || !is_same_machine(run->environment, wanted->environment))
		return false;
	for (size_t i = 0; i < request->arm_count; i++) {
		if (!holds_arm(wanted, run->spec, run_request_arm(request, i)))
			return false;
	}
	return true;
}

static int read_parameters(struct wanted *wanted, struct err *err)
{
	const struct run_request *request = wanted->request;
	wanted->parameters = json_new_object();
	for (size_t i = 0; i < request->arm_count; i++) {
		const struct probe_arm *arm = run_request_arm(request, i);
		struct json *parameters = probe_parameters(request->probe, arm, request->parameters,
			request->parameter_count, err);
		if (!parameters)
			return -1;
		json_set(wanted->parameters, arm->name, parameters);
	}
	return 0;
}

/* A run that its first look decided made fewer blocks than were planned. */
static int count_blocks(struct store *store, const char *run, int *blocks, struct err *err)
{
	struct store_launch *launches;
	size_t count;
	if (store_launches(store, run, &launches, &count, err))
		return -1;
	*blocks = 0;
	for (size_t i = 0; i < count; i++)
		*blocks = launches[i].block > *blocks ? launches[i].block : *blocks;
	store_launches_free(launches, count);
	return 0;
}

static int search(const struct wanted *wanted, struct store *store, char id[STORE_RUN_ID_SIZE], struct err *err)
{
	struct store_run *runs;
	size_t count;
	int result = store_runs(store, 0, &runs, &count, err);
	if (result)
		return result;
	for (size_t i = 0; i < count && !id[0] && !result; i++) {
		int blocks = 0;
		if (!is_evidence(wanted, &runs[i]))
			continue;
		result = count_blocks(store, runs[i].id, &blocks, err);
		if (blocks >= wanted->request->sure_blocks)
			snprintf(id, STORE_RUN_ID_SIZE, "%s", runs[i].id);
	}
	store_runs_free(runs, count);
	return result;
}

int evidence_find(const struct session *session, const struct run_request *request, const struct guest_set *guests,
	char id[STORE_RUN_ID_SIZE], struct err *err)
{
	struct wanted wanted = { .request = request, .guests = guests };
	id[0] = '\0';
	int result = read_parameters(&wanted, err);
	if (!result && describe_served(request->probe, wanted.served) == 0) {
		wanted.environment = describe_environment(session);
		result = search(&wanted, session->store, id, err);
	}
	json_free(wanted.environment);
	json_free(wanted.parameters);
	return result;
}
