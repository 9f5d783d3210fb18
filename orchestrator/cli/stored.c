#include "cli/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/registry.h"

int stored_open(struct stored *stored, const struct cli_common *common, const char *address,
	struct err *err)
{
	*stored = (struct stored){ 0 };
	stored->store = store_open(common->results, false, err);
	if (!stored->store)
		return -1;
	if (store_resolve(stored->store, address, &stored->address, err) == 0)
		return 0;
	stored_release(stored);
	return -1;
}

void stored_release(struct stored *stored)
{
	if (stored->store)
		store_close(stored->store);
	stored->store = NULL;
}

struct summary_set {
	struct summary *summaries;
	struct probe **probes;
	size_t count;
};

static void release_set(struct summary_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		summary_release(&set->summaries[i]);
		probe_free(set->probes[i]);
	}
	free(set->summaries);
	free(set->probes);
}

static int load_run(struct summary_set *set, struct stored *stored, const char *data_root,
	const char *id, const char *probe, struct err *err)
{
	struct err unknown = { 0 };
	set->probes[set->count] = data_root ? registry_probe(data_root, probe, &unknown) : NULL;
	int result = summary_load(stored->store, id, set->probes[set->count],
		summary_floor(set->summaries, set->count), &set->summaries[set->count], err);
	if (result)
		probe_free(set->probes[set->count]);
	else
		set->count++;
	return result;
}

static bool belongs(const struct store_run *run, const struct store_run *wanted)
{
	if (strcmp(run->id, wanted->id) == 0)
		return true;
	return run->plan_id && wanted->plan_id && strcmp(run->plan_id, wanted->plan_id) == 0;
}

/* The whole plan is loaded, because its null run is the floor of the others. Runs come newest
 * first; tables are printed oldest first, as they were made. */
static int load_set(struct summary_set *set, struct stored *stored, const char *data_root,
	struct err *err)
{
	struct store_run *runs, wanted;
	size_t count;
	if (store_run_get(stored->store, stored->address.run, &wanted, err))
		return -1;
	int result = store_runs(stored->store, 0, &runs, &count, err);
	if (!result) {
		set->summaries = mem_alloc_zero(count + 1, sizeof(*set->summaries));
		set->probes = mem_alloc_zero(count + 1, sizeof(*set->probes));
		for (size_t i = count; i-- > 0 && !result;) {
			if (belongs(&runs[i], &wanted))
				result = load_run(set, stored, data_root, runs[i].id, runs[i].probe, err);
		}
		store_runs_free(runs, count);
	}
	store_run_release(&wanted);
	return result;
}

int stored_summaries(struct stored *stored, const struct cli_common *common, bool whole_plan,
	stored_use_fn use, void *context, struct err *err)
{
	struct summary_set set = { 0 };
	struct err no_root = { 0 };
	char *data_root = registry_root(common->data, &no_root);
	int result = load_set(&set, stored, data_root, err);
	for (size_t i = 0; i < set.count && !result && !whole_plan; i++) {
		if (strcmp(set.summaries[i].run.id, stored->address.run) == 0)
			use(&set.summaries[i], 1, context);
	}
	if (!result && whole_plan)
		use(set.summaries, set.count, context);
	release_set(&set);
	free(data_root);
	return result;
}
