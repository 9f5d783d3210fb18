/* Does a spike come back? What counts as the same one. Pure; any thread.
 *
 * Ownership: everything is borrowed. */
#ifndef WASMOGRAPH_REPORT_RECURRENCE_H
#define WASMOGRAPH_REPORT_RECURRENCE_H

#include <stdbool.h>
#include <stddef.h>

/* A recurrence lasts at least this share of what it recurs of: pauses of one cause differ in length, and half of one is
 * still the same trouble to a person. */
#define RECURRENCE_LEAST_SHARE 0.5

/* What is waited for. */
struct recurrence_target {
	const char *cause;       /* with its thread: "guest@worker"; NULL: unknown, the length alone decides */
	double length_ms;
};

/* The shortest episode that is one. */
double recurrence_least_ms(const struct recurrence_target *target);

/* Whether an episode of this length and largest cause (NULL: none is told) is one. */
bool recurrence_is(const struct recurrence_target *target, double length_ms, const char *cause);

/* Whether the launch's trace must have told causes for its episodes to be judged. */
bool recurrence_needs_causes(const struct recurrence_target *target);

#endif
