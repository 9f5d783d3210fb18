/* A folder of a test's own under $TMPDIR, and small things around files and children.
 *
 * Include after <cmocka.h>. */
#ifndef WASMOGRAPH_TEST_SCRATCH_H
#define WASMOGRAPH_TEST_SCRATCH_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

/* The caller gives the path to scratch_remove(). */
static inline char *scratch_make(const char *name)
{
	const char *parent = getenv("TMPDIR");
	char *path = mem_format("%s/wasmograph-test-%s-XXXXXX", parent ? parent : "/tmp", name);
	assert_non_null(mkdtemp(path));
	return path;
}

static inline void scratch_remove(char *path)
{
	struct err err = {0};
	if (fs_remove_tree(path, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
}

/* Writes FOLDER/NAME, making the folders that NAME holds. */
static inline void scratch_write(const char *folder, const char *name, const char *text)
{
	struct err err = {0};
	char *path = fs_join(folder, name);
	char *slash = strrchr(path, '/');
	*slash = '\0';
	assert_int_equal(fs_make_folders(path, 0755, &err), 0);
	*slash = '/';
	assert_int_equal(fs_write_atomic(path, text, strlen(text), 0644, &err), 0);
	free(path);
}

/* The status of a child that this test forked. */
static inline int scratch_wait(pid_t pid)
{
	int status = 0;
	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	return status;
}

#endif
