/* Files that appear whole or not at all: written under a temporary name in the same
 * folder, fsynced, renamed, and the folder fsynced.
 *
 * Errors: ERR_ENVIRONMENT when the place may not be written (EACCES, EPERM, EROFS),
 * ERR_NO_SPACE, ERR_NOT_FOUND (the folder, or the file to copy), ERR_IO. Then the
 * target is as it was and no temporary file is left. Any thread. */
#ifndef WASMOGRAPH_BASE_FS_WRITE_H
#define WASMOGRAPH_BASE_FS_WRITE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* The file gets exactly `mode`, whatever the umask. */
int fs_write_atomic(const char *path, const void *bytes, size_t length, mode_t mode,
	struct err *err);
int fs_copy(const char *from, const char *to, mode_t mode, struct err *err);

/* The code of a failed call that meant to write. */
enum err_code fs_write_code(int errnum);

/* fsyncs the folder that holds `path`, so that a rename in it survives a crash. */
int fs_sync_parent(const char *path, struct err *err);

#endif
