#include "store/fixture.h"

#include <sqlite3.h>

static int64_t put(struct store *store, int number, const struct store_samples *samples)
{
	struct err err;
	int64_t row = fixture_launch(store, "r", number);
	struct store_launch_result result = { .outcome = STORE_VALID, .samples = samples };
	if (store_launch_finalise(store, row, &result, &err))
		fail_msg("%s", err.text);
	return row;
}

static bool same_bits(double a, double b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

/* Bit for bit, missing times and all. */
static void test_columns_come_back(void **state)
{
	(void)state;
	static const double values[5][4] = {
		{ 0.1, 5.000000000000001, 1e9, 4.9e-324 },
		{ 0.2, 6, 1e9, INFINITY },
		{ NAN, -0.0, 1e-300, 3 },
		{ NAN, NAN, 1.7976931348623157e308, 4 },
		{ NAN, NAN, NAN, NAN },
	};
	char *folder = fixture_folder();
	struct err err;
	struct store_samples back;
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	int64_t row = put(store, 1, &(struct store_samples){ .count = 4, .cold = 1, .due = values[0],
		.sent = values[1], .received = values[2], .replied = values[3], .returned = values[4],
		.sender_origin_ms = 1.5, .target_origin_ms = NAN, .drain_end_ms = 99.25 });
	assert_int_equal(store_samples_load(store, row, &back, &err), 0);
	const double *columns[] = { back.due, back.sent, back.received, back.replied, back.returned };
	assert_int_equal(back.count, 4);
	assert_int_equal(back.cold, 1);
	for (size_t c = 0; c < 5; c++) {
		for (size_t i = 0; i < 4; i++)
			assert_true(same_bits(columns[c][i], values[c][i]));
	}
	assert_true(back.sender_origin_ms == 1.5 && isnan(back.target_origin_ms)
		&& back.drain_end_ms == 99.25);
	store_samples_release(&back);
	store_close(store);
	fixture_remove(folder);
}

/* The stored layout is the one that the schema promises to other readers. */
static void test_layout_is_little_endian_columns(void **state)
{
	(void)state;
	static const double one[] = { 1.0, 2.0 };
	static const unsigned char bytes[16] = { 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40 };
	char *folder = fixture_folder(), *path = fs_join(folder, "wasmograph.db");
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	put(store, 1, &(struct store_samples){ .count = 2, .due = one, .sent = one, .received = one,
		.replied = one, .returned = one });
	sqlite3 *db;
	sqlite3_stmt *statement;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT columns FROM samples", -1, &statement, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_int_equal(sqlite3_column_bytes(statement, 0), 80);
	for (int c = 0; c < 5; c++)
		assert_memory_equal((const char *)sqlite3_column_blob(statement, 0) + 16 * c, bytes, 16);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	store_close(store);
	free(path);
	fixture_remove(folder);
}

static void test_none_and_empty(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store_samples back;
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	int64_t none = put(store, 1, NULL);
	int64_t empty = put(store, 2, &(struct store_samples){ .count = 0 });
	assert_int_equal(store_samples_load(store, none, &back, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(store_samples_load(store, empty, &back, &err), 0);
	assert_int_equal(back.count, 0);
	store_samples_release(&back);
	store_close(store);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_come_back),
		cmocka_unit_test(test_layout_is_little_endian_columns),
		cmocka_unit_test(test_none_and_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
