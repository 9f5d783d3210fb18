#include "host/attend.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

enum { ORDER_SIZE = 64 };

bool attend_parse_number(const char *text, unsigned long least, unsigned long most, unsigned long *number)
{
	char *end;
	errno = 0;
	*number = strtoul(text, &end, 10);
	return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0' && *number >= least &&
	       *number <= most;
}

bool attend_has_socket(int socket_fd)
{
	int type = 0;
	socklen_t size = sizeof type;
	return getsockopt(socket_fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

void attend_follow(void)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void attend_say(int socket_fd, const char *word, const char *text)
{
	char line[ATTEND_LINE_SIZE];
	int length = snprintf(line, sizeof line, "%s%s", word, text);
	length = length < (int)sizeof line ? length : (int)sizeof line - 1;
	send(socket_fd, line, (size_t)length, MSG_NOSIGNAL);
}

static bool is_order(const char *line, ssize_t length, const char *order)
{
	return (size_t)length == strlen(order) && memcmp(line, order, (size_t)length) == 0;
}

enum attend_order attend_hear(int socket_fd, int flags)
{
	char line[ORDER_SIZE];
	ssize_t got = recv(socket_fd, line, sizeof line, flags);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? ATTEND_NOTHING : ATTEND_ALONE;
	if (got == 0)
		return ATTEND_ALONE;
	if (is_order(line, got, ATTEND_GO))
		return ATTEND_BEGIN;
	return is_order(line, got, ATTEND_STOP) ? ATTEND_END : ATTEND_NOTHING;
}
