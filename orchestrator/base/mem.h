/* Allocation that cannot fail: exhausted memory aborts with one line on stderr,
 * because no caller could do better (crash-only; see base/err.h).
 *
 * Ownership: every pointer returned is the caller's, to be given to free(). */
#ifndef WASMOGRAPH_BASE_MEM_H
#define WASMOGRAPH_BASE_MEM_H

#include <stddef.h>

void *mem_alloc_zero(size_t count, size_t size_bytes); /* calloc */
void *mem_resize(void *old, size_t count, size_t size_bytes); /* reallocarray */
char *mem_strdup(const char *text); /* NULL gives NULL */
char *mem_strndup(const char *text, size_t length);
char *mem_format(const char *format, ...) __attribute__((format(printf, 1, 2)));


/* Aborts as the others do when `allocated` is NULL, else returns it: for what a
 * library allocated for us. */
void *mem_check(void *allocated);

#endif
