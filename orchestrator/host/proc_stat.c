#include "host/proc_stat.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

/* Field numbers of proc_pid_stat(5). */
enum {
	FIELD_PARENT = 4,
	FIELD_UTIME = 14,
	FIELD_STIME = 15,
	FIELD_CUTIME = 16,
	FIELD_CSTIME = 17,
	FIELD_START = 22,
};

static bool parse_numbers(const char *at, uint64_t fields[FIELD_START + 1])
{
	for (int field = FIELD_PARENT; field <= FIELD_START; field++) {
		char *end;
		fields[field] = (uint64_t)strtoll(at, &end, 10);
		if (end == at)
			return false;
		at = end;
	}
	return true;
}

static void copy_name(const char *start, const char *end, char name[PROC_NAME_SIZE])
{
	size_t length = (size_t)(end - start);
	if (length >= PROC_NAME_SIZE)
		length = PROC_NAME_SIZE - 1;
	memcpy(name, start, length);
	name[length] = '\0';
}

/* The command (field 2) may hold blanks and parentheses, and what follows it never does: so it
 * begins at the first '(' and ends at the last ')'. */
bool proc_stat_parse(const char *line, struct proc_stat *stat)
{
	const char *start = strchr(line, '('), *end = strrchr(line, ')');
	uint64_t fields[FIELD_START + 1];
	if (!start || !end || end < start || strlen(end) < strlen(") S") ||
	    !parse_numbers(end + strlen(") S"), fields))
		return false;
	copy_name(start + 1, end, stat->name);
	stat->state = end[2];
	stat->parent = (pid_t)fields[FIELD_PARENT];
	stat->cpu_ticks = fields[FIELD_UTIME] + fields[FIELD_STIME];
	stat->child_ticks = fields[FIELD_CUTIME] + fields[FIELD_CSTIME];
	stat->start_ticks = fields[FIELD_START];
	return true;
}

bool proc_stat_read(const char *path, struct proc_stat *stat)
{
	char line[1024];
	return fs_read_small(path, line, sizeof line) > 0 && proc_stat_parse(line, stat);
}

bool proc_state_is_stopped(char state)
{
	return state == 'T' || state == 't';
}
