/* A trace in a file, plain or gzip (told apart by its first two bytes), read in pieces.
 *
 * Memory is flat. Any thread; a file is one user's. Ownership: trace_file_close(). */
#ifndef WASMOGRAPH_TRACE_FILE_H
#define WASMOGRAPH_TRACE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "trace/check.h"

enum { TRACE_FILE_CHUNK = 256 * 1024 }; /* a good size for trace_file_read(): stays in a cache */

struct trace_file;

/* `path` may be a pipe. NULL with ERR_NOT_FOUND or ERR_IO. */
struct trace_file *trace_file_open(const char *path, struct err *err);
void trace_file_close(struct trace_file *file);

/* Bytes of the trace, decompressed; 0 at the end; −1 with ERR_IO, or ERR_INVALID when the compressed data are damaged or
 * cut off. */
ssize_t trace_file_read(struct trace_file *file, void *out, size_t size, struct err *err);

/* Gives the whole file to a check (trace/check.h). Errors are of both. */
int trace_file_check(const char *path, struct trace_facts *facts, struct err *err);

#endif
