#include "run/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "run/describe.h"
#include "store/launch.h"

/* What a run would be that is made now. */
struct wanted {
	const struct run_request *request;
	const struct guest_set *guests;
	struct json **parameters;  /* by position in request->arms */
	struct json *spec, *environment;
	char served[HASH_HEX_SIZE];
};

static bool is_same_text(const struct json *a, const struct json *b, const char *key)
{
	const char *text = json_text(a, key, NULL), *other = json_text(b, key, NULL);
	return text && other && strcmp(text, other) == 0;
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

/* Kept to the same processors, or to none. */
static bool has_same_cpus(const struct json *then, const struct json *now)
{
	const struct json *before = json_get(then, "cpus_asked"), *after = json_get(now, "cpus_asked");
	return (!before && !after) || prints_alike(before, after);
}

static bool is_same_machine(const struct json *then, const struct json *now)
{
	return is_same_text(then, now, "kernel") && is_same_text(then, now, "cpu_model")
		&& json_number(then, "cpus", 0) == json_number(now, "cpus", 0) && has_same_cpus(then, now)
		&& is_same_text(json_get(then, "browser"), json_get(now, "browser"), "version")
		&& is_same_text(json_get(then, "browser"), json_get(now, "browser"), "mode");
}

static bool lists(const struct json *arms, const char *name)
{
	for (const struct json *m = json_first(arms); m; m = json_next(m)) {
		if (strcmp(json_as_text(m, ""), name) == 0)
			return true;
	}
	return false;
}

static bool holds_arm(const struct wanted *wanted, const struct json *spec, size_t position)
{
	const struct probe_arm *arm = run_request_arm(wanted->request, position);
	const struct guest_build *build = guest_set_build(wanted->guests, arm);
	if (!lists(json_get(spec, "arms"), arm->name))
		return false;
	if (!prints_alike(json_get(json_get(spec, "parameters"), arm->name), wanted->parameters[position]))
		return false;
	return !build || strcmp(json_text(json_get(spec, "builds"), build->name, ""), build->id) == 0;
}

static bool is_evidence(const struct wanted *wanted, const struct store_run *run)
{
	const struct run_request *request = wanted->request;
	if (strcmp(run->state, "done") != 0 || !is_same_text(json_get(run->spec, "evidence"), request->evidence, "mode")
	    || strcmp(json_text(run->spec, "served_sha256", ""), wanted->served) != 0
	    || !is_same_machine(run->environment, wanted->environment))
		return false;
	for (size_t i = 0; i < request->arm_count; i++) {
		if (!holds_arm(wanted, run->spec, i))
			return false;
	}
	return true;
}

/* Of another program's run the launches to come might not be the ones that are missing. */
static bool is_part(const struct wanted *wanted, const struct store_run *run)
{
	return strcmp(run->state, "interrupted") == 0 && run->blocks == wanted->request->blocks
		&& run->threshold_ms == wanted->request->threshold_ms && prints_alike(run->spec, wanted->spec)
		&& is_same_machine(run->environment, wanted->environment)
		&& is_same_text(run->environment, wanted->environment, "wasmograph");
}

static int read_parameters(struct wanted *wanted, struct err *err)
{
	const struct run_request *request = wanted->request;
	wanted->parameters = mem_alloc_zero(request->arm_count + 1, sizeof(*wanted->parameters));
	for (size_t i = 0; i < request->arm_count; i++) {
		const struct probe_arm *arm = run_request_arm(request, i);
		wanted->parameters[i] = probe_parameters(request->probe, arm, request->parameters, request->parameter_count,
			err);
		if (!wanted->parameters[i])
			return -1;
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

static void take(struct evidence_found *found, const struct store_run *run, bool whole)
{
	snprintf(found->run, sizeof(found->run), "%s", run->id);
	found->is_whole = whole;
	found->seed = run->seed;
}

static int consider(const struct wanted *wanted, struct store *store, const struct store_run *run,
	struct evidence_found *found, struct err *err)
{
	int blocks = 0;
	if (strcmp(run->probe, wanted->request->probe->name) != 0)
		return 0;
	if (!found->run[0] && is_part(wanted, run))
		take(found, run, false);
	if (!is_evidence(wanted, run))
		return 0;
	if (count_blocks(store, run->id, &blocks, err))
		return -1;
	if (blocks >= wanted->request->sure_blocks)
		take(found, run, true);
	return 0;
}

static int search(const struct wanted *wanted, struct store *store, struct evidence_found *found, struct err *err)
{
	struct store_run *runs;
	size_t count;
	int result = store_runs(store, 0, &runs, &count, err);
	if (result)
		return result;
	for (size_t i = 0; i < count && !found->is_whole && !result; i++)
		result = consider(wanted, store, &runs[i], found, err);
	store_runs_free(runs, count);
	return result;
}

static void release(struct wanted *wanted)
{
	for (size_t i = 0; wanted->parameters && i < wanted->request->arm_count; i++)
		json_free(wanted->parameters[i]);
	free(wanted->parameters);
	json_free(wanted->spec);
	json_free(wanted->environment);
}

int evidence_find(const struct session *session, const struct run_request *request, const struct guest_set *guests,
	struct evidence_found *found, struct err *err)
{
	struct wanted wanted = { .request = request, .guests = guests };
	*found = (struct evidence_found){ .run = "" };
	int result = read_parameters(&wanted, err);
	if (!result && describe_served(request->probe, wanted.served) == 0) {
		wanted.spec = describe_spec(request, guests, wanted.parameters);
		wanted.environment = describe_environment(session);
		result = search(&wanted, session->store, found, err);
	}
	release(&wanted);
	return result;
}
