#include "trace/scene.h"

#include "scratch.h"
#include "trace/explain_files.h"
#include "trace/gzip.h"

#define HEADER "sample,due_ms,sent_ms,received_ms,replied_ms,returned_ms\n"

static char *write_text(const char *folder, const char *name, const char *text)
{
	scratch_write(folder, name, text);
	return fs_join(folder, name);
}

/* A trace with one slow sample, and its samples. */
static void write_scene(const char *folder, char **trace, char **samples)
{
	struct scene scene;
	scene_init(&scene);
	scene_slice(&scene, TRACE_WORKER, "MajorGC", 12, 28);
	scene_sample(&scene, 10, 10.5, 11, 29, 30);
	scene_marks(&scene, 40);
	char *text = scene_trace(&scene);
	*trace = write_text(folder, "trace.json", text);
	*samples = write_text(folder, "samples.csv", HEADER "0,110,110.5,41,59,130\n");
	free(text);
	scene_release(&scene);
}

static void files_give_what_their_bytes_do(void **state)
{
	(void)state;
	char *folder = scratch_make("explain");
	struct explain_samples samples;
	struct explain_result result;
	struct trace_gzip gzip;
	struct err err = { 0 };
	char *trace, *csv;
	const struct explain_options options = { .threshold_ms = 5 };
	write_scene(folder, &trace, &csv);
	char *packed = fs_join(folder, "trace.json.gz");
	assert_int_equal(trace_gzip_file(trace, packed, &gzip, &err), 0);
	char *host = write_text(folder, "host.csv", "mono_us,worker_state\n1000005000,R\n1000035000,R\n");
	assert_int_equal(explain_samples_read(csv, TRACE_MAIN, &samples, &err), 0);
	const char *const traces[] = { trace, packed };
	for (size_t i = 0; i < 2; i++) {
		if (explain_files(traces[i], i ? host : NULL, &samples.samples, &options, &result, &err))
			fail_msg("%s", err.text);
		assert_int_equal(result.spikes.count, 1);
		assert_string_equal(trace_cause_name(result.spikes.items[0].cause), "gc@worker");
		assert_int_equal(result.inputs.has_ticks, i);
		explain_result_release(&result);
	}
	explain_samples_release(&samples);
	free(host);
	free(packed);
	free(trace);
	free(csv);
	scratch_remove(folder);
}

static void errors_name_the_file(void **state)
{
	(void)state;
	char *folder = scratch_make("explain");
	struct explain_samples samples;
	struct explain_result result;
	struct err err = { 0 };
	char *trace, *csv;
	const struct explain_options options = { .threshold_ms = 5 };
	write_scene(folder, &trace, &csv);
	assert_int_equal(explain_samples_read("/nowhere/samples.csv", TRACE_MAIN, &samples, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(explain_samples_read(trace, TRACE_MAIN, &samples, &err), -1);
	assert_non_null(strstr(err.text, "trace.json: "));
	assert_int_equal(explain_samples_read(csv, TRACE_MAIN, &samples, &err), 0);
	static const struct { bool trace_is_csv, host_is_trace; const char *said; } rows[] = {
		{ true, false, "samples.csv: the trace is malformed" }, { false, true, "trace.json: " },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		assert_int_equal(explain_files(rows[i].trace_is_csv ? csv : trace, rows[i].host_is_trace ? trace : NULL,
			&samples.samples, &options, &result, &err), -1);
		if (!strstr(err.text, rows[i].said))
			fail_msg("%s", err.text);
		explain_result_release(&result);
	}
	assert_int_equal(explain_files("/nowhere/trace.json", NULL, &samples.samples, &options, &result, &err), -1);
	explain_samples_release(&samples);
	free(trace);
	free(csv);
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_give_what_their_bytes_do),
		cmocka_unit_test(errors_name_the_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
