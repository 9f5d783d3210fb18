/* Rows in, CSV out. */
#include "host/ticks_table.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "scratch.h"

static const struct ticks_threads threads = {.count = 3,
	.items = {{.tid = 900, .ns_tid = 1}, {.tid = 950, .ns_tid = 13}, {.tid = 951, .ns_tid = 14}}};

static void fill(struct ticks_row *row, uint64_t at_ns)
{
	row->mono_ns = at_ns;
	row->late_ns = 2999;
	row->threads[0] = (struct ticks_reading){1, 2, 3, 'S'};
	row->threads[1] = (struct ticks_reading){UINT64_MAX - 1, TICKS_UNKNOWN, 0, 'R'};
	row->threads[2] = (struct ticks_reading){TICKS_UNKNOWN, TICKS_UNKNOWN, TICKS_UNKNOWN, '\0'};
	row->all_us = 7;
	row->browser_us = TICKS_UNKNOWN;
}

static char *written(const struct ticks_table *table)
{
	struct err err = {0};
	int fd = memfd_create("ticks", MFD_CLOEXEC);
	if (ticks_table_write(table, &threads, fd, &err))
		fail_msg("%s", err.text);
	off_t length = lseek(fd, 0, SEEK_CUR);
	char *text = mem_alloc_zero((size_t)length + 1, 1);
	assert_int_equal(pread(fd, text, (size_t)length, 0), length);
	close(fd);
	return text;
}

#define NAMES "mono_us,late_us,main_run_ns,main_delay_ns,main_minflt,main_state,t13_run_ns,t13_delay_ns,t13_minflt," \
	"t13_state,t14_run_ns,t14_delay_ns,t14_minflt,t14_state,all_cpu_us,browser_cpu_us\n"

static void writes_rows(void **state)
{
	(void)state;
	struct ticks_table table;
	assert_int_equal(ticks_table_init(&table, 2, 3, NULL), 0);
	char *text = written(&table);
	assert_string_equal(text, NAMES);
	free(text);
	fill(ticks_table_add(&table), 5000999);
	fill(ticks_table_add(&table), 6000000);
	assert_null(ticks_table_add(&table));
	text = written(&table);
	assert_string_equal(text, NAMES "5000,2,1,2,3,S,18446744073709551614,,0,R,,,,,7,\n"
		"6000,2,1,2,3,S,18446744073709551614,,0,R,,,,,7,\n");
	free(text);
	ticks_table_release(&table);
}

/* More than goes out in one write. */
static void writes_many_rows(void **state)
{
	(void)state;
	enum { ROWS = 20000 };
	struct ticks_table table;
	assert_int_equal(ticks_table_init(&table, ROWS, 3, NULL), 0);
	for (uint64_t i = 0; i < ROWS; i++)
		fill(ticks_table_add(&table), i * 1000000);
	char *text = written(&table);
	const char *at = strchr(text, '\n');
	for (int i = 0; i < ROWS; i++, at = strchr(at + 1, '\n')) {
		assert_non_null(at);
		assert_int_equal(strtol(at + 1, NULL, 10), i * 1000);
	}
	assert_string_equal(at, "\n");
	free(text);
	ticks_table_release(&table);
}

static void tells_lateness(void **state)
{
	(void)state;
	struct ticks_table table;
	assert_int_equal(ticks_table_init(&table, 100, 0, NULL), 0);
	assert_true(isnan(ticks_table_late_us(&table, 0.5)));
	for (uint64_t i = 100; i > 0; i--)
		ticks_table_add(&table)->late_ns = i * 1000;
	assert_true(ticks_table_late_us(&table, 0.5) == 50);
	assert_true(ticks_table_late_us(&table, 0.99) == 99);
	assert_true(ticks_table_late_us(&table, 1) == 100);
	ticks_table_release(&table);
}

static void says_what_is_impossible(void **state)
{
	(void)state;
	struct ticks_table table;
	struct err err = {0};
	assert_int_equal(ticks_table_init(&table, 0, 1, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_int_equal(ticks_table_init(&table, TICKS_ROWS_MAX + 1, 1, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	ticks_table_release(&table);
	assert_int_equal(ticks_table_init(&table, 1, 3, &err), 0);
	fill(ticks_table_add(&table), 1);
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_int_equal(ticks_table_write(&table, &threads, full, &err), -1);
	assert_int_equal(err.code, ERR_NO_SPACE);
	assert_int_equal(ticks_table_write(&table, &threads, -1, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	close(full);
	ticks_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_rows),
		cmocka_unit_test(writes_many_rows),
		cmocka_unit_test(tells_lateness),
		cmocka_unit_test(says_what_is_impossible),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
