/* Whole folders: removing one, and making one appear at its final place.
 *
 * Neither ever follows a symbolic link inside the tree. Any thread. */
#ifndef WASMOGRAPH_BASE_FS_TREE_H
#define WASMOGRAPH_BASE_FS_TREE_H

#include <stdbool.h>

#include "base/err.h"

/* Removes a file or a folder with everything in it, never following a symbolic
 * link (openat, O_NOFOLLOW), not even as the last component of `path`. Missing is fine;
 * what somebody else removes or adds meanwhile is, too, for about half a second.
 * Removes what it can and reports the first failure: ERR_ENVIRONMENT (no permission),
 * ERR_BUSY (somebody keeps adding), ERR_IO. ERR_INVALID for what fs_tree_may_remove()
 * refuses, for a folder that is the root or the working folder whatever its name, and
 * for folders of another file system (mounts) inside the tree. */
int fs_remove_tree(const char *path, struct err *err);

/* Whether the path names something of its own: not "", "/", and no "." or ".." as its last
 * component. Pure, so that tests can ask it without a removal behind the answer. */
bool fs_tree_may_remove(const char *path);

/* fsyncs every file and folder in `from`, renames it to `to`, fsyncs both parents: after a
 * crash `to` is whole or not there. ERR_BUSY when `to` exists already (never
 * replaced), else as fs_write.h. */
int fs_publish_folder(const char *from, const char *to, struct err *err);

#endif
