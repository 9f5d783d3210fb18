#include "report/text_reason.h"

#include <string.h>

const char *text_reason(const char *reason, const char *outcome)
{
	size_t length = strlen(outcome);
	if (strncmp(reason, outcome, length) != 0 || strncmp(reason + length, ": ", 2) != 0)
		return reason;
	return reason + length + 2;
}
