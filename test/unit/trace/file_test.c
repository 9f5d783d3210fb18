#include "trace/fixture.h"

#include <sys/stat.h>

#include "scratch.h"

static void write_bytes(const char *folder, const char *name, const char *bytes, size_t length)
{
	struct err err = { 0 };
	char *path = fs_join(folder, name);
	assert_int_equal(fs_write_atomic(path, bytes, length, 0644, &err), 0);
	free(path);
}

static int check(const char *folder, const char *name, struct trace_facts *facts, struct err *err)
{
	char *path = fs_join(folder, name);
	int result = trace_file_check(path, facts, err);
	free(path);
	return result;
}

static void test_plain_and_compressed_are_alike(void **state)
{
	(void)state;
	size_t length;
	char *folder = scratch_make("file"), *path = fixture_path("whole.json.gz");
	char *text = fixture_text("whole.json.gz", &length);
	struct trace_facts plain, packed;
	struct err err = { 0 };
	write_bytes(folder, "plain.json", text, length);
	assert_int_equal(check(folder, "plain.json", &plain, &err), 0);
	assert_int_equal(trace_file_check(path, &packed, &err), 0);
	assert_true(plain.events == packed.events && plain.to_main == packed.to_main && plain.last_us == packed.last_us);
	scratch_remove(folder);
	free(path);
	free(text);
}

/* Compressed data that end early, at every kind of place, or are damaged. */
static void test_damaged_files(void **state)
{
	(void)state;
	char *folder = scratch_make("file"), *path = fixture_path("whole.json.gz");
	struct buf packed;
	struct err err = { 0 };
	struct trace_facts facts;
	assert_int_equal(fs_read(path, 1 << 20, &packed, &err), 0);
	for (size_t cut = 0; cut < packed.length; cut += cut < 30 || packed.length - cut < 30 ? 1 : 997) {
		write_bytes(folder, "cut", packed.data, cut);
		if (check(folder, "cut", &facts, &err) == 0 || err.code != ERR_INVALID)
			fail_msg("cut to %zu bytes: %s", cut, err.text);
	}
	packed.data[packed.length / 2] ^= 0x10;
	write_bytes(folder, "damaged", packed.data, packed.length);
	assert_int_equal(check(folder, "damaged", &facts, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	packed.data[packed.length / 2] ^= 0x10;
	packed.data[packed.length - 6] ^= 1; /* its checksum */
	write_bytes(folder, "damaged", packed.data, packed.length);
	assert_int_equal(check(folder, "damaged", &facts, &err), -1);
	assert_non_null(strstr(err.text, "gzip"));
	buf_release(&packed);
	scratch_remove(folder);
	free(path);
}

static void test_what_cannot_be_read(void **state)
{
	(void)state;
	char *folder = scratch_make("file");
	struct trace_facts facts;
	struct err err = { 0 };
	assert_int_equal(check(folder, "missing", &facts, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(check(folder, ".", &facts, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	write_bytes(folder, "no_trace", "hello", 5);
	assert_int_equal(check(folder, "no_trace", &facts, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	scratch_remove(folder);
}

static void test_a_pipe(void **state)
{
	(void)state;
	char *folder = scratch_make("file"), *pipe = fs_join(folder, "pipe"), *path = fixture_path("lossy.json.gz");
	struct trace_facts through, direct;
	struct err err = { 0 };
	assert_int_equal(mkfifo(pipe, 0600), 0);
	pid_t child = fork();
	if (child == 0) {
		struct buf packed;
		FILE *out = fopen(pipe, "w");
		if (!out || fs_read(path, 1 << 20, &packed, &err))
			_exit(1);
		_exit(fwrite(packed.data, 1, packed.length, out) == packed.length && fclose(out) == 0 ? 0 : 1);
	}
	if (trace_file_check(pipe, &through, &err))
		fail_msg("%s", err.text);
	assert_int_equal(scratch_wait(child), 0);
	assert_int_equal(trace_file_check(path, &direct, &err), 0);
	assert_true(through.events == direct.events && through.to_worker == direct.to_worker);
	scratch_remove(folder);
	free(pipe);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_and_compressed_are_alike),
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_what_cannot_be_read),
		cmocka_unit_test(test_a_pipe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
