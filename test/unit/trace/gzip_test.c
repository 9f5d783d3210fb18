#include "trace/fixture.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>

#include "base/rng.h"
#include "scratch.h"
#include "trace/gzip.h"

static void write_file(const char *path, const char *bytes, size_t length)
{
	struct err err = { 0 };
	if (fs_write_atomic(path, bytes, length, 0644, &err))
		fail_msg("%s", err.text);
}

static void assert_reads(const char *path, const char *bytes, size_t length, size_t chunk)
{
	struct err err = { 0 };
	struct trace_file *file = trace_file_open(path, &err);
	assert_non_null(file);
	char *out = malloc(length + chunk);
	size_t total = 0;
	ssize_t got;
	while ((got = trace_file_read(file, out + total, chunk, &err)) > 0) {
		total += (size_t)got;
		assert_true(total <= length);
	}
	if (got < 0)
		fail_msg("%s", err.text);
	assert_int_equal(total, length);
	if (length > 0)
		assert_memory_equal(out, bytes, length);
	free(out);
	trace_file_close(file);
}

/* Texts of all sizes round the chunk's, compressible and not. */
static void test_there_and_back(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 1000, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 1000000 };
	char *folder = scratch_make("gzip");
	struct rng rng;
	rng_seed(&rng, 5, "gzip");
	for (size_t i = 0; i < FIXTURE_COUNT(sizes) * 2; i++) {
		size_t size = sizes[i / 2];
		char *bytes = malloc(size + 1);
		for (size_t b = 0; b < size; b++)
			bytes[b] = i % 2 ? (char)rng_next(&rng) : "{\"ts\":1},"[b % 9];
		if (size > 1 && bytes[0] == '\x1f')
			bytes[0] = 'x';
		char *plain = fs_join(folder, "plain"), *packed = mem_format("%s/packed-%zu", folder, i);
		char sha256[HASH_HEX_SIZE];
		struct trace_gzip result;
		struct err err = { 0 };
		write_file(plain, bytes, size);
		if (trace_gzip_file(plain, packed, &result, &err))
			fail_msg("%s", err.text);
		struct stat info;
		assert_int_equal(stat(packed, &info), 0);
		assert_int_equal(result.bytes, info.st_size);
		assert_int_equal(result.plain_bytes, size);
		assert_int_equal(hash_file_hex(packed, sha256, &err), 0);
		assert_string_equal(result.sha256, sha256);
		assert_reads(packed, bytes, size, 1000);
		assert_reads(packed, bytes, size, TRACE_FILE_CHUNK);
		assert_reads(plain, bytes, size, TRACE_FILE_CHUNK);
		free(plain);
		free(packed);
		free(bytes);
	}
	scratch_remove(folder);
}

static void test_nothing_is_replaced(void **state)
{
	(void)state;
	char *folder = scratch_make("gzip"), *from = fs_join(folder, "from"), *to = fs_join(folder, "to");
	struct trace_gzip result;
	struct err err = { 0 };
	assert_int_equal(trace_gzip_file(from, to, &result, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_false(fs_exists(to));
	scratch_write(folder, "from", "new");
	scratch_write(folder, "to", "old");
	assert_int_equal(trace_gzip_file(from, to, &result, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	assert_reads(to, "old", 3, 10);
	scratch_remove(folder);
	free(from);
	free(to);
}

static int compress_limited(const char *folder)
{
	char *from = fs_join(folder, "from"), *to = fs_join(folder, "to");
	struct trace_gzip result;
	struct err err = { 0 };
	struct rlimit limit = { 100000, 100000 };
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	int failed = trace_gzip_file(from, to, &result, &err);
	_exit(failed && strstr(err.text, "cannot write") && !fs_exists(to) ? 0 : 1);
}

/* A file that cannot be written to its end is not left behind. */
static void test_no_room(void **state)
{
	(void)state;
	char *folder = scratch_make("gzip"), *from = fs_join(folder, "from"), *bytes = malloc(1000000);
	struct rng rng;
	rng_seed(&rng, 6, "gzip");
	for (size_t i = 0; i < 1000000; i++)
		bytes[i] = (char)rng_next(&rng);
	write_file(from, bytes, 1000000);
	pid_t child = fork();
	if (child == 0)
		compress_limited(folder);
	assert_int_equal(scratch_wait(child), 0);
	scratch_remove(folder);
	free(from);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_nothing_is_replaced),
		cmocka_unit_test(test_no_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
