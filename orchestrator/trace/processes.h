/* The processes of a trace, by pid: their names and labels.
 *
 * Pure. Ownership: trace_processes_release(); an all-zero struct is empty. */
#ifndef WASMOGRAPH_TRACE_PROCESSES_H
#define WASMOGRAPH_TRACE_PROCESSES_H

#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"

enum { TRACE_PROCESSES_MAX = 4096, TRACE_PROCESS_NAME_SIZE = 64, TRACE_PROCESS_LABELS_SIZE = 128 };

struct trace_processes {
	struct trace_process {
		int64_t pid;
		char name[TRACE_PROCESS_NAME_SIZE];     /* "Browser", "Renderer", …; "" when the trace does not say */
		char labels[TRACE_PROCESS_LABELS_SIZE]; /* of a renderer often the page's title */
	} *items;
	size_t count, room;
};

void trace_processes_release(struct trace_processes *processes);

/* The process, made if need be; NULL when there are too many. */
struct trace_process *trace_processes_get(struct trace_processes *processes, int64_t pid);

/* Takes over a name or labels (phase M). Of two names the first stays: a later one of Chromium is a command line. */
void trace_processes_take_name(struct trace_processes *processes, const struct trace_event *event);

/* "Renderer", or "" for one that is not known. */
const char *trace_processes_name(const struct trace_processes *processes, int64_t pid);

#endif
