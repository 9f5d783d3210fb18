#include "run/resume.h"

#include <string.h>

enum schedule_result resume_result_of(const char *outcome)
{
	if (strcmp(outcome, store_outcome_name(STORE_VOID)) == 0)
		return SCHEDULE_VOID;
	return strcmp(outcome, store_outcome_name(STORE_FAILED)) == 0 ? SCHEDULE_FAILED : SCHEDULE_VALID;
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
		if (!store_launch_is_finished(launch))
			continue;
		if (!schedule_next(schedule, &slot) || !is_slot_of(&slot, launch, request))
			return err_set(err, ERR_INVALID, "launch %d was made in another order than this program would: the run "
				"cannot be gone on with", launch->number);
		schedule_report(schedule, resume_result_of(launch->outcome));
		resume->stand++;
		resume->block = launch->block;
	}
	return 0;
}
