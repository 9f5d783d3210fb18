/* The lines that a supervisor and its daemon exchange, both ways of both: text to value,
 * value to text. Pure.
 *
 * A line is one packet of a SOCK_SEQPACKET pair, without a newline: packets keep their bounds,
 * so there is nothing to reassemble. Ownership: values without pointers. Any thread. */
#ifndef WASMOGRAPH_SUPERVISOR_MESSAGE_H
#define WASMOGRAPH_SUPERVISOR_MESSAGE_H

#include <stddef.h>
#include <sys/types.h>

enum { SUPERVISOR_LINE_SIZE = 512, SUPERVISOR_TEXT_SIZE = 480 };

#define SUPERVISOR_STOP "stop" /* the one line that goes down */

enum supervisor_message_kind {
	SUPERVISOR_GROUP,   /* "group VERSION TEXT": the control group's folder, or why there is none */
	SUPERVISOR_CPUSET,  /* "cpuset VERSION TEXT": the group that has its processors, or why none has */
	SUPERVISOR_STARTED, /* "started PID" */
	SUPERVISOR_FAILED,  /* "failed TEXT" */
	SUPERVISOR_EXITED,  /* "exited CODE SIGNAL": CODE −1 when a signal killed it */
	SUPERVISOR_CLEAN,   /* "clean" */
};

struct supervisor_message {
	enum supervisor_message_kind kind;
	pid_t pid;
	int code;
	int signal;
	int version; /* of control groups; 0: none */
	char text[SUPERVISOR_TEXT_SIZE];
};

/* The line's length. */
size_t supervisor_message_print(const struct supervisor_message *message,
	char line[SUPERVISOR_LINE_SIZE]);

/* 0, or −1 for anything that print would not write. */
int supervisor_message_parse(const char *line, size_t length, struct supervisor_message *message);

#endif
