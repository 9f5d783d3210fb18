/* Timers: order, re-arming, cancelling, releasing inside callbacks. No assertion on how
 * late they are, only that none is early. */
#include "loop/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mono.h"

enum { TIMERS = 6 };

struct rig {
	struct loop *loop;
	struct loop_timer timers[TIMERS];
	char order[32];
	int64_t set_at_us;
	int times;
};

struct named {
	struct rig *rig;
	char name;
};

static void note(struct rig *rig, char name)
{
	size_t length = strlen(rig->order);
	assert_true(length + 1 < sizeof rig->order);
	rig->order[length] = name;
}

static void on_named(void *context)
{
	struct named *named = context;
	note(named->rig, named->name);
}

static void on_end(void *context)
{
	loop_stop(((struct rig *)context)->loop);
}

static int set_up(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);
	struct err err;
	rig->loop = loop_new(&err);
	*state = rig;
	return rig->loop ? 0 : -1;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	for (int i = 0; i < TIMERS; i++)
		loop_timer_release(&rig->timers[i]); /* zeroed ones too */
	loop_free(rig->loop);
	free(rig);
	return 0;
}

static void test_timers_expire_in_order_of_due_time(void **state)
{
	struct rig *rig = *state;
	static const struct row { char name; int64_t delay_us; } rows[] = {
		{'d', 9000}, {'b', 3000}, {'a', 0}, {'c', 6000}, {'e', 9000},
	};
	struct named named[TIMERS];
	for (size_t i = 0; i < 5; i++) {
		named[i] = (struct named){rig, rows[i].name};
		loop_timer_init(&rig->timers[i], rig->loop, on_named, &named[i]);
		loop_timer_set(&rig->timers[i], rows[i].delay_us);
	}
	loop_timer_init(&rig->timers[5], rig->loop, on_end, rig);
	loop_timer_set(&rig->timers[5], 15000);
	loop_run(rig->loop);
	assert_string_equal(rig->order, "abcde");
}

static void on_due(void *context)
{
	struct rig *rig = context;
	assert_true(mono_now_us() - rig->set_at_us >= 4321);
	assert_false(rig->timers[0].armed);
	rig->set_at_us = mono_now_us();
	if (++rig->times == 5)
		loop_stop(rig->loop);
	else
		loop_timer_set(&rig->timers[0], 4321);
}

static void test_a_timer_is_never_early_and_can_arm_itself(void **state)
{
	struct rig *rig = *state;
	loop_timer_init(&rig->timers[0], rig->loop, on_due, rig);
	rig->set_at_us = mono_now_us();
	loop_timer_set(&rig->timers[0], 4321);
	loop_run(rig->loop);
	assert_int_equal(rig->times, 5);
}

static void on_zero(void *context)
{
	struct rig *rig = context;
	rig->times++;
	loop_timer_set(&rig->timers[0], 0);
}

static void test_a_timer_of_no_delay_does_not_starve_others(void **state)
{
	struct rig *rig = *state;
	loop_timer_init(&rig->timers[0], rig->loop, on_zero, rig);
	loop_timer_init(&rig->timers[1], rig->loop, on_end, rig);
	loop_timer_set(&rig->timers[0], 0);
	loop_timer_set(&rig->timers[1], 2000);
	loop_run(rig->loop);
	assert_true(rig->times >= 1);
}

static void on_cancel_others(void *context)
{
	struct rig *rig = context;
	note(rig, 'x');
	loop_timer_cancel(&rig->timers[1]);   /* due in the same turn */
	loop_timer_release(&rig->timers[2]);
	loop_timer_release(&rig->timers[0]);  /* itself */
	loop_timer_set(&rig->timers[3], 1000); /* moved from far to near */
}

static void test_callbacks_may_cancel_release_and_move(void **state)
{
	struct rig *rig = *state;
	struct named one = {rig, '1'}, two = {rig, '2'};
	loop_timer_init(&rig->timers[0], rig->loop, on_cancel_others, rig);
	loop_timer_init(&rig->timers[1], rig->loop, on_named, &one);
	loop_timer_init(&rig->timers[2], rig->loop, on_named, &two);
	loop_timer_init(&rig->timers[3], rig->loop, on_end, rig);
	loop_timer_set(&rig->timers[3], INT64_C(3600) * 1000000);
	for (int i = 0; i < 3; i++)
		loop_timer_set(&rig->timers[i], 0);
	loop_run(rig->loop);
	assert_string_equal(rig->order, "x");
	assert_false(rig->timers[1].armed);
	assert_false(rig->timers[2].armed);
}

static void test_setting_again_replaces(void **state)
{
	struct rig *rig = *state;
	struct named one = {rig, '1'};
	loop_timer_init(&rig->timers[0], rig->loop, on_named, &one);
	loop_timer_init(&rig->timers[1], rig->loop, on_end, rig);
	loop_timer_set(&rig->timers[0], 0);
	loop_timer_set(&rig->timers[0], INT64_MAX); /* clamped, not overflowed */
	loop_timer_set(&rig->timers[1], 5000);
	loop_run(rig->loop);
	assert_string_equal(rig->order, "");
	assert_true(rig->timers[0].armed);
	loop_timer_cancel(&rig->timers[0]);
	loop_timer_cancel(&rig->timers[0]);
	assert_false(rig->timers[0].armed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_timers_expire_in_order_of_due_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_timer_is_never_early_and_can_arm_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_timer_of_no_delay_does_not_starve_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_callbacks_may_cancel_release_and_move, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_setting_again_replaces, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
