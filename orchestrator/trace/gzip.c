#include "trace/gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <zlib.h>

#include "base/fs.h"
#include "base/mem.h"

enum { LEVEL = 3, MEMORY = 9, CHUNK = 128 * 1024 };
enum { WINDOW = 15 + 16 }; /* zlib.h: +16 writes the gzip header */

/* One compression, from open to end. */
struct job {
	const char *from_path, *to_path;
	int from, to;
	z_stream stream;
	struct hash_stream *hash;
	unsigned char *in, *out;
	struct trace_gzip result;
};

static int write_all(struct job *job, size_t length, struct err *err)
{
	const unsigned char *at = job->out;
	hash_stream_add(job->hash, job->out, length);
	job->result.bytes += (int64_t)length;
	while (length > 0) {
		ssize_t written = write(job->to, at, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", job->to_path);
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

/* Compresses what stands in job->in, and with Z_FINISH the rest. */
static int deflate_chunk(struct job *job, size_t length, int flush, struct err *err)
{
	job->stream.next_in = job->in;
	job->stream.avail_in = (uInt)length;
	do {
		job->stream.next_out = job->out;
		job->stream.avail_out = CHUNK;
		deflate(&job->stream, flush); /* fails only when misused */
		if (write_all(job, CHUNK - job->stream.avail_out, err))
			return -1;
	} while (job->stream.avail_out == 0);
	return 0;
}

static int compress_all(struct job *job, struct err *err)
{
	for (;;) {
		ssize_t got = read(job->from, job->in, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set_errno(err, ERR_IO, errno, "cannot read %s", job->from_path);
		job->result.plain_bytes += got;
		if (deflate_chunk(job, (size_t)got, got ? Z_NO_FLUSH : Z_FINISH, err))
			return -1;
		if (got == 0)
			return 0;
	}
}

static int run(struct job *job, struct err *err)
{
	if (deflateInit2(&job->stream, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		abort(); /* out of memory, or a zlib that is not zlib */
	job->hash = hash_stream_new();
	job->in = mem_alloc_zero(CHUNK, 1);
	job->out = mem_alloc_zero(CHUNK, 1);
	int result = compress_all(job, err);
	deflateEnd(&job->stream);
	hash_stream_end(job->hash, job->result.sha256);
	free(job->in);
	free(job->out);
	return result;
}

static int run_into(struct job *job, struct err *err)
{
	job->to = open(job->to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (job->to < 0)
		return err_set_errno(err, errno == EEXIST ? ERR_BUSY : fs_write_code(errno), errno, "cannot create %s",
			job->to_path);
	int result = run(job, err);
	if (close(job->to) && !result) /* may report a write that failed (NFS) */
		result = err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", job->to_path);
	if (result)
		unlink(job->to_path);
	return result;
}

int trace_gzip_file(const char *from, const char *to, struct trace_gzip *result, struct err *err)
{
	struct job job = { .from_path = from, .to_path = to };
	*result = (struct trace_gzip){ 0 };
	job.from = open(from, O_RDONLY | O_CLOEXEC);
	if (job.from < 0)
		return err_set_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "cannot open %s", from);
	int failed = run_into(&job, err);
	close(job.from);
	if (!failed)
		*result = job.result;
	return failed;
}
