#include "run/pace.h"

#include <math.h>
#include <stdio.h>

enum { S_PER_MINUTE = 60 };

static double own_s(const struct pace_run *run)
{
	return run->made > 0 ? run->spent_s / (double)run->made : run->known_s;
}

static double mean_s(const struct pace_run *runs, size_t count)
{
	double sum = 0;
	size_t known = 0;
	for (size_t i = 0; i < count; i++) {
		if (isnan(own_s(&runs[i])))
			continue;
		sum += own_s(&runs[i]);
		known++;
	}
	return known ? sum / (double)known : NAN;
}

double pace_left_s(const struct pace_run *runs, size_t count)
{
	double left = 0, mean = mean_s(runs, count);
	for (size_t i = 0; i < count; i++)
		left += (double)runs[i].left * (isnan(own_s(&runs[i])) ? mean : own_s(&runs[i]));
	return left;
}

void pace_text(double left_s, char out[PACE_TEXT_SIZE])
{
	if (isnan(left_s))
		out[0] = '\0';
	else if (left_s < S_PER_MINUTE)
		snprintf(out, PACE_TEXT_SIZE, "less than a minute left");
	else
		snprintf(out, PACE_TEXT_SIZE, "about %.0f min left", left_s / S_PER_MINUTE);
}
