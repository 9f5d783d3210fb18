#include "trace/cause.h"

#include <string.h>

int trace_cause(enum trace_what what, enum trace_role role)
{
	if (what == TRACE_IDLE)
		return TRACE_NO_CAUSE;
	if (what < TRACE_OF_A_THREAD)
		return TRACE_ROLES * (what - TRACE_TASK) + (int)role;
	return TRACE_ROLES * (TRACE_OF_A_THREAD - TRACE_TASK) + what - TRACE_OF_A_THREAD;
}

enum trace_what trace_cause_what(int cause)
{
	int shared = TRACE_ROLES * (TRACE_OF_A_THREAD - TRACE_TASK);
	return cause < shared ? TRACE_TASK + cause / TRACE_ROLES : TRACE_OF_A_THREAD + cause - shared;
}

const char *trace_cause_name(int cause)
{
	static const char *const names[TRACE_CAUSES] = {
		"task@main", "task@worker", "js@main", "js@worker", "guest@main", "guest@worker", "guest-gc@main",
		"guest-gc@worker", "deserialise@main", "deserialise@worker", "serialise@main", "serialise@worker",
		"layout@main", "layout@worker", "mem-grow@main", "mem-grow@worker", "wasm-compile@main",
		"wasm-compile@worker", "gc@main", "gc@worker", "queue@main", "queue@worker", "blocked@main",
		"blocked@worker", "late@main", "late@worker", "stopped", "cpu-internal", "cpu-external", "cpu-wait",
		"host-stall", "unexplained",
	};
	return names[cause];
}

int trace_cause_parse(const char *name)
{
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		if (strcmp(trace_cause_name(cause), name) == 0)
			return cause;
	}
	return TRACE_NO_CAUSE;
}
