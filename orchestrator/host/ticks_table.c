#include "host/ticks_table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "stats/quantile.h"

enum { NS_PER_US = 1000, BLOCK_SIZE = 64 * 1024 };

/* A row of 16 threads, each number at its longest, takes 1.3 kB. */
enum { LINE_MAX = 4096 };

int ticks_table_init(struct ticks_table *table, size_t rows, int threads, struct err *err)
{
	*table = (struct ticks_table){.threads = threads, .capacity = rows};
	table->row_size = sizeof(struct ticks_row) + (size_t)threads * sizeof(struct ticks_reading);
	if (rows == 0 || rows > TICKS_ROWS_MAX)
		return err_set(err, ERR_TOO_LARGE, "%zu rows cannot be sampled (1 to %d)", rows, TICKS_ROWS_MAX);
	/* A first touch inside the window would be a page fault at every 30th row. */
	void *memory = mmap(NULL, rows * table->row_size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "no memory for %zu rows", rows);
	table->memory = memory;
	return 0;
}

void ticks_table_release(struct ticks_table *table)
{
	if (table->memory)
		munmap(table->memory, table->capacity * table->row_size);
	table->memory = NULL;
}

static struct ticks_row *row_at(const struct ticks_table *table, size_t index)
{
	return (struct ticks_row *)(void *)(table->memory + index * table->row_size);
}

struct ticks_row *ticks_table_add(struct ticks_table *table)
{
	return table->count < table->capacity ? row_at(table, table->count++) : NULL;
}

const struct ticks_row *ticks_table_row(const struct ticks_table *table, size_t index)
{
	return row_at(table, index);
}

double ticks_table_late_us(const struct ticks_table *table, double p)
{
	double *late = mem_alloc_zero(table->count + 1, sizeof *late);
	for (size_t i = 0; i < table->count; i++)
		late[i] = (double)row_at(table, i)->late_ns / NS_PER_US;
	double value = quantile(late, table->count, p);
	free(late);
	return value;
}

/* ---- as text ---- */

static void put_names(struct buf *out, const struct ticks_threads *threads)
{
	static const char *const fields[] = {"run_ns", "delay_ns", "minflt", "state"};
	buf_append_text(out, "mono_us,late_us");
	for (int i = 0; i < threads->count; i++)
		for (int f = 0; f < 4; f++) {
			if (i == 0)
				buf_append_format(out, ",main_%s", fields[f]);
			else
				buf_append_format(out, ",t%d_%s", (int)threads->items[i].ns_tid, fields[f]);
		}
	buf_append_text(out, ",all_cpu_us,browser_cpu_us\n");
}

static void put_number(struct buf *out, uint64_t number)
{
	if (number == TICKS_UNKNOWN)
		buf_append_text(out, ",");
	else
		buf_append_format(out, ",%" PRIu64, number);
}

static void put_row(struct buf *out, const struct ticks_row *row, int threads)
{
	buf_append_format(out, "%" PRIu64, row->mono_ns / NS_PER_US);
	put_number(out, row->late_ns / NS_PER_US);
	for (int i = 0; i < threads; i++) {
		const struct ticks_reading *reading = &row->threads[i];
		put_number(out, reading->run_ns);
		put_number(out, reading->delay_ns);
		put_number(out, reading->faults);
		buf_append_format(out, reading->state ? ",%c" : ",", reading->state);
	}
	put_number(out, row->all_us);
	put_number(out, row->browser_us);
	buf_append_text(out, "\n");
}

static int flush(struct buf *out, int fd, struct err *err)
{
	for (size_t done = 0; done < out->length;) {
		ssize_t written = write(fd, out->data + done, out->length - done);
		if (written < 0 && errno != EINTR)
			return err_set_errno(err, ERR_IO, errno, "cannot write the host's ticks");
		done += written > 0 ? (size_t)written : 0;
	}
	buf_clear(out);
	return 0;
}

int ticks_table_write(const struct ticks_table *table, const struct ticks_threads *threads, int fd,
	struct err *err)
{
	struct buf out;
	int result = 0;
	buf_init(&out, BLOCK_SIZE + LINE_MAX);
	put_names(&out, threads);
	for (size_t i = 0; i < table->count && result == 0; i++) {
		put_row(&out, row_at(table, i), table->threads);
		if (out.length >= BLOCK_SIZE)
			result = flush(&out, fd, err);
	}
	if (result == 0)
		result = flush(&out, fd, err);
	buf_release(&out);
	return result;
}
