/* What the bench's supervisor (supervise.c) writes into the browser's log, and client.c looks for there. */
#ifndef WASMOGRAPH_TEST_BENCH_SUPERVISE_H
#define WASMOGRAPH_TEST_BENCH_SUPERVISE_H

#define SUPERVISOR_CPU "bench: supervisor CPU µs "

#endif
