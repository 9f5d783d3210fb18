#include "report/original.h"

#include <string.h>

static const struct store_launch *find_launch(const struct original *original, int number)
{
	for (size_t i = 0; i < original->launch_count; i++) {
		if (original->launches[i].number == number)
			return &original->launches[i];
	}
	return NULL;
}

static int no_episode(const struct original *original, const struct store_address *address, struct err *err)
{
	const struct episode *worst = episodes_worst(&original->episodes);
	double threshold_ms = original->run.threshold_ms;
	if (!worst)
		return err_set(err, ERR_USAGE, "launch %d of run %s has no episode to bring back: no sample waited longer than "
			"%g ms", address->launch, address->run, threshold_ms);
	return err_set(err, ERR_USAGE, "sample %ld of launch %s:%d was on time (within %g ms); the launch's worst was %s:%d:%zu, "
		"%.1f ms", address->sample, address->run, address->launch, threshold_ms, address->run, address->launch,
		worst->worst, worst->worst_ms);
}

static int find_episode(struct original *original, const struct store_address *address, struct err *err)
{
	const struct episode_list *list = &original->episodes;
	original->episode = address->sample < 0 ? episodes_worst(list) : episodes_with(list, (size_t)address->sample);
	return original->episode ? 0 : no_episode(original, address, err);
}

static int load(struct store *store, const struct store_address *address, struct original *original, struct err *err)
{
	if (store_run_get(store, address->run, &original->run, err)
	    || store_launches(store, address->run, &original->launches, &original->launch_count, err))
		return -1;
	original->launch = find_launch(original, address->launch);
	if (!original->launch)
		return err_set(err, ERR_NOT_FOUND, "run %s has no launch %d", address->run, address->launch);
	if (strcmp(original->launch->outcome, "valid") != 0 && strcmp(original->launch->outcome, "void") != 0)
		return err_set(err, ERR_USAGE, "launch %s:%d is %s: what it measured is no spike", address->run,
			address->launch, original->launch->outcome);
	if (episodes_load(store, original->launch, original->run.threshold_ms, &original->episodes, err))
		return -1;
	return find_episode(original, address, err);
}

int original_load(struct store *store, const struct store_address *address, struct original *original,
	struct err *err)
{
	*original = (struct original){ .launch_count = 0 };
	if (address->launch < 0)
		return err_set(err, ERR_USAGE, "which spike of run %s? Give RUN:LAUNCH:SAMPLE, or RUN:LAUNCH for a launch's worst; "
			"wasmograph explain %s lists them", address->run, address->run);
	if (load(store, address, original, err) == 0)
		return 0;
	original_release(original);
	return -1;
}

void original_release(struct original *original)
{
	episodes_release(&original->episodes);
	store_launches_free(original->launches, original->launch_count);
	store_run_release(&original->run);
	*original = (struct original){ .launch_count = 0 };
}
