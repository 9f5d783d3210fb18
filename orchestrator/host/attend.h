/* The side of a launch's helper: a process of our own executable that a hidden command starts beside a measured window,
 * so that the daemon can sleep through it (run/helper.h is the daemon's side).
 *
 * Its lines, one packet each on a SOCK_SEQPACKET pair:
 *   up:   "ready" once it may begin; "failed TEXT"; "done JSON" when all is told
 *   down: "go" for those who wait for the window, "stop" when it is over
 * End of file on the socket ends it, whatever it was doing; so does the death of who started it.
 * Threads: any. */
#ifndef WASMOGRAPH_HOST_ATTEND_H
#define WASMOGRAPH_HOST_ATTEND_H

#include <stdbool.h>

#define ATTEND_READY "ready"
#define ATTEND_FAILED "failed "
#define ATTEND_DONE "done "
#define ATTEND_GO "go"
#define ATTEND_STOP "stop"

enum { ATTEND_LINE_SIZE = 65536 };

enum attend_order { ATTEND_NOTHING, ATTEND_BEGIN, ATTEND_END, ATTEND_ALONE }; /* ALONE: nobody is there any more */

/* A whole number in decimal, and nothing else. */
bool attend_parse_number(const char *text, unsigned long least, unsigned long most, unsigned long *number);

/* Whether the descriptor is such a socket: else a person has called us. */
bool attend_has_socket(int socket_fd);

/* Ctrl-C is for the daemon, whose death reaches us twice over: by SIGKILL and by end of file. */
void attend_follow(void);

/* Nobody listening is found out by the next look. */
void attend_say(int socket_fd, const char *word, const char *text);

/* `flags` of recv(2): MSG_DONTWAIT to look, 0 to wait. */
enum attend_order attend_hear(int socket_fd, int flags);

#endif
