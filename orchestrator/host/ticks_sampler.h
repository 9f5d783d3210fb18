/* The process that samples a renderer's threads every millisecond while a traced launch is measured: the hidden
 * command
 *   wasmograph ticks SOCKET_FD OUT_FD PID PERIOD_US ROWS GROUP_VERSION GROUP_PATH
 * of our own executable, so that the daemon can sleep through the window.
 *
 * It speaks as host/attend.h says, and is ready once it samples. Until "stop" it writes nothing and touches no disk; then
 * it writes CSV (host/ticks_table.h) to OUT_FD. End of file on the socket ends it within a period, whatever it was doing;
 * so does the death of who started it, even if it is stopped. Rows that find no room are not taken: "full" says so.
 *
 * It asks for SCHED_FIFO priority 1, for a sampler that waits for a CPU cannot tell who else waits. It is refused
 * to who is neither root nor has RLIMIT_RTPRIO, and in a version 1 cpu group without real-time budget: recorded.
 * Threads born during the window are not sampled: the parties of a measurement exist before it. They are counted.
 *
 * JSON: {"period_us","rows","pid","threads":[{"tid","ns_tid","name"}],"workers_left_out","workers_born",
 *  "fifo","fifo_refused" (why, or null),"locked" (memory),"cgroup" ("v1","v2","none"),"machine" (source of all_cpu_us),
 *  "window_us","cpu_us" (its own in that time),"wakeups","preemptions","overruns" (due times slept through),
 *  "late_p50_us","late_p99_us","late_max_us","full"} */
#ifndef WASMOGRAPH_HOST_TICKS_SAMPLER_H
#define WASMOGRAPH_HOST_TICKS_SAMPLER_H

/* With main's own arguments. 0 when it wrote its file or nobody wants it any more, 1 when it failed, 2 for a wrong
 * command line. */
int ticks_sampler(int argc, char **argv);

#endif
