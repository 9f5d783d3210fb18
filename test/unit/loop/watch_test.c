/* Descriptors: level-triggered reading, hang-up, unwatching inside callbacks. */
#include "loop/loop.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct rig {
	struct loop *loop;
	struct loop_timer end;
	int ends[2];
	struct loop_fd *watch;
	struct loop_fd *other;
	size_t bytes;
	int calls;
	bool saw_end;
};

static void on_end(void *context)
{
	loop_stop(((struct rig *)context)->loop);
}

static int set_up(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);
	struct err err;
	rig->loop = loop_new(&err);
	loop_timer_init(&rig->end, rig->loop, on_end, rig);
	*state = rig;
	return rig->loop && pipe(rig->ends) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	loop_timer_release(&rig->end);
	loop_free(rig->loop);
	close(rig->ends[0]);
	close(rig->ends[1]);
	free(rig);
	return 0;
}

/* Reads little at a time, so that what is left must bring another call. */
static void on_read_seven(void *context)
{
	struct rig *rig = context;
	char bytes[7];
	ssize_t got = read(rig->ends[0], bytes, sizeof bytes);
	rig->calls++;
	assert_true(got >= 0);
	rig->bytes += (size_t)got;
	if (got == 0) {
		rig->saw_end = true;
		loop_unwatch_fd(rig->watch);
		loop_stop(rig->loop);
	}
}

static void test_all_is_read_although_the_writer_hung_up(void **state)
{
	struct rig *rig = *state;
	char bytes[1000] = {0};
	assert_int_equal(write(rig->ends[1], bytes, sizeof bytes), (int)sizeof bytes);
	close(rig->ends[1]);
	rig->watch = loop_watch_fd(rig->loop, rig->ends[0], on_read_seven, rig, NULL);
	loop_run(rig->loop);
	assert_int_equal(rig->bytes, sizeof bytes);
	assert_true(rig->saw_end);
	rig->ends[1] = dup(rig->ends[0]);
}

static void on_count(void *context)
{
	struct rig *rig = context;
	rig->calls++;
}

static void test_hang_up_without_data_is_reported(void **state)
{
	struct rig *rig = *state;
	close(rig->ends[1]);
	rig->watch = loop_watch_fd(rig->loop, rig->ends[0], on_read_seven, rig, NULL);
	loop_run(rig->loop);
	assert_int_equal(rig->calls, 1);
	rig->ends[1] = dup(rig->ends[0]);
}

static void on_unwatch_both(void *context)
{
	struct rig *rig = context;
	rig->calls++;
	loop_unwatch_fd(rig->watch);
	loop_unwatch_fd(rig->other);
	loop_unwatch_fd(rig->watch); /* again, in the same turn */
	loop_timer_set(&rig->end, 5000);
}

static void test_unwatching_inside_a_callback_silences_the_same_turn(void **state)
{
	struct rig *rig = *state;
	assert_int_equal(write(rig->ends[1], "x", 1), 1);
	/* Both are ready in one turn; whichever comes first ends both. */
	rig->watch = loop_watch_fd(rig->loop, rig->ends[0], on_unwatch_both, rig, NULL);
	rig->other = loop_watch_fd(rig->loop, rig->ends[0], on_unwatch_both, rig, NULL);
	assert_non_null(rig->watch);
	assert_non_null(rig->other);
	loop_run(rig->loop);
	assert_int_equal(rig->calls, 1);
}

static void test_the_caller_may_close_its_descriptor_first(void **state)
{
	struct rig *rig = *state;
	int mine = dup(rig->ends[0]);
	rig->watch = loop_watch_fd(rig->loop, mine, on_count, rig, NULL);
	close(mine);
	assert_int_equal(write(rig->ends[1], "x", 1), 1);
	loop_unwatch_fd(rig->watch);
	loop_timer_set(&rig->end, 2000);
	loop_run(rig->loop);
	assert_int_equal(rig->calls, 0);
}

static void test_the_callers_flags_are_left_alone(void **state)
{
	struct rig *rig = *state;
	int before = fcntl(rig->ends[0], F_GETFL);
	rig->watch = loop_watch_fd(rig->loop, rig->ends[0], on_count, rig, NULL);
	loop_timer_set(&rig->end, 0);
	loop_run(rig->loop);
	assert_int_equal(fcntl(rig->ends[0], F_GETFL), before);
}

static void test_more_descriptors_than_one_turn_hands_out(void **state)
{
	struct rig *rig = *state;
	enum { COUNT = 200 };
	struct loop_fd *watches[COUNT];
	assert_int_equal(write(rig->ends[1], "x", 1), 1);
	for (int i = 0; i < COUNT; i++) {
		watches[i] = loop_watch_fd(rig->loop, rig->ends[0], on_count, rig, NULL);
		assert_non_null(watches[i]);
	}
	loop_timer_set(&rig->end, 20000);
	loop_run(rig->loop);
	assert_true(rig->calls >= COUNT);
	for (int i = 0; i < COUNT; i++)
		loop_unwatch_fd(watches[i]);
}

static void on_drain(void *context)
{
	struct rig *rig = context;
	char bytes[65536];
	rig->calls++;
	assert_true(read(rig->ends[0], bytes, sizeof bytes) > 0);
	loop_timer_set(&rig->end, 20000);
}

static void on_room(void *context)
{
	struct rig *rig = context;
	char bytes[4096] = {0};
	assert_int_equal(write(rig->ends[1], bytes, sizeof bytes), (int)sizeof bytes);
	rig->bytes += sizeof bytes;
}

static void fill(struct rig *rig)
{
	char bytes[4096] = {0};
	assert_int_equal(fcntl(rig->ends[1], F_SETFL, O_NONBLOCK), 0);
	while (write(rig->ends[1], bytes, sizeof bytes) > 0)
		continue;
}

/* A full pipe has room only after it was read; then once is once. */
static void test_writable_is_told_once_when_there_is_room(void **state)
{
	struct rig *rig = *state;
	fill(rig);
	rig->watch = loop_watch_fd(rig->loop, rig->ends[1], on_count, rig, NULL);
	loop_await_writable(rig->watch, on_room);
	loop_timer_set(&rig->end, 20000);
	loop_run(rig->loop);
	assert_int_equal(rig->bytes, 0);
	rig->other = loop_watch_fd(rig->loop, rig->ends[0], on_drain, rig, NULL);
	loop_run(rig->loop);
	assert_int_equal(rig->bytes, 4096);
	assert_true(rig->calls >= 2); /* drained to the end, and nothing of it was on_readable of ours */
}

static void test_writable_can_be_taken_back(void **state)
{
	struct rig *rig = *state;
	rig->watch = loop_watch_fd(rig->loop, rig->ends[1], on_count, rig, NULL);
	loop_await_writable(rig->watch, on_room);
	loop_await_writable(rig->watch, on_room);
	loop_await_writable(rig->watch, NULL);
	loop_await_writable(rig->watch, NULL);
	loop_timer_set(&rig->end, 5000);
	loop_run(rig->loop);
	assert_int_equal(rig->bytes, 0);
	loop_await_writable(rig->watch, on_room);
	loop_timer_set(&rig->end, 5000);
	loop_run(rig->loop);
	assert_int_equal(rig->bytes, 4096);
	loop_unwatch_fd(rig->watch);
	loop_await_writable(rig->watch, on_room); /* of a handle that ends with this turn: harmless */
	assert_int_equal(rig->calls, 0);
}

static void on_failed_writable(void *context)
{
	struct rig *rig = context;
	assert_int_equal(rig->calls, 0); /* before on_readable */
	rig->saw_end = true;
}

static void on_failed_readable(void *context)
{
	struct rig *rig = context;
	rig->calls++;
	loop_unwatch_fd(rig->watch);
	loop_timer_set(&rig->end, 0);
}

static void test_a_failed_descriptor_counts_as_writable_first(void **state)
{
	struct rig *rig = *state;
	fill(rig);
	close(rig->ends[0]); /* nobody will ever read */
	rig->watch = loop_watch_fd(rig->loop, rig->ends[1], on_failed_readable, rig, NULL);
	loop_await_writable(rig->watch, on_failed_writable);
	loop_run(rig->loop);
	assert_true(rig->saw_end);
	assert_int_equal(rig->calls, 1);
	rig->ends[0] = dup(rig->ends[1]);
}

static void on_unwatch_own(void *context)
{
	struct rig *rig = context;
	loop_unwatch_fd(rig->watch);
	loop_timer_set(&rig->end, 5000);
}

static void test_unwatching_in_on_writable_silences_on_readable(void **state)
{
	struct rig *rig = *state;
	close(rig->ends[0]);
	rig->watch = loop_watch_fd(rig->loop, rig->ends[1], on_count, rig, NULL);
	loop_await_writable(rig->watch, on_unwatch_own);
	loop_run(rig->loop);
	assert_int_equal(rig->calls, 0);
	rig->ends[0] = dup(rig->ends[1]);
}

static void test_an_adopted_descriptor_is_closed_with_its_watch(void **state)
{
	struct rig *rig = *state;
	int adopted[2] = {dup(rig->ends[0]), dup(rig->ends[0])};
	rig->watch = loop_adopt_fd(rig->loop, adopted[0], on_count, rig, NULL);
	assert_non_null(rig->watch);
	assert_int_equal(write(rig->ends[1], "x", 1), 1);
	loop_timer_set(&rig->end, 2000);
	loop_run(rig->loop);
	assert_true(rig->calls > 0);
	loop_unwatch_fd(rig->watch);
	assert_int_equal(fcntl(adopted[0], F_GETFD), -1);
	assert_non_null(loop_adopt_fd(rig->loop, adopted[1], on_count, rig, NULL));
	loop_free(rig->loop);
	assert_int_equal(fcntl(adopted[1], F_GETFD), -1);
	rig->loop = loop_new(NULL);
	int file = open("/proc/self/exe", O_RDONLY);
	assert_null(loop_adopt_fd(rig->loop, file, on_count, rig, NULL)); /* a regular file */
	assert_int_equal(fcntl(file, F_GETFD), -1);
}

static void test_what_cannot_be_watched_is_an_error(void **state)
{
	struct rig *rig = *state;
	int file = open("/proc/self/exe", O_RDONLY);
	const int rows[] = {-1, 999999, file};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		assert_null(loop_watch_fd(rig->loop, rows[i], on_count, rig, &err));
		assert_int_equal(err.code, ERR_IO);
		assert_true(strlen(err.text) > 20);
	}
	close(file);
	loop_unwatch_fd(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_is_read_although_the_writer_hung_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hang_up_without_data_is_reported, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unwatching_inside_a_callback_silences_the_same_turn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_caller_may_close_its_descriptor_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_callers_flags_are_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_more_descriptors_than_one_turn_hands_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_an_adopted_descriptor_is_closed_with_its_watch, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unwatching_in_on_writable_silences_on_readable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_failed_descriptor_counts_as_writable_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_writable_can_be_taken_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_writable_is_told_once_when_there_is_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_watched_is_an_error, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
