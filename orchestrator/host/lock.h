/* The measuring lock: one measurement at a time per machine (flock; pid and run
 * inside). It vanishes with its holder.
 *
 * Ownership: lock_take() gives a descriptor, close-on-exec; lock_drop() closes it. */
#ifndef WASMOGRAPH_HOST_LOCK_H
#define WASMOGRAPH_HOST_LOCK_H

#include <stdbool.h>

#include "base/err.h"

#define LOCK_PATH_DEFAULT "/run/lock/wasmograph.lock"

/* The lock's path: $WASMOGRAPH_LOCK if set (so that tests do not queue behind a
 * measurement), else LOCK_PATH_DEFAULT. */
const char *lock_path(void);

/* Takes the lock and writes "PID RUN\n" into it. `wait`: queues (tried every 100 ms, so
 * in no order; SIGINT or SIGTERM end the wait: ERR_INTERRUPTED); otherwise ERR_BUSY with
 * the holder's pid and run in the text. ERR_ENVIRONMENT when the file cannot be opened.
 * The file is created 0666 so that users can share it. Returns the fd, or −1. */
int lock_take(const char *path, const char *run, bool wait, struct err *err);
void lock_drop(int fd); /* −1 is fine */

#endif
