#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "host/planter_plan.h"

static void a_plan_is_read(void **state)
{
	(void)state;
	size_t count;
	struct planter_item *items = planter_plan_parse("3:stop:0:15000:1,7:load:400000:150000:16,12:stop:400000:1:1", &count);
	assert_non_null(items);
	assert_int_equal(count, 3);
	assert_true(items[0].id == 3 && items[0].act == PLANTER_STOP && items[0].at_us == 0 && items[0].for_us == 15000);
	assert_true(items[1].id == 7 && items[1].act == PLANTER_LOAD && items[1].at_us == 400000 && items[1].count == 16);
	assert_int_equal(items[2].id, 12);
	free(items);
}

static void what_is_no_plan_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "", ",", "3", "3:stop:0:15000", "3:stop:0:15000:1:1", "3:shout:0:15000:1", "-3:stop:0:15000:1",
		"3:stop:0:0:1", "3:stop:0:10000001:1", "3:stop:3600000001:10:1", "3:load:0:10:0", "3:load:0:10:65", "3:stop:0:1.5:1",
		"3:stop:0:15000:1,", "3:stop:20:10:1,4:stop:10:10:1", "x:stop:0:15000:1", "3:stop:99999999999999999999:10:1" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t count;
		if (planter_plan_parse(bad[i], &count))
			fail_msg("'%s' is taken for a plan", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_is_read),
		cmocka_unit_test(what_is_no_plan_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
