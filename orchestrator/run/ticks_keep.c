#include "run/ticks_keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "trace/gzip.h"
#include "trace/ticks_namer.h"

/* A piece and what it becomes; naming adds one row of names, and a comma for each column that is missing. */
enum { PIECE_SIZE = 256 * 1024, NAMED_CEILING = 4 * PIECE_SIZE };

static int write_all(int fd, struct buf *out, const char *path, struct err *err)
{
	for (size_t done = 0; done < out->length;) {
		ssize_t written = write(fd, out->data + done, out->length - done);
		if (written < 0 && errno != EINTR)
			return err_set_errno(err, ERR_IO, errno, "cannot write %s", path);
		done += written > 0 ? (size_t)written : 0;
	}
	buf_clear(out);
	return 0;
}

/* One piece from `from` to `to`; *more is false at the end. */
static int name_piece(struct trace_ticks_namer *namer, int from, int to, const char *path, char *piece,
	bool *more, struct err *err)
{
	struct buf out;
	ssize_t got = read(from, piece, PIECE_SIZE);
	if (got < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot read the ticks for %s", path);
	*more = got > 0;
	buf_init(&out, NAMED_CEILING);
	int result = got > 0 ? trace_ticks_namer_feed(namer, piece, (size_t)got, &out, err)
		: trace_ticks_namer_end(namer, &out, err);
	if (result == 0)
		result = write_all(to, &out, path, err);
	buf_release(&out);
	return result;
}

static int name_all(int from, int to, const char *path, int64_t worker_tid, struct err *err)
{
	struct trace_ticks_namer *namer = trace_ticks_namer_new(worker_tid);
	char *piece = mem_alloc_zero(PIECE_SIZE, 1);
	bool more = true;
	int result = 0;
	while (more && result == 0)
		result = name_piece(namer, from, to, path, piece, &more, err);
	free(piece);
	trace_ticks_namer_free(namer);
	return result;
}

static int name_file(const char *raw, const char *plain, int64_t worker_tid, struct err *err)
{
	int from = open(raw, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return err_set_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "cannot open %s", raw);
	int to = open(plain, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int result = to < 0 ? err_set_errno(err, fs_write_code(errno), errno, "cannot create %s", plain)
		: name_all(from, to, plain, worker_tid, err);
	if (to >= 0)
		close(to);
	close(from);
	return result;
}

int ticks_keep(const char *folder, int64_t worker_tid, struct err *err)
{
	struct trace_gzip gzip;
	char *raw = fs_join(folder, TICKS_RAW_NAME), *plain = fs_join(folder, "ticks.csv");
	char *compressed = fs_join(folder, TICKS_NAME);
	int result = name_file(raw, plain, worker_tid, err);
	if (result == 0)
		result = trace_gzip_file(plain, compressed, &gzip, err);
	unlink(plain);
	unlink(raw);
	free(raw);
	free(plain);
	free(compressed);
	return result;
}

static struct json *failed_json(const char *why)
{
	struct json *facts = json_new_object();
	json_set_text(facts, "failed", why);
	return facts;
}

static struct json *keep_or_tell(const char *folder, const struct json *facts, const struct json *trace)
{
	struct err err;
	double pid = json_number(facts, "pid", 0);
	double traced_pid = json_number(json_get(trace, "main"), "pid", pid);
	double worker_tid = json_number(json_get(trace, "worker"), "tid", 0);
	if (traced_pid != pid)
		return failed_json("the sampler looked at another process than the page's");
	if (ticks_keep(folder, (int64_t)worker_tid, &err))
		return failed_json(err.text);
	return json_copy(facts);
}

struct json *ticks_keep_of_launch(const char *folder, const struct json *facts, const struct json *trace)
{
	const char *failed = facts ? json_text(facts, "failed", NULL)
		: "the launch ended before its ticks were fetched";
	struct json *kept = failed ? failed_json(failed) : keep_or_tell(folder, facts, trace);
	char *raw = fs_join(folder, TICKS_RAW_NAME);
	unlink(raw);
	free(raw);
	return kept;
}
