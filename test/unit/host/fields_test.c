#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host/fields.h"
#include "scratch.h"

static void finds_whole_keys_at_line_starts(void **state)
{
	(void)state;
	static const char text[] = "Uid:\t65534\t1\nNSpid:\t7 3 1\n Seccomp:\t9\nSeccomp:\t2\n"
		"Seccomp_filters:\t1\nempty:\npgmajfault 12\nnegative -3\nhuge 99999999999999999999\ntext abc\nlast 5";
	static const struct {
		const char *key;
		int64_t value;
	} rows[] = {
		{"Uid:", 65534}, {"NSpid:", 7}, {"Seccomp:", 2}, {"Seccomp", -7}, {"pgmajfault", 12},
		{"pgmaj", -7}, {"negative", -3}, {"huge", -7}, {"text", -7}, {"last", 5}, {"absent", -7},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(fields_integer(text, rows[i].key, -7), rows[i].value);
	assert_ptr_equal(fields_find(text, "NSpid:"), strstr(text, "7 3 1"));
	assert_null(fields_find("", "a"));
	assert_null(fields_find("ab", "abc"));
	assert_string_equal(fields_find("a", "a"), "");
}

static void reads_one_integer_from_a_file(void **state)
{
	(void)state;
	char *folder = scratch_make("fields");
	static const struct {
		const char *text;
		int64_t value;
	} rows[] = {{"42\n", 42}, {"max\n", -7}, {"", -7}, {"-1\n", -1}, {"7 8\n", 7}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		scratch_write(folder, "value", rows[i].text);
		char *path = fs_join(folder, "value");
		assert_int_equal(fields_file_integer(path, -7), rows[i].value);
		free(path);
	}
	assert_int_equal(fields_file_integer("/no/such/file", -7), -7);
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_whole_keys_at_line_starts),
		cmocka_unit_test(reads_one_integer_from_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
