#include "trace/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <zlib.h>

#include "base/mem.h"

struct trace_file {
	gzFile stream;           /* reads plain files as they are (zlib.h: gzread) */
	char *path;
};

struct trace_file *trace_file_open(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_set_errno(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO, errno, "cannot open %s",
			path);
		return NULL;
	}
	struct trace_file *file = mem_alloc_zero(1, sizeof *file);
	file->stream = mem_check(gzdopen(fd, "r"));
	file->path = mem_strdup(path);
	gzbuffer(file->stream, TRACE_FILE_CHUNK / 8); /* small beside a read: after its look at the first bytes, plain ones go straight to the caller */
	return file;
}

void trace_file_close(struct trace_file *file)
{
	if (!file)
		return;
	gzclose_r(file->stream);
	free(file->path);
	free(file);
}

ssize_t trace_file_read(struct trace_file *file, void *out, size_t size, struct err *err)
{
	errno = 0;
	int got = gzread(file->stream, out, (unsigned)size);
	int code = Z_OK;
	const char *why = got > 0 ? NULL : gzerror(file->stream, &code);
	if (got > 0 || code == Z_OK)
		return got;
	if (code == Z_ERRNO)
		return err_set_errno(err, ERR_IO, errno, "cannot read %s", file->path);
	return err_set(err, ERR_INVALID, "the gzip data of %s are damaged or cut off: %s", file->path, why);
}

static int feed(struct trace_check *check, struct trace_file *file, struct err *err)
{
	char *chunk = mem_alloc_zero(TRACE_FILE_CHUNK, 1);
	ssize_t got;
	do
		got = trace_file_read(file, chunk, TRACE_FILE_CHUNK, err);
	while (got > 0 && trace_check_feed(check, chunk, (size_t)got, err) == 0);
	free(chunk);
	return got == 0 ? 0 : -1;
}

int trace_file_check(const char *path, struct trace_facts *facts, struct err *err)
{
	struct trace_file *file = trace_file_open(path, err);
	if (!file)
		return -1;
	struct trace_check *check = trace_check_new();
	int result = feed(check, file, err);
	if (!result)
		result = trace_check_end(check, facts, err);
	trace_check_free(check);
	trace_file_close(file);
	return result;
}
