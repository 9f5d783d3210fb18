/* From the sampler's file to the artefact, and nothing left beside it. */
#include "run/ticks_keep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "scratch.h"
#include "trace/file.h"

static char *read_artefact(const char *folder)
{
	struct err err = {0};
	char *path = fs_join(folder, TICKS_NAME), *text = mem_alloc_zero(16 << 20, 1);
	struct trace_file *file = trace_file_open(path, &err);
	if (!file)
		fail_msg("%s", err.text);
	ssize_t got;
	for (size_t length = 0; (got = trace_file_read(file, text + length, TRACE_FILE_CHUNK, &err)) > 0;)
		length += (size_t)got;
	assert_int_equal(got, 0);
	trace_file_close(file);
	free(path);
	return text;
}

static size_t entries_of(const char *folder)
{
	size_t count;
	char **names = fs_list(folder, &count, NULL);
	fs_list_free(names, count);
	return count;
}

#define RAW "mono_us,late_us,main_run_ns,main_delay_ns,main_minflt,main_state,t5_run_ns,t5_delay_ns,t5_minflt,t5_state," \
	"all_cpu_us,browser_cpu_us\n"
#define KEPT "mono_us,late_us,main_run_ns,main_delay_ns,main_minflt,main_state,worker_run_ns,worker_delay_ns," \
	"worker_minflt,worker_state,all_cpu_us,browser_cpu_us"

static void keeps_what_the_sampler_wrote(void **state)
{
	(void)state;
	static const struct {
		int64_t worker_tid;
		const char *kept;
	} rows[] = {
		{5, KEPT "\n1000,1,2,3,4,S,5,6,7,R,8,9\n"},
		{0, KEPT ",t5_run_ns,t5_delay_ns,t5_minflt,t5_state\n1000,1,2,3,4,S,,,,,8,9,5,6,7,R\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		char *folder = scratch_make("keep");
		scratch_write(folder, TICKS_RAW_NAME, RAW "1000,1,2,3,4,S,5,6,7,R,8,9\n");
		if (ticks_keep(folder, rows[i].worker_tid, &err))
			fail_msg("%s", err.text);
		char *text = read_artefact(folder);
		assert_string_equal(text, rows[i].kept);
		assert_int_equal(entries_of(folder), 1);
		free(text);
		scratch_remove(folder);
	}
}

/* Many pieces: every row comes out once, in order. */
static void keeps_a_long_window(void **state)
{
	(void)state;
	enum { ROWS = 40000 };
	struct err err = {0};
	struct buf raw;
	char *folder = scratch_make("keep");
	buf_init(&raw, 16 << 20);
	buf_append_text(&raw, RAW);
	for (int i = 1; i <= ROWS; i++)
		buf_append_format(&raw, "%d,1,2,3,4,S,5,6,7,R,8,%d\n", i * 1000, i);
	scratch_write(folder, TICKS_RAW_NAME, raw.data);
	assert_int_equal(ticks_keep(folder, 5, &err), 0);
	char *text = read_artefact(folder);
	const char *at = strchr(text, '\n');
	for (int i = 1; i <= ROWS; i++, at = strchr(at + 1, '\n')) {
		assert_non_null(at);
		assert_int_equal(strtol(at + 1, NULL, 10), i * 1000);
	}
	assert_string_equal(at, "\n");
	free(text);
	buf_release(&raw);
	scratch_remove(folder);
}

static void leaves_nothing_when_it_cannot(void **state)
{
	(void)state;
	struct err err = {0};
	char *folder = scratch_make("keep");
	assert_int_equal(ticks_keep(folder, 5, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	scratch_write(folder, TICKS_RAW_NAME, RAW "1000,1\n");
	assert_int_equal(ticks_keep(folder, 5, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(entries_of(folder), 0);
	scratch_remove(folder);
}

/* What is stored with the launch, and whether the artefact is there. */
static void tells_the_launch(void **state)
{
	(void)state;
	static const struct {
		const char *facts, *trace, *stored;
		bool kept;
	} rows[] = {
		{"{\"pid\":9}", "{\"main\":{\"pid\":9},\"worker\":{\"tid\":5}}", "{\"pid\":9}", true},
		{"{\"pid\":9}", "{\"failed\":\"x\"}", "{\"pid\":9}", true},
		{"{\"pid\":9}", "{\"main\":null,\"worker\":null}", "{\"pid\":9}", true},
		{"{\"pid\":9}", "{\"main\":{\"pid\":8}}",
			"{\"failed\":\"the sampler looked at another process than the page's\"}", false},
		{"{\"failed\":\"no memory\"}", "{}", "{\"failed\":\"no memory\"}", false},
		{NULL, "{}", "{\"failed\":\"the launch ended before its ticks were fetched\"}", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *folder = scratch_make("keep");
		scratch_write(folder, TICKS_RAW_NAME, RAW "1000,1,2,3,4,S,5,6,7,R,8,9\n");
		struct json *facts = rows[i].facts ? json_parse(rows[i].facts, strlen(rows[i].facts), 1000, "x", NULL) : NULL;
		struct json *trace = json_parse(rows[i].trace, strlen(rows[i].trace), 1000, "x", NULL);
		struct json *stored = ticks_keep_of_launch(folder, facts, trace);
		char *text = json_print(stored, false);
		assert_string_equal(text, rows[i].stored);
		assert_int_equal(entries_of(folder), rows[i].kept);
		free(text);
		json_free(facts);
		json_free(trace);
		json_free(stored);
		scratch_remove(folder);
	}
}

/* The sampler's file is not there either: said, not fatal. */
static void tells_of_a_lost_file(void **state)
{
	(void)state;
	char *folder = scratch_make("keep");
	struct json *facts = json_new_object(), *trace = json_new_object();
	struct json *stored = ticks_keep_of_launch(folder, facts, trace);
	assert_non_null(json_text(stored, "failed", NULL));
	json_free(facts);
	json_free(trace);
	json_free(stored);
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_the_sampler_wrote),
		cmocka_unit_test(keeps_a_long_window),
		cmocka_unit_test(leaves_nothing_when_it_cannot),
		cmocka_unit_test(tells_the_launch),
		cmocka_unit_test(tells_of_a_lost_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
