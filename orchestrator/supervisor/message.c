#include "supervisor/message.h"

#include <stdio.h>
#include <string.h>

static int format(const struct supervisor_message *message, char line[SUPERVISOR_LINE_SIZE])
{
	switch (message->kind) {
	case SUPERVISOR_GROUP:
		return snprintf(line, SUPERVISOR_LINE_SIZE, "group %d %s", message->version, message->text);
	case SUPERVISOR_CPUSET:
		return snprintf(line, SUPERVISOR_LINE_SIZE, "cpuset %d %s", message->version, message->text);
	case SUPERVISOR_STARTED:
		return snprintf(line, SUPERVISOR_LINE_SIZE, "started %d", (int)message->pid);
	case SUPERVISOR_FAILED:
		return snprintf(line, SUPERVISOR_LINE_SIZE, "failed %s", message->text);
	case SUPERVISOR_EXITED:
		return snprintf(line, SUPERVISOR_LINE_SIZE, "exited %d %d", message->code, message->signal);
	case SUPERVISOR_CLEAN:
		break;
	}
	return snprintf(line, SUPERVISOR_LINE_SIZE, "clean");
}

size_t supervisor_message_print(const struct supervisor_message *message,
	char line[SUPERVISOR_LINE_SIZE])
{
	int length = format(message, line);
	return length < 0 ? 0 : (size_t)length;
}

/* The rest of a line that begins with `word`. */
static int parse_text(const char *line, const char *word, struct supervisor_message *message)
{
	size_t start = strlen(word), length = strlen(line);
	if (strncmp(line, word, start) != 0 || length - start >= SUPERVISOR_TEXT_SIZE)
		return -1;
	memcpy(message->text, line + start, length - start + 1);
	return 0;
}

static int parse_failed(const char *line, struct supervisor_message *message)
{
	message->kind = SUPERVISOR_FAILED;
	return parse_text(line, "failed ", message);
}

static int parse_versioned(const char *line, enum supervisor_message_kind kind, const char *const words[3],
	struct supervisor_message *message)
{
	message->kind = kind;
	for (message->version = 0; message->version <= 2; message->version++)
		if (parse_text(line, words[message->version], message) == 0)
			return 0;
	return -1;
}

static int parse_group(const char *line, struct supervisor_message *message)
{
	static const char *const words[] = {"group 0 ", "group 1 ", "group 2 "};
	return parse_versioned(line, SUPERVISOR_GROUP, words, message);
}

static int parse_cpuset(const char *line, struct supervisor_message *message)
{
	static const char *const words[] = {"cpuset 0 ", "cpuset 1 ", "cpuset 2 "};
	return parse_versioned(line, SUPERVISOR_CPUSET, words, message);
}

static int parse_started(const char *line, struct supervisor_message *message)
{
	int pid = 0, end = 0;
	if (sscanf(line, "started %9d%n", &pid, &end) != 1 || line[end] != '\0' || pid <= 0)
		return -1;
	message->kind = SUPERVISOR_STARTED;
	message->pid = pid;
	return 0;
}

static int parse_exited(const char *line, struct supervisor_message *message)
{
	int end = 0;
	if (sscanf(line, "exited %4d %3d%n", &message->code, &message->signal, &end) != 2 ||
	    line[end] != '\0')
		return -1;
	message->kind = SUPERVISOR_EXITED;
	return 0;
}

int supervisor_message_parse(const char *line, size_t length, struct supervisor_message *message)
{
	char copy[SUPERVISOR_LINE_SIZE];
	if (length >= sizeof copy || memchr(line, '\0', length))
		return -1;
	memcpy(copy, line, length);
	copy[length] = '\0';
	*message = (struct supervisor_message){.kind = SUPERVISOR_CLEAN};
	if (strcmp(copy, "clean") == 0 || parse_started(copy, message) == 0 ||
	    parse_exited(copy, message) == 0 || parse_failed(copy, message) == 0 ||
	    parse_group(copy, message) == 0 || parse_cpuset(copy, message) == 0)
		return 0;
	return -1;
}
