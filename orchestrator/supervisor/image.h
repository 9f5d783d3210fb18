/* The supervisor's program, embedded in ours: statically linked, so that starting it costs 0.3 ms of CPU time where
 * our own executable, with its 25 shared libraries, costs 4: that was a third of what a launch costs us.
 *
 * A build with sanitizers cannot be static, and embeds none.
 * Ownership: the descriptor is the caller's. Threads: any. */
#ifndef WASMOGRAPH_SUPERVISOR_IMAGE_H
#define WASMOGRAPH_SUPERVISOR_IMAGE_H

/* A close-on-exec descriptor of the program, to be executed as /proc/self/fd/N; −1 when there is none, or the kernel
 * makes no such files. */
int supervisor_image_open(void);

#endif
