#include "base/mono.h"

#include <stdio.h>
#include <time.h>

enum { US_PER_S = 1000000, NS_PER_US = 1000 };

static int64_t read_clock_us(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

int64_t mono_now_us(void)
{
	return read_clock_us(CLOCK_MONOTONIC);
}

int64_t mono_wall_us(void)
{
	return read_clock_us(CLOCK_REALTIME);
}

/* The second that holds wall_us, rounded down also before 1970; returns the rest in µs. */
static int split(int64_t wall_us, struct tm *utc)
{
	time_t seconds = (time_t)(wall_us / US_PER_S);
	int rest = (int)(wall_us % US_PER_S);
	if (rest < 0) {
		rest += US_PER_S;
		seconds--;
	}
	gmtime_r(&seconds, utc);
	return rest;
}

/* Both formats hold four-digit years only; others are cut, never written past the end. */
void mono_format_stamp(int64_t wall_us, char out[MONO_STAMP_SIZE])
{
	struct tm utc = {0};
	split(wall_us, &utc);
	if (strftime(out, MONO_STAMP_SIZE, "%Y%m%dT%H%M%SZ", &utc) == 0)
		out[0] = '\0';
}

void mono_format_iso(int64_t wall_us, char out[MONO_ISO_SIZE])
{
	struct tm utc = {0};
	int rest = split(wall_us, &utc);
	char seconds[24];
	if (strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc) == 0)
		seconds[0] = '\0';
	snprintf(out, MONO_ISO_SIZE, "%.19s.%06dZ", seconds, rest);
}
