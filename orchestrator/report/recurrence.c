#include "report/recurrence.h"

#include <string.h>

double recurrence_least_ms(const struct recurrence_target *target)
{
	return RECURRENCE_LEAST_SHARE * target->length_ms;
}

bool recurrence_is(const struct recurrence_target *target, double length_ms, const char *cause)
{
	if (!(length_ms >= recurrence_least_ms(target)))
		return false;
	return !target->cause || (cause && strcmp(cause, target->cause) == 0);
}

bool recurrence_needs_causes(const struct recurrence_target *target)
{
	return target->cause != NULL;
}
