#include "probe/recorder.h"

#include <math.h>

size_t recorder_after(const struct json *report, size_t samples, size_t cold)
{
	double counted = json_number(json_get(report, "recorder"), "counted", (double)samples);
	if (counted > (double)cold && counted < (double)samples)
		return samples - (size_t)counted;
	return 0;
}

bool recorder_has_episode(const struct json *report)
{
	return json_bool(json_get(report, "recorder"), "episode", false);
}

double recorder_over_ms(const struct json *report)
{
	return json_number(json_get(report, "recorder"), "over_ms", NAN);
}
