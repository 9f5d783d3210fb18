/* Files and folders, with errors that name the path. Writing whole files is in
 * base/fs_write.h, whole folders in base/fs_tree.h; both come with this header.
 *
 * Ownership: returned strings are the caller's. Any thread. */
#ifndef WASMOGRAPH_BASE_FS_H
#define WASMOGRAPH_BASE_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fs_tree.h"
#include "base/fs_write.h"

char *fs_join(const char *folder, const char *name);          /* "a/b" */
char *fs_join3(const char *a, const char *b, const char *c);  /* "a/b/c" */

bool fs_exists(const char *path);
bool fs_is_folder(const char *path);

/* Reads a whole file; ERR_NOT_FOUND, ERR_TOO_LARGE, ERR_IO. *out is initialised here
 * (it need not be before, and must not own bytes); release it in any case. On success
 * out->data is not NULL. */
int fs_read(const char *path, size_t ceiling_bytes, struct buf *out, struct err *err);

/* Reads a /proc or /sys file (no size known beforehand) into out, at most
 * size−1 bytes, NUL-terminated. Bytes read, or -1. No allocation. */
ssize_t fs_read_small(const char *path, char *out, size_t size);

/* mkdir -p; the last component gets exactly `mode` if it is made here, those before it
 * 0755 less the umask. ERR_ENVIRONMENT when it may not be written, ERR_IO. */
int fs_make_folders(const char *path, mode_t mode, struct err *err);

/* The folder's entries without "." and "..", sorted; *count of them. Free each and
 * the array. NULL on error: ERR_NOT_FOUND, ERR_IO. */
char **fs_list(const char *folder, size_t *count, struct err *err);
void fs_list_free(char **names, size_t count);

/* The running executable's path (/proc/self/exe). */
char *fs_self_path(void);

#endif
