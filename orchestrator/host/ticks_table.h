/* What the sampler saw, kept in memory that was there before it began, and written as CSV when it is over.
 *
 * The file: a line of names, then a line per tick; counters are cumulative, times on CLOCK_MONOTONIC; a field
 * that is not known is empty.
 *   mono_us,late_us,
 *   main_run_ns,main_delay_ns,main_minflt,main_state,
 *   t13_run_ns,t13_delay_ns,t13_minflt,t13_state,     … per worker, named by its ns_tid
 *   all_cpu_us,browser_cpu_us
 * Which worker is which only the trace's marks tell; trace/ticks_namer.h names it.
 *
 * Ownership: the struct is the caller's. Adding rows allocates nothing. Threads: one. */
#ifndef WASMOGRAPH_HOST_TICKS_TABLE_H
#define WASMOGRAPH_HOST_TICKS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "host/ticks_thread.h"

enum { TICKS_ROWS_MAX = 4 * 1000 * 1000 }; /* more than an hour of ms; 544 B each at the most, if touched */

struct ticks_row {
	uint64_t mono_ns, late_ns;   /* when it woke, and how long after it was due */
	uint64_t all_us, browser_us; /* or TICKS_UNKNOWN */
	struct ticks_reading threads[];
};

struct ticks_table {
	unsigned char *memory; /* rows, one after the other */
	size_t row_size, capacity, count;
	int threads;
};

/* Memory for `rows` rows, all of it present. ERR_TOO_LARGE, ERR_ENVIRONMENT. */
int ticks_table_init(struct ticks_table *table, size_t rows, int threads, struct err *err);
void ticks_table_release(struct ticks_table *table);

/* The next row, to be filled in; NULL when it is full. */
struct ticks_row *ticks_table_add(struct ticks_table *table);
const struct ticks_row *ticks_table_row(const struct ticks_table *table, size_t index);

/* Quantile p of late_us; NAN without rows. Allocates. */
double ticks_table_late_us(const struct ticks_table *table, double p);

/* `threads` are those the readings were taken from. ERR_NO_SPACE, ERR_IO. `fd` stays the caller's. */
int ticks_table_write(const struct ticks_table *table, const struct ticks_threads *threads, int fd,
	struct err *err);

#endif
