#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "guest/cursor.h"

struct row {
	const char *bytes;
	size_t length;
	uint64_t value;
	size_t taken;     /* 0: refused */
};

static void check(const struct row *row, uint64_t (*read)(struct cursor *))
{
	uint8_t *copy = malloc(row->length ? row->length : 1);
	memcpy(copy, row->bytes, row->length);
	struct cursor cursor = { .bytes = copy, .end = row->length };
	uint64_t value = read(&cursor);
	if (row->taken == 0) {
		assert_non_null(cursor.fault);
		assert_true(value == 0);
		assert_int_equal(cursor_byte(&cursor), 0); /* it stays broken */
	} else {
		assert_null(cursor.fault);
		assert_true(value == row->value);
		assert_int_equal(cursor.at, row->taken);
	}
	free(copy);
}

static uint64_t read_u32(struct cursor *cursor)
{
	return cursor_u32(cursor);
}

#define BYTES(text) text, sizeof(text) - 1

static void test_u32(void **state)
{
	static const struct row rows[] = {
		{ BYTES("\x00"), 0, 1 },
		{ BYTES("\x7F"), 127, 1 },
		{ BYTES("\x80\x01"), 128, 2 },
		{ BYTES("\xE5\x8E\x26"), 624485, 3 },
		{ BYTES("\x80\x80\x80\x80\x00"), 0, 5 },          /* long, but allowed */
		{ BYTES("\xFF\xFF\xFF\xFF\x0F"), 0xFFFFFFFF, 5 },
		{ BYTES("\xFF\xFF\xFF\xFF\x1F"), 0, 0 },          /* bit 32 */
		{ BYTES("\xFF\xFF\xFF\xFF\x7F"), 0, 0 },
		{ BYTES("\x80\x80\x80\x80\x80\x00"), 0, 0 },      /* six bytes */
		{ BYTES("\x80"), 0, 0 },
		{ BYTES(""), 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i], read_u32);
}

static void test_u64(void **state)
{
	static const struct row rows[] = {
		{ BYTES("\x2A"), 42, 1 },
		{ BYTES("\xFF\xFF\xFF\xFF\x7F"), 0x7FFFFFFFF, 5 },
		{ BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), UINT64_MAX, 10 },
		{ BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"), 0, 0 },
		{ BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"), 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i], cursor_u64);
}

static void test_names(void **state)
{
	static const struct { const char *bytes; size_t length; const char *name; } rows[] = {
		{ BYTES("\x00"), "" },
		{ BYTES("\x03gojs"), "goj" },
		{ BYTES("\x04\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80" },
		{ BYTES("\x03" "a\0b"), "a\xEF\xBF\xBD" "b" },
		{ BYTES("\x03gi"), NULL },                 /* longer than what is there */
		{ BYTES("\xFF\xFF\xFF\xFF\x0F" "abc"), NULL },
		{ BYTES("\x01\xFF"), NULL },               /* not UTF-8 */
		{ BYTES("\x02\xC0\x80"), NULL },           /* overlong */
		{ BYTES("\x03\xED\xA0\x80"), NULL },       /* a surrogate */
		{ BYTES("\x01\xC3\xA9"), NULL },           /* cut inside a character */
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t *copy = malloc(rows[i].length);
		memcpy(copy, rows[i].bytes, rows[i].length);
		struct cursor cursor = { .bytes = copy, .end = rows[i].length };
		char *name = cursor_name(&cursor);
		assert_non_null(name);
		assert_int_equal(cursor.fault != NULL, rows[i].name == NULL);
		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
		free(name);
		free(copy);
	}
}

static void test_parts(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4 };
	struct cursor cursor = { .bytes = bytes, .end = sizeof bytes };
	struct cursor part = cursor_part(&cursor, 3);
	(void)state;
	assert_int_equal(cursor.at, 3);
	cursor_skip(&part, 2);
	assert_int_equal(cursor_byte(&part), 3);
	assert_int_equal(cursor_byte(&part), 0);
	assert_non_null(part.fault);
	assert_null(cursor.fault);
	part = cursor_part(&cursor, 2);
	assert_non_null(cursor.fault);
	assert_int_equal(part.at, part.end);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_u32),
		cmocka_unit_test(test_u64),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
