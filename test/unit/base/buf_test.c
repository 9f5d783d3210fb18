#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"

static void appends_up_to_its_ceiling_exactly(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf, 5);
	assert_int_equal(buf_append(&buf, "abc", 3), 0);
	assert_int_equal(buf_append(&buf, "def", 3), -1);
	assert_string_equal(buf.data, "abc");
	assert_int_equal(buf_append_format(&buf, "%d", 123), -1);
	assert_string_equal(buf.data, "abc");
	assert_int_equal(buf_append_format(&buf, "%d", 12), 0);
	assert_string_equal(buf.data, "abc12");
	assert_int_equal(buf_append_text(&buf, "x"), -1);
	assert_int_equal(buf_append(&buf, NULL, 0), 0);
	assert_int_equal(buf.length, 5);
	assert_true(buf.capacity <= 6);
	/* lengths that would wrap around */
	assert_int_equal(buf_append(&buf, "x", SIZE_MAX), -1);
	buf_release(&buf);
	assert_null(buf.data);
	assert_int_equal(buf_append_text(&buf, "again"), 0);
	assert_string_equal(buf.data, "again");
	buf_release(&buf);
}

static void a_ceiling_of_zero_and_of_all(void **state)
{
	(void)state;
	struct buf none, all;
	buf_init(&none, 0);
	assert_int_equal(buf_append(&none, "", 0), 0);
	assert_string_equal(none.data, "");
	assert_int_equal(buf_append(&none, "a", 1), -1);
	buf_release(&none);
	buf_init(&all, SIZE_MAX);
	assert_int_equal(buf_append_text(&all, "a"), 0);
	assert_int_equal(buf_append(&all, "a", SIZE_MAX - 1), -1);
	assert_string_equal(all.data, "a");
	buf_release(&all);
}

/* Against a model: bytes with NULs appended and consumed at random. */
static void agrees_with_a_model(void **state)
{
	(void)state;
	enum { CEILING = 3000, STEPS = 5000 };
	char model[CEILING];
	size_t length = 0;
	struct rng rng;
	struct buf buf;
	rng_seed(&rng, 1, "buf");
	buf_init(&buf, CEILING);
	for (int i = 0; i < STEPS; i++) {
		size_t size = rng_below(&rng, 200);
		if (rng_below(&rng, 3) == 0) {
			size_t drop = size < length ? size : length;
			memmove(model, model + drop, length - drop);
			length -= drop;
			buf_consume(&buf, size);
		} else {
			char bytes[200];
			for (size_t b = 0; b < size; b++)
				bytes[b] = (char)rng_next(&rng);
			int expected = length + size > CEILING ? -1 : 0;
			assert_int_equal(buf_append(&buf, bytes, size), expected);
			if (expected == 0) {
				memcpy(model + length, bytes, size);
				length += size;
			}
		}
		assert_int_equal(buf.length, length);
		if (buf.data) {
			assert_memory_equal(buf.data, model, length);
			assert_int_equal(buf.data[length], '\0');
		}
	}
	buf_release(&buf);
}

static void detach_always_gives_a_text(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf, 10);
	char *text = buf_detach(&buf);
	assert_string_equal(text, "");
	free(text);
	buf_append_text(&buf, "word");
	buf_clear(&buf);
	assert_string_equal(buf.data, "");
	buf_append_text(&buf, "next");
	text = buf_detach(&buf);
	assert_string_equal(text, "next");
	assert_null(buf.data);
	assert_int_equal(buf.length, 0);
	free(text);
	buf_clear(&buf);
	buf_consume(&buf, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends_up_to_its_ceiling_exactly),
		cmocka_unit_test(a_ceiling_of_zero_and_of_all),
		cmocka_unit_test(agrees_with_a_model),
		cmocka_unit_test(detach_always_gives_a_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
