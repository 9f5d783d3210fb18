#include "trace/sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"

enum { WINDOW_BYTES = 64 * 1024, OUT_BYTES = 128 * 1024 };

/* In a file, a record's head and then its bytes. */
struct head {
	double key;
	size_t length;
};

/* A text of the run in memory. */
struct entry {
	struct head head;
	size_t at, order;
};

/* A run in the file while it is merged; its next record is `head` with the bytes in `text`. */
struct run {
	off_t at, end;           /* what was not read yet */
	char *window;
	size_t from, to;         /* of the window: what was read and not used */
	struct head head;
	struct buf text;
};

struct trace_sorter {
	size_t run_bytes;
	struct entry *entries;
	size_t count, room;
	struct buf texts;
	int fd;                  /* −1 before the first run was laid down */
	off_t written;
	struct run *runs;
	size_t run_count;
	size_t *heap;            /* runs, the one with the next record first */
	size_t heap_count;
};

struct trace_sorter *trace_sorter_new(size_t run_bytes)
{
	struct trace_sorter *sorter = mem_alloc_zero(1, sizeof *sorter);
	sorter->run_bytes = run_bytes;
	sorter->fd = -1;
	buf_init(&sorter->texts, SIZE_MAX);
	return sorter;
}

void trace_sorter_free(struct trace_sorter *sorter)
{
	if (!sorter)
		return;
	for (size_t i = 0; i < sorter->run_count; i++) {
		free(sorter->runs[i].window);
		buf_release(&sorter->runs[i].text);
	}
	if (sorter->fd >= 0)
		close(sorter->fd);
	free(sorter->runs);
	free(sorter->heap);
	free(sorter->entries);
	buf_release(&sorter->texts);
	free(sorter);
}

/* ---- runs ---- */

static int compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	if (a->head.key != b->head.key)
		return a->head.key < b->head.key ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int open_file(struct trace_sorter *sorter, struct err *err)
{
	const char *folder = getenv("TMPDIR");
	folder = folder && folder[0] ? folder : "/tmp";
	sorter->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (sorter->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
		char *path = mem_format("%s/wasmograph-sort-XXXXXX", folder);
		sorter->fd = mkostemp(path, O_CLOEXEC);
		if (sorter->fd >= 0)
			unlink(path);
		free(path);
	}
	if (sorter->fd < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot make a temporary file in %s", folder);
	return 0;
}

static int write_all(struct trace_sorter *sorter, struct buf *out, struct err *err)
{
	for (size_t at = 0; at < out->length;) {
		ssize_t written = write(sorter->fd, out->data + at, out->length - at);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_set_errno(err, ERR_IO, errno, "cannot write a temporary file");
		at += (size_t)written;
	}
	sorter->written += (off_t)out->length;
	buf_clear(out);
	return 0;
}

static int write_run(struct trace_sorter *sorter, struct err *err)
{
	struct buf out;
	int result = 0;
	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < sorter->count && !result; i++) {
		const struct entry *entry = &sorter->entries[i];
		buf_append(&out, &entry->head, sizeof entry->head);
		buf_append(&out, sorter->texts.data + entry->at, entry->head.length);
		if (out.length >= OUT_BYTES || i + 1 == sorter->count)
			result = write_all(sorter, &out, err);
	}
	buf_release(&out);
	return result;
}

static int lay_down(struct trace_sorter *sorter, struct err *err)
{
	struct run run = { .at = sorter->written };
	if (sorter->fd < 0 && open_file(sorter, err))
		return -1;
	qsort(sorter->entries, sorter->count, sizeof *sorter->entries, compare);
	if (write_run(sorter, err))
		return -1;
	run.end = sorter->written;
	buf_init(&run.text, SIZE_MAX);
	sorter->runs = mem_resize(sorter->runs, sorter->run_count + 1, sizeof *sorter->runs);
	sorter->runs[sorter->run_count++] = run;
	sorter->count = 0;
	buf_clear(&sorter->texts);
	return 0;
}

int trace_sorter_add(struct trace_sorter *sorter, double key, const char *bytes, size_t length, struct err *err)
{
	size_t used = sorter->texts.length + sorter->count * sizeof *sorter->entries;
	if (sorter->count > 0 && used + length + sizeof *sorter->entries > sorter->run_bytes && lay_down(sorter, err))
		return -1;
	if (sorter->count == sorter->room) {
		sorter->room = sorter->room ? 2 * sorter->room : 64;
		sorter->entries = mem_resize(sorter->entries, sorter->room, sizeof *sorter->entries);
	}
	sorter->entries[sorter->count] = (struct entry){ { key, length }, sorter->texts.length, sorter->count };
	sorter->count++;
	buf_append(&sorter->texts, bytes, length);
	return 0;
}

/* ---- merging ---- */

/* So many bytes of the run. */
static int read_bytes(const struct trace_sorter *sorter, struct run *run, char *out, size_t length, struct err *err)
{
	while (length > 0) {
		if (run->from == run->to) {
			off_t left = run->end - run->at;
			ssize_t got = pread(sorter->fd, run->window, left < WINDOW_BYTES ? (size_t)left : WINDOW_BYTES, run->at);
			if (got < 0 && errno == EINTR)
				continue;
			if (got <= 0)
				return err_set_errno(err, ERR_IO, got ? errno : EIO, "cannot read a temporary file");
			run->at += got;
			run->from = 0;
			run->to = (size_t)got;
		}
		size_t some = run->to - run->from < length ? run->to - run->from : length;
		memcpy(out, run->window + run->from, some);
		run->from += some;
		out += some;
		length -= some;
	}
	return 0;
}

/* 1: the next record is there; 0: the run is over; −1. */
static int next_record(const struct trace_sorter *sorter, struct run *run, struct err *err)
{
	char chunk[4096];
	buf_clear(&run->text);
	if (run->from == run->to && run->at == run->end)
		return 0;
	if (read_bytes(sorter, run, (char *)&run->head, sizeof run->head, err))
		return -1;
	for (size_t left = run->head.length; left > 0;) {
		size_t some = left < sizeof chunk ? left : sizeof chunk;
		if (read_bytes(sorter, run, chunk, some, err))
			return -1;
		buf_append(&run->text, chunk, some);
		left -= some;
	}
	return 1;
}

/* Earlier runs came earlier. */
static bool is_before(const struct trace_sorter *sorter, size_t a, size_t b)
{
	double first = sorter->runs[a].head.key, second = sorter->runs[b].head.key;
	return first != second ? first < second : a < b;
}

static void sift_down(struct trace_sorter *sorter, size_t at)
{
	size_t *heap = sorter->heap;
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= sorter->heap_count)
			return;
		if (child + 1 < sorter->heap_count && is_before(sorter, heap[child + 1], heap[child]))
			child++;
		if (!is_before(sorter, heap[child], heap[at]))
			return;
		size_t swapped = heap[at];
		heap[at] = heap[child];
		heap[child] = swapped;
		at = child;
	}
}

static int begin_merge(struct trace_sorter *sorter, struct err *err)
{
	if (sorter->count > 0 && lay_down(sorter, err))
		return -1;
	sorter->heap = mem_alloc_zero(sorter->run_count, sizeof *sorter->heap);
	free(sorter->entries);
	sorter->entries = NULL;
	sorter->room = 0;
	buf_release(&sorter->texts);
	for (size_t i = 0; i < sorter->run_count; i++) {
		sorter->runs[i].window = mem_alloc_zero(WINDOW_BYTES, 1);
		if (next_record(sorter, &sorter->runs[i], err) < 0)
			return -1;
		sorter->heap[sorter->heap_count++] = i;
	}
	for (size_t i = sorter->heap_count; i-- > 0;)
		sift_down(sorter, i);
	return 0;
}

static int merge(struct trace_sorter *sorter, trace_sorter_fn give, void *context, struct err *err)
{
	if (begin_merge(sorter, err))
		return -1;
	while (sorter->heap_count > 0) {
		struct run *run = &sorter->runs[sorter->heap[0]];
		if (give(run->text.data ? run->text.data : "", run->text.length, context, err))
			return -1;
		int more = next_record(sorter, run, err);
		if (more < 0)
			return -1;
		if (more == 0)
			sorter->heap[0] = sorter->heap[--sorter->heap_count];
		sift_down(sorter, 0);
	}
	return 0;
}

int trace_sorter_give(struct trace_sorter *sorter, trace_sorter_fn give, void *context, struct err *err)
{
	if (sorter->run_count > 0)
		return merge(sorter, give, context, err);
	if (sorter->count > 0)
		qsort(sorter->entries, sorter->count, sizeof *sorter->entries, compare);
	for (size_t i = 0; i < sorter->count; i++) {
		const struct entry *entry = &sorter->entries[i];
		if (give(sorter->texts.data + entry->at, entry->head.length, context, err))
			return -1;
	}
	return 0;
}
