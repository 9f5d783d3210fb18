/* Sorts very many texts by a number in little memory: runs of TRACE_SORTER_RUN_BYTES are sorted and laid down in a file
 * without a name, then merged (Knuth, TAOCP 3, 5.4). Equal ones stay in the order in which they came.
 *
 * The file is in ${TMPDIR:-/tmp} and is gone when it is closed, whatever happens; what fits one run needs none. Any thread; a
 * sorter is one user's. Ownership: trace_sorter_free(). */
#ifndef WASMOGRAPH_TRACE_SORTER_H
#define WASMOGRAPH_TRACE_SORTER_H

#include <stddef.h>

#include "base/err.h"

enum { TRACE_SORTER_RUN_BYTES = 8 * 1024 * 1024 };

struct trace_sorter;

/* `run_bytes`: TRACE_SORTER_RUN_BYTES but in tests. */
struct trace_sorter *trace_sorter_new(size_t run_bytes);
void trace_sorter_free(struct trace_sorter *sorter); /* NULL is fine */

/* `key` is no NAN. ERR_NO_SPACE, ERR_IO. */
int trace_sorter_add(struct trace_sorter *sorter, double key, const char *bytes, size_t length, struct err *err);

/* Gives all in their order, once; nothing is added after that. What `give` returns other than 0 ends it, with the error that
 * it set. */
typedef int (*trace_sorter_fn)(const char *bytes, size_t length, void *context, struct err *err);
int trace_sorter_give(struct trace_sorter *sorter, trace_sorter_fn give, void *context, struct err *err);

#endif
