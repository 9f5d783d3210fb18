#include "trace/wire_text.h"

#include "trace/wire.h"

struct row {
	const char *bytes;
	size_t length;
	const char *expected;    /* fields, and "damaged" where it ends so */
};

static void read_all(struct trace_wire wire, char out[256])
{
	struct trace_wire_field field;
	size_t at = 0;
	out[0] = '\0';
	while (trace_wire_next(&wire, &field)) {
		if (field.type == TRACE_WIRE_BYTES)
			at += (size_t)snprintf(out + at, 256 - at, "%u=%.*s ", field.number, (int)field.length,
				(const char *)field.bytes);
		else
			at += (size_t)snprintf(out + at, 256 - at, "%u:%d:%llu ", field.number, field.type,
				(unsigned long long)field.value);
	}
	if (trace_wire_is_damaged(&wire))
		snprintf(out + at, 256 - at, "damaged");
}

#define ROW(bytes, expected) { bytes, sizeof(bytes) - 1, expected }
static void test_fields(void **state)
{
	(void)state;
	static const struct row rows[] = {
		ROW("", ""),
		ROW("\x08\x01", "1:0:1 "),
		ROW("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "1:0:18446744073709551615 "),
		ROW("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "damaged"),
		ROW("\x08\x80", "damaged"),
		ROW("\x08", "damaged"),
		ROW("\x12\x02hi\x08\x07", "2=hi 1:0:7 "),
		ROW("\x12\x03hi", "damaged"),
		ROW("\x12\x00", "2= "),
		ROW("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "damaged"),
		ROW("\x09\x01\x02\x03\x04\x05\x06\x07\x08", "1:1:578437695752307201 "),
		ROW("\x09\x01\x02\x03\x04\x05\x06\x07", "damaged"),
		ROW("\x0d\x01\x02\x03\x04", "1:5:67305985 "),
		ROW("\x0d\x01\x02\x03", "damaged"),
		ROW("\x0b\x08\x01\x0c", "damaged"), /* a group */
		ROW("\x0e", "damaged"), ROW("\x0f", "damaged"), /* no such types */
		ROW("\x00\x01", "damaged"), /* no such field */
		ROW("\xd0\x03\x40", "58:0:64 "),
		ROW("\xf8\xff\xff\xff\x0f\x01", "536870911:0:1 "),
		ROW("\xf8\xff\xff\xff\x1f\x01", "damaged"), /* a field's number has 29 bits */
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		char *exact = malloc(rows[i].length ? rows[i].length : 1), found[256];
		memcpy(exact, rows[i].bytes, rows[i].length);
		read_all((struct trace_wire){ (unsigned char *)exact, (unsigned char *)exact + rows[i].length }, found);
		if (strcmp(found, rows[i].expected) != 0)
			fail_msg("row %zu: %s instead of %s", i, found, rows[i].expected);
		free(exact);
	}
}

static void test_repeated_numbers(void **state)
{
	(void)state;
	static const struct { const char *text; enum trace_wire_type type; uint64_t sum; int count; bool damaged; } rows[] = {
		{ "3:5", TRACE_WIRE_VARINT, 5, 1, false },
		{ "3(5 6 7)", TRACE_WIRE_VARINT, 18, 3, false },
		{ "3()", TRACE_WIRE_VARINT, 0, 0, false },
		{ "3#9", TRACE_WIRE_FIXED64, 9, 1, false },
		{ "3#9", TRACE_WIRE_VARINT, 0, 0, false },
		{ "3=abc", TRACE_WIRE_FIXED64, 0, 0, true },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct buf bytes = wire_of(rows[i].text);
		struct trace_wire wire = { (unsigned char *)bytes.data, (unsigned char *)bytes.data + bytes.length };
		struct trace_wire_field field;
		uint64_t value, sum = 0;
		int count = 0;
		assert_true(trace_wire_next(&wire, &field));
		struct trace_wire packed = trace_wire_in(&field);
		for (bool given = false; trace_wire_each(&packed, &given, &field, rows[i].type, &value); count++)
			sum += value;
		assert_int_equal(sum, rows[i].sum);
		assert_int_equal(count, rows[i].count);
		assert_int_equal(trace_wire_is_damaged(&packed), rows[i].damaged);
		buf_release(&bytes);
	}
}

/* A field of another type than expected reads as 0, whatever was before it. */
static void test_bytes_have_no_value(void **state)
{
	(void)state;
	struct buf bytes = wire_of("1:7 1=x");
	struct trace_wire wire = { (unsigned char *)bytes.data, (unsigned char *)bytes.data + bytes.length };
	struct trace_wire_field field;
	assert_true(trace_wire_next(&wire, &field) && field.value == 7);
	assert_true(trace_wire_next(&wire, &field) && field.value == 0);
	buf_release(&bytes);
}

static void test_doubles(void **state)
{
	(void)state;
	struct trace_wire_field wide = { .type = TRACE_WIRE_FIXED64, .value = 0x3ff8000000000000 };
	struct trace_wire_field narrow = { .type = TRACE_WIRE_FIXED32, .value = 0x3fc00000 };
	assert_true(trace_wire_double(&wide) == 1.5);
	assert_true(trace_wire_double(&narrow) == 1.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_repeated_numbers),
		cmocka_unit_test(test_bytes_have_no_value),
		cmocka_unit_test(test_doubles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
