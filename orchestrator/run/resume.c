#include "run/resume.h"

#include <string.h>

static bool is_finished(const struct store_launch *launch)
{
	return strcmp(launch->outcome, "abandoned") != 0 && strcmp(launch->outcome, "running") != 0;
}

static enum schedule_result result_of(const struct store_launch *launch)
{
	if (strcmp(launch->outcome, store_outcome_name(STORE_VOID)) == 0)
		return SCHEDULE_VOID;
	return strcmp(launch->outcome, store_outcome_name(STORE_FAILED)) == 0 ? SCHEDULE_FAILED : SCHEDULE_VALID;
}

static bool is_slot_of(const struct schedule_slot *slot, const struct store_launch *launch,
	const struct run_request *request)
{
	return slot->block == launch->block && slot->attempt == launch->attempt && slot->traced == launch->traced
		&& strcmp(run_request_arm(request, slot->arm)->name, launch->arm) == 0;
}

int resume_schedule(const struct store_launch *launches, size_t count, const struct run_request *request,
	struct schedule *schedule, struct resume *resume, struct err *err)
{
	*resume = (struct resume){ 0 };
	for (size_t i = 0; i < count; i++) {
		const struct store_launch *launch = &launches[i];
		struct schedule_slot slot;
		resume->taken = launch->number > resume->taken ? launch->number : resume->taken;
		if (!is_finished(launch))
			continue;
		if (!schedule_next(schedule, &slot) || !is_slot_of(&slot, launch, request))
			return err_set(err, ERR_INVALID, "launch %d was made in another order than this program would: the run "
				"cannot be gone on with", launch->number);
		schedule_report(schedule, result_of(launch));
		resume->stand++;
		resume->block = launch->block;
	}
	return 0;
}
