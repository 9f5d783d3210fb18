/* The lines between supervisor and daemon: what one side prints the other reads; anything
 * else is refused. */
#include "supervisor/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_round_trips(void **state)
{
	(void)state;
	static const struct row {
		struct supervisor_message message;
		const char *line;
	} rows[] = {
		{{.kind = SUPERVISOR_STARTED, .pid = 4321}, "started 4321"},
		{{.kind = SUPERVISOR_EXITED, .code = 3}, "exited 3 0"},
		{{.kind = SUPERVISOR_EXITED, .code = -1, .signal = 11}, "exited -1 11"},
		{{.kind = SUPERVISOR_FAILED, .text = "cannot execute /x: No such file"},
			"failed cannot execute /x: No such file"},
		{{.kind = SUPERVISOR_FAILED, .text = ""}, "failed "},
		{{.kind = SUPERVISOR_GROUP, .version = 2, .text = "/sys/fs/cgroup/a b/x"},
			"group 2 /sys/fs/cgroup/a b/x"},
		{{.kind = SUPERVISOR_GROUP, .version = 1, .text = "/x"}, "group 1 /x"},
		{{.kind = SUPERVISOR_GROUP, .version = 0, .text = "no right to"}, "group 0 no right to"},
		{{.kind = SUPERVISOR_CPUSET, .version = 1, .text = "/sys/fs/cgroup/cpuset/x"}, "cpuset 1 /sys/fs/cgroup/cpuset/x"},
		{{.kind = SUPERVISOR_CPUSET, .version = 2, .text = "/x"}, "cpuset 2 /x"},
		{{.kind = SUPERVISOR_CPUSET, .version = 0, .text = "not handed down"}, "cpuset 0 not handed down"},
		{{.kind = SUPERVISOR_CLEAN}, "clean"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char line[SUPERVISOR_LINE_SIZE];
		struct supervisor_message back;
		size_t length = supervisor_message_print(&rows[i].message, line);
		assert_int_equal(length, strlen(rows[i].line));
		assert_memory_equal(line, rows[i].line, length);
		assert_int_equal(supervisor_message_parse(line, length, &back), 0);
		assert_int_equal(back.kind, rows[i].message.kind);
		assert_int_equal(back.pid, rows[i].message.pid);
		assert_int_equal(back.code, rows[i].message.code);
		assert_int_equal(back.signal, rows[i].message.signal);
		if (back.kind == SUPERVISOR_GROUP || back.kind == SUPERVISOR_CPUSET)
			assert_int_equal(back.version, rows[i].message.version);
		assert_string_equal(back.text, rows[i].message.text);
	}
}

static void test_refuses_anything_else(void **state)
{
	(void)state;
	static const struct row { const char *line; size_t length; } rows[] = {
		{"", 0}, {"started", 7}, {"started x", 9}, {"started 0", 9}, {"started -4", 10},
		{"started 12 ", 11}, {"started 12\n", 11}, {"exited 3", 8}, {"exited 3 0 1", 12},
		{"clean\n", 6}, {"cleaned", 7}, {"clean\0", 6}, {"failed", 6}, {"stop", 4},
		{"started 99999999999999999999", 28},
		{"group", 5}, {"group 3 /x", 10}, {"group -1 /x", 11}, {"group 2", 7}, {"group 2/x", 9},
		{"cpuset 3 /x", 11}, {"cpuset 1", 8}, {"cpuset", 6},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct supervisor_message message;
		assert_int_equal(supervisor_message_parse(rows[i].line, rows[i].length, &message), -1);
	}
	char longest[SUPERVISOR_LINE_SIZE + 8] = "failed ";
	memset(longest + 7, 'x', sizeof longest - 7);
	struct supervisor_message message;
	assert_int_equal(supervisor_message_parse(longest, 7 + SUPERVISOR_TEXT_SIZE - 1, &message), 0);
	assert_int_equal(supervisor_message_parse(longest, 7 + SUPERVISOR_TEXT_SIZE, &message), -1);
	assert_int_equal(supervisor_message_parse(longest, sizeof longest, &message), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_refuses_anything_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
