/* What a launch's control group is called. What happens to it is in supervisor_test.c. */
#include "supervisor/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_names(void **state)
{
	(void)state;
	static const struct row { const char *scratch, *name; } rows[] = {
		{"/tmp/wasmograph-0/231459-ab12-3", "wasmograph-0.231459-ab12-3"},
		{"/wasmograph-1000/x", "wasmograph-1000.x"},
		{"/x", NULL},
		{"x", NULL},
		{"", NULL},
	};
	char name[SUPERVISOR_GROUP_NAME_SIZE];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(supervisor_group_name(rows[i].scratch, name), rows[i].name ? 0 : -1);
		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
	}
}

static void test_long_names(void **state)
{
	(void)state;
	char scratch[400], name[SUPERVISOR_GROUP_NAME_SIZE];
	memset(scratch, 'x', sizeof scratch);
	memcpy(scratch, "/a/", 3);
	/* "a." and the rest make 255 bytes, the longest name of a file */
	scratch[3 + 253] = '\0';
	assert_int_equal(supervisor_group_name(scratch, name), 0);
	assert_int_equal(strlen(name), 255);
	scratch[3 + 253] = 'x';
	scratch[3 + 254] = '\0';
	assert_int_equal(supervisor_group_name(scratch, name), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
