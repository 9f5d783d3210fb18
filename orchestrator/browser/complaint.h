/* What a browser that failed to start, or lost its renderer, said in its log, made useful.
 *
 * Ownership: the caller's buffers. Any thread. */
#ifndef WASMOGRAPH_BROWSER_COMPLAINT_H
#define WASMOGRAPH_BROWSER_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

/* A known complaint with what to do about it, else the log's last line that is not empty; "" for
 * an empty log. Pure. */
void browser_complaint_find(const char *log, size_t length, char *text, size_t size);

/* The same for the end of the log behind a descriptor, which may be open for writing only; ""
 * when it is no file. */
void browser_complaint_read(int log_fd, char *text, size_t size);

/* Whether V8 says that it ended the renderer because a JavaScript heap, the page's or a worker's, was
 * full (third_party/blink/renderer/bindings/core/v8/v8_oom.cc; then the renderer ends by SIGILL). Pure. */
bool browser_complaint_is_heap_full(const char *log, size_t length);

/* The same for the end of the log behind a descriptor. */
bool browser_complaint_read_heap_full(int log_fd);

#endif
