#include "trace/processes.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/value.h"

void trace_processes_release(struct trace_processes *processes)
{
	free(processes->items);
	*processes = (struct trace_processes){ 0 };
}

static struct trace_process *find(const struct trace_processes *processes, int64_t pid)
{
	for (size_t i = 0; i < processes->count; i++) {
		if (processes->items[i].pid == pid)
			return &processes->items[i];
	}
	return NULL;
}

struct trace_process *trace_processes_get(struct trace_processes *processes, int64_t pid)
{
	struct trace_process *process = find(processes, pid);
	if (process || processes->count == TRACE_PROCESSES_MAX)
		return process;
	if (processes->count == processes->room) {
		processes->room = processes->room ? 2 * processes->room : 8;
		processes->items = mem_resize(processes->items, processes->room, sizeof *processes->items);
	}
	process = &processes->items[processes->count++];
	*process = (struct trace_process){ .pid = pid };
	return process;
}

static void take(const struct trace_event *event, const char *member, char *out, size_t size)
{
	struct trace_value value = trace_value_find(&event->args, member);
	if (value.kind == TRACE_STRING && !out[0])
		trace_text_copy(&value.text, out, size);
}

void trace_processes_take_name(struct trace_processes *processes, const struct trace_event *event)
{
	bool name = trace_text_equals(&event->name, "process_name"), labels = trace_text_equals(&event->name, "process_labels");
	struct trace_process *process = name || labels ? trace_processes_get(processes, event->pid) : NULL;
	if (process && name)
		take(event, "name", process->name, sizeof process->name);
	else if (process)
		take(event, "labels", process->labels, sizeof process->labels);
}

const char *trace_processes_name(const struct trace_processes *processes, int64_t pid)
{
	const struct trace_process *process = find(processes, pid);
	return process ? process->name : "";
}
