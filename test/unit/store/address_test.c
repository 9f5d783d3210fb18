#include "store/fixture.h"

static const char *const ids[] = { /* oldest first */
	"20261101T000000Z-ping-aa11",
	"20261102T000000Z-ping-bb22",
	"20261102T000000Z-null-cc33",
	"ping",
};

static struct store *make_store(const char *folder)
{
	struct err err;
	struct store *store = fixture_open(folder);
	for (size_t i = 0; i < FIXTURE_COUNT(ids); i++)
		fixture_run(store, ids[i], "{}", "{}");
	assert_int_equal(fixture_finalise(store, fixture_launch(store, ids[1], 1), 1, 10, &err), 0);
	fixture_launch(store, ids[1], 2);
	return store;
}

static const struct good { const char *address; size_t run; int launch; long sample; } goods[] = {
	{ "last", 3, -1, -1 },
	{ "20261101T000000Z-ping-aa11", 0, -1, -1 },
	{ "20261101", 0, -1, -1 },          /* a beginning */
	{ "aa11", 0, -1, -1 },              /* an end */
	{ "ping-bb22", 1, -1, -1 },
	{ "ping", 3, -1, -1 },              /* the whole id wins */
	{ "bb22:1", 1, 1, -1 },
	{ "bb22:2", 1, 2, -1 },
	{ "bb22:1:0", 1, 1, 0 },
	{ "bb22:1:9", 1, 1, 9 },
};

static void test_addresses(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct store *store = make_store(folder);
	for (size_t i = 0; i < FIXTURE_COUNT(goods); i++) {
		struct err err = { .code = ERR_NONE };
		struct store_address found;
		if (store_resolve(store, goods[i].address, &found, &err))
			fail_msg("%s: %s", goods[i].address, err.text);
		assert_string_equal(found.run, ids[goods[i].run]);
		assert_int_equal(found.launch, goods[i].launch);
		assert_int_equal(found.sample, goods[i].sample);
	}
	store_close(store);
	fixture_remove(folder);
}

static const struct bad { const char *address, *says; } bads[] = {
	{ "", "names no run" },
	{ ":1", "names no run" },
	{ "nothing", "there are, newest first: ping, 20261102T000000Z-null-cc33" },
	{ "2", "beginning or end of 3 runs" },
	{ "20261102", "20261102T000000Z-null-cc33, 20261102T000000Z-ping-bb22; give more" },
	{ "bb22:", "is no address" },
	{ "bb22:0", "launches count from 1" },
	{ "bb22:x", "is no address" },
	{ "bb22:-1", "is no address" },
	{ "bb22:+1", "is no address" },
	{ "bb22: 1", "is no address" },
	{ "bb22:1x", "is no address" },
	{ "bb22:99999999999999999999", "is no address" },
	{ "bb22:3", "its launches are 1 to 2" },
	{ "aa11:1", "has no launches" },
	{ "bb22:1:", "is no address" },
	{ "bb22:1:10", "its samples are 0 to 9" },
	{ "bb22:1:1:1", "is no address" },
	{ "bb22:2:0", "left no samples" },
};

static void test_refusals_say_what_there_is(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct store *store = make_store(folder);
	for (size_t i = 0; i < FIXTURE_COUNT(bads); i++) {
		struct err err = { .code = ERR_NONE };
		struct store_address found;
		if (store_resolve(store, bads[i].address, &found, &err) == 0)
			fail_msg("'%s' was taken", bads[i].address);
		if (err.code != ERR_USAGE || !strstr(err.text, bads[i].says))
			fail_msg("'%s': %s", bads[i].address, err.text);
	}
	store_close(store);
	fixture_remove(folder);
}

static void test_without_any_run(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store_address found;
	struct store *store = fixture_open(folder);
	assert_int_equal(store_resolve(store, "last", &found, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.text, "holds no runs yet"));
	store_close(store);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_refusals_say_what_there_is),
		cmocka_unit_test(test_without_any_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
