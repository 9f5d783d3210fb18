/* What a browser that failed to start said in its log, made useful.
 *
 * Ownership: the caller's buffers. Any thread. */
#ifndef WASMOGRAPH_BROWSER_COMPLAINT_H
#define WASMOGRAPH_BROWSER_COMPLAINT_H

#include <stddef.h>

/* A known complaint with what to do about it, else the log's last line that is not empty; "" for
 * an empty log. Pure. */
void browser_complaint_find(const char *log, size_t length, char *text, size_t size);

/* The same for the end of the log behind a descriptor, which may be open for writing only; ""
 * when it is no file. */
void browser_complaint_read(int log_fd, char *text, size_t size);

#endif
