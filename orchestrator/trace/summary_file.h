/* Summarises a trace in a file, whatever reader it takes.
 *
 * Memory is flat. Any thread; reads files. */
#ifndef WASMOGRAPH_TRACE_SUMMARY_FILE_H
#define WASMOGRAPH_TRACE_SUMMARY_FILE_H

#include "base/err.h"
#include "trace/summary.h"

/* Gives the whole file to the summariser. ERR_NOT_FOUND, ERR_IO; ERR_INVALID, ERR_TOO_LARGE for what is no whole trace:
 * then what came before the fault has been taken. */
int trace_summary_read(const char *path, struct trace_summariser *summariser, struct err *err);

#endif
