/* How long is left of a work of several runs, from how long their launches take. Pure. */
#ifndef WASMOGRAPH_RUN_PACE_H
#define WASMOGRAPH_RUN_PACE_H

#include <stddef.h>

enum { PACE_TEXT_SIZE = 32 };

/* One run of the work. */
struct pace_run {
	size_t left, made;  /* launches that are still to be made, and that were made */
	double spent_s;     /* on those made */
	double known_s;     /* what one took at an earlier time; NaN: not known */
};

/* What is left, in s: a run's own launches tell what the next ones will take, else earlier ones of its probe, else the
 * other runs' of this work. NaN while nothing is known. */
double pace_left_s(const struct pace_run *runs, size_t count);

/* "about 12 min left", "less than a minute left"; "" for NaN. */
void pace_text(double left_s, char out[PACE_TEXT_SIZE]);

#endif
