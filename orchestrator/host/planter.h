/* The process that plants what a page cannot do to itself: the hidden command
 *   wasmograph plant SOCKET_FD PID PLAN
 * of our own executable, outside the browser's control group. It speaks as host/attend.h says: ready, then "go" when the
 * window begins, then it does what the plan says, and at "stop", or when nothing is left and "stop" comes, tells when.
 *
 * PLAN: "ID:ACT:AT_US:FOR_US:COUNT", joined by commas, in the order of their times, which count from "go".
 *   stop: SIGSTOP to the process PID, and SIGCONT after FOR_US
 *   load: COUNT processes that compute for FOR_US, each in a session of its own, so that the scheduler's autogroups count
 *         it as a program of its own
 * JSON: {"plants":[{"id","begin","end"} or {"id","failed"}]}, CLOCK_MONOTONIC in ms. What was not reached is not told.
 *
 * A stopped process is continued whatever happens: by this process, or, when it is killed, by a second one that does
 * nothing else (host/planter_guard.h). The processes of a load end by themselves, and die with this one. */
#ifndef WASMOGRAPH_HOST_PLANTER_H
#define WASMOGRAPH_HOST_PLANTER_H

/* With main's own arguments. 0 when it told what it did or nobody wants it any more, 1 when it failed, 2 for a wrong
 * command line. */
int planter(int argc, char **argv);

#endif
