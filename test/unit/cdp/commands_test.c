/* The waiting commands: order, deadlines, late ids. */
#include "cdp/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void add(struct cdp_commands *commands, int64_t id, int64_t deadline_us)
{
	struct cdp_command command = {.id = id, .deadline_us = deadline_us, .method = "A.b"};
	cdp_commands_add(commands, &command);
}

static void test_replies_take_by_id_once(void **state)
{
	(void)state;
	struct cdp_commands commands;
	struct cdp_command command;
	cdp_commands_init(&commands);
	assert_int_equal(cdp_commands_earliest_us(&commands), INT64_MAX);
	assert_false(cdp_commands_take(&commands, 1, &command));
	for (int64_t id = 1; id <= 3; id++)
		add(&commands, id, 100 - id);
	assert_int_equal(commands.waiting_count, 3);
	assert_int_equal(cdp_commands_earliest_us(&commands), 97);
	assert_true(cdp_commands_take(&commands, 3, &command));
	assert_int_equal(command.id, 3);
	assert_string_equal(command.method, "A.b");
	assert_false(cdp_commands_take(&commands, 3, &command));
	assert_false(cdp_commands_forget_expired(&commands, 3)); /* answered, not expired */
	assert_int_equal(cdp_commands_earliest_us(&commands), 98);
	assert_int_equal(commands.waiting_count, 2);
	cdp_commands_release(&commands);
	assert_int_equal(commands.waiting_count, 0);
}

static void test_first_sent_first_up_to_an_id(void **state)
{
	(void)state;
	struct cdp_commands commands;
	struct cdp_command command;
	cdp_commands_init(&commands);
	for (int64_t id = 1; id <= 4; id++)
		add(&commands, id, 0);
	for (int64_t id = 1; id <= 3; id++) {
		assert_true(cdp_commands_take_first(&commands, 3, &command));
		assert_int_equal(command.id, id);
	}
	assert_false(cdp_commands_take_first(&commands, 3, &command));
	assert_int_equal(commands.waiting_count, 1);
	cdp_commands_release(&commands);
}

static void test_expired_ids_stay_known_until_their_reply(void **state)
{
	(void)state;
	struct cdp_commands commands;
	struct cdp_command command;
	cdp_commands_init(&commands);
	add(&commands, 1, 30);
	add(&commands, 2, 10);
	add(&commands, 3, 20);
	assert_false(cdp_commands_take_expired(&commands, 9, &command));
	assert_true(cdp_commands_take_expired(&commands, 20, &command)); /* at its deadline: expired */
	assert_int_equal(command.id, 2);
	assert_true(cdp_commands_take_expired(&commands, 20, &command));
	assert_int_equal(command.id, 3);
	assert_false(cdp_commands_take_expired(&commands, 20, &command));
	assert_int_equal(commands.waiting_count, 1);
	assert_false(cdp_commands_take(&commands, 2, &command));
	assert_true(cdp_commands_forget_expired(&commands, 2));
	assert_false(cdp_commands_forget_expired(&commands, 2)); /* a second reply is no late one */
	assert_false(cdp_commands_forget_expired(&commands, 1));
	cdp_commands_release(&commands);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies_take_by_id_once),
		cmocka_unit_test(test_first_sent_first_up_to_an_id),
		cmocka_unit_test(test_expired_ids_stay_known_until_their_reply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
