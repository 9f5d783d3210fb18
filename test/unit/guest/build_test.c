/* What a build leaves, with a shell script as the compiler; build_go_test.c has the Go compiler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>

#include "base/hash.h"
#include "fixture.h"

static void check_file(const char *path, const char *text)
{
	struct buf bytes;
	struct err err = { 0 };
	assert_int_equal(fs_read(path, 1000, &bytes, &err), 0);
	assert_string_equal(bytes.data, text);
	buf_release(&bytes);
}

static void test_built_then_cached(void **state)
{
	struct guest_build first = fixture_result(*state), second = fixture_result(*state);
	char hex[HASH_HEX_SIZE];
	hash_bytes_hex("made", 4, hex);
	assert_false(first.failed);
	assert_false(first.cached);
	assert_true(second.cached);
	assert_string_equal(first.id, hex);
	assert_string_equal(second.id, hex);
	assert_string_equal(first.inputs, second.inputs);
	assert_string_equal(first.output, second.output);
	assert_string_equal(first.start, "go-js");
	assert_null(first.glue);
	check_file(first.output, "made");
	assert_true(json_number(json_get(first.record, "bytes"), "raw", 0) == 4);
	assert_int_equal(json_type(json_get(first.record, "wasm")), JSON_NULL);
	assert_non_null(strstr(json_text(first.record, "wasm_error", ""), "does not begin"));
	guest_build_release(&first);
	guest_build_release(&second);
	assert_int_equal(fixture_cached(*state), 1);
}

static void test_record_is_the_same_from_the_cache(void **state)
{
	struct guest_build first = fixture_result(*state), second = fixture_result(*state);
	char *a = json_print(first.record, false), *b = json_print(second.record, false);
	assert_string_equal(a, b);
	assert_null(strstr(a, ((struct fixture *)*state)->root)); /* nothing of this machine's places */
	assert_string_equal(json_text(json_at(json_get(first.record, "versions"), 0), "says", ""), "sh 1");
	assert_string_equal(json_text(json_at(json_get(first.record, "files"), 0), "path", ""), "{root}/part.txt");
	free(a);
	free(b);
	guest_build_release(&first);
	guest_build_release(&second);
}

/* The compiler sees its words, its environment and the inputs; nothing else. */
static void test_what_the_compiler_sees(void **state)
{
	struct fixture *fixture = *state;
	scratch_write(fixture->source, "data/a.txt", "input");
	scratch_write(fixture->source, "data/b.md", "no input");
	setenv("WASMOGRAPH_TEST_LEAK", "leaked", 1);
	fixture_script(fixture, "o=$1; shift; { echo \"$*\"; find . -type f | sort; env | cut -d= -f1 | sort | tr '\\n' ' ';"
		" case $TMPDIR in $PWD/../*|*/.building-*) echo; echo own;; esac; } > $o");
	struct guest_build build = fixture_result(fixture);
	unsetenv("WASMOGRAPH_TEST_LEAK");
	assert_false(build.failed);
	check_file(build.output, "-g first\n./build.sh\n./data/a.txt\nCACHE HOME LC_ALL PATH PWD TMPDIR \nown\n");
	guest_build_release(&build);
}

static void test_options(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *options, *words; } rows[] = {
		{ "{}", "-g first\n" },
		{ "{\"debug\":false}", "first\n" },
		{ "{\"debug\":null}", "first\n" },
		{ "{\"opt\":\"s\"}", "-opt s -g first\n" },
		{ "{\"opt\":2}", "-opt 2 -g first\n" },
		{ "{\"opt\":true}", "-opt true -g first\n" },
	};
	fixture_script(fixture, "o=$1; shift; echo \"$*\" > $o");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct guest_build build;
		struct err err = { 0 };
		struct json *options = json_parse(rows[i].options, strlen(rows[i].options), 100, "t", &err);
		assert_int_equal(fixture_build_with(fixture, "sh", options, &build, &err), 0);
		check_file(build.output, rows[i].words);
		json_free(options);
		guest_build_release(&build);
	}
	assert_int_equal(fixture_cached(fixture), 6);
}

/* Asked of the failed build, too: its report is what a probe may have come for. */
static void test_reports(void **state)
{
	struct fixture *fixture = *state;
	static const char *const scripts[] = { "printf made > \"$1\"", "exit 1" };
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		fixture_script(fixture, scripts[i]);
		struct guest_build build = fixture_result(fixture);
		const struct json *report = json_get(json_get(build.record, "reports"), "words");
		assert_true(build.failed == (i == 1));
		assert_string_equal(json_text(report, "says", ""), "-g first\nbuild.sh\n");
		assert_string_equal(json_text(report, "stderr", ""), "1\n");
		assert_true(json_number(report, "exit_status", -1) == 3);
		guest_build_release(&build);
	}
}

static void test_bad_options(void **state)
{
	static const struct { const char *options, *says; } rows[] = {
		{ "{\"optimise\":1}", "no option \"optimise\"; it has: opt, debug" },
		{ "{\"opt\":[1]}", "must be a text" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct guest_build build;
		struct err err = { 0 };
		struct json *options = json_parse(rows[i].options, strlen(rows[i].options), 100, "t", &err);
		assert_int_equal(fixture_build_with(*state, "sh", options, &build, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, rows[i].says));
		json_free(options);
	}
}

static void test_other_inputs_are_another_build(void **state)
{
	struct fixture *fixture = *state;
	char keys[5][65];
	for (int i = 0; i < 5; i++) {
		if (i == 1)
			fixture_script(fixture, "printf made > \"$1\" ");
		if (i == 2)
			scratch_write(fixture->source, "data/a.txt", "x");
		if (i == 3)
			fixture_toolchain(fixture, "null", "31");
		if (i == 4)
			scratch_write(fixture->root, "part.txt", "another part");
		struct guest_build build = fixture_result(fixture);
		assert_false(build.cached);
		memcpy(keys[i], build.inputs, sizeof keys[i]);
		guest_build_release(&build);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(keys[k], keys[i]);
	}
	scratch_write(fixture->source, "unrelated.md", "x");
	struct guest_build build = fixture_result(fixture);
	assert_true(build.cached);
	guest_build_release(&build);
}

static void test_moved(void **state)
{
	struct fixture *fixture = *state;
	struct guest_build first = fixture_result(fixture);
	char *moved = mem_format("%s-moved", fixture->root);
	assert_int_equal(rename(fixture->root, moved), 0);
	free(fixture->root);
	free(fixture->source);
	free(fixture->cache);
	fixture->root = moved;
	fixture->source = fs_join(moved, "elsewhere");
	fixture->cache = fs_join(moved, "cache-elsewhere");
	char *source = fs_join(moved, "source"), *cache = fs_join(moved, "cache");
	assert_int_equal(rename(source, fixture->source), 0);
	assert_int_equal(rename(cache, fixture->cache), 0);
	free(source);
	free(cache);
	struct guest_build second = fixture_result(fixture);
	assert_true(second.cached);
	assert_string_equal(first.inputs, second.inputs);
	check_file(second.output, "made");
	guest_build_release(&first);
	guest_build_release(&second);
}

static void test_failed(void **state)
{
	struct fixture *fixture = *state;
	fixture_script(fixture, "printf half > \"$1\"; echo 'main.c:3: what is this?' >&2; exit 3");
	for (int i = 0; i < 2; i++) {
		struct guest_build build = fixture_result(fixture);
		assert_true(build.failed);
		assert_int_equal(build.cached, i == 1);
		assert_null(build.output);
		assert_string_equal(build.id, build.inputs);
		assert_true(json_number(build.record, "exit_status", 0) == 3);
		assert_string_equal(json_text(build.record, "stderr", ""), "main.c:3: what is this?\n");
		assert_int_equal(json_type(json_get(build.record, "bytes")), JSON_NULL);
		char *half = fs_join(build.folder, "guest.wasm");
		assert_false(fs_exists(half));
		free(half);
		guest_build_release(&build);
	}
}

static void test_no_output(void **state)
{
	static const char *const scripts[] = { "exit 0", ": > \"$1\"", "mkdir \"$1\"" };
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		fixture_script(*state, scripts[i]);
		struct guest_build build = fixture_result(*state);
		assert_true(build.failed);
		assert_non_null(strstr(json_text(build.record, "stderr", ""), "wrote no output"));
		guest_build_release(&build);
	}
}

/* How long the machine took, and who killed it, says nothing of the sources: it is a result, and is tried again. */
static void test_stopped_builds_are_tried_again(void **state)
{
	static const struct { const char *script, *deadline_s; bool timed_out; } rows[] = {
		{ "sleep 30", "0.2", true },
		{ "kill -9 $$", "30", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fixture_toolchain(*state, "null", rows[i].deadline_s);
		fixture_script(*state, rows[i].script);
		for (int again = 0; again < 2; again++) {
			struct guest_build build = fixture_result(*state);
			assert_true(build.failed);
			assert_false(build.cached);
			assert_int_equal(json_bool(build.record, "timed_out", false), rows[i].timed_out);
			assert_int_equal(json_type(json_get(build.record, "exit_status")), JSON_NULL);
			guest_build_release(&build);
		}
	}
}

static void test_full_disk_is_no_result(void **state)
{
	struct guest_build build;
	struct err err = { 0 };
	fixture_script(*state, "exec cat build.sh > /dev/full"); /* "… No space left on device" */
	assert_int_equal(fixture_build(*state, &build, &err), -1);
	assert_int_equal(err.code, ERR_NO_SPACE);
	assert_int_equal(fixture_cached(*state), 0);
}

static void test_damaged(void **state)
{
	struct fixture *fixture = *state;
	static const char *const damages[] = { "output", "no output", "record", "no record" };
	struct guest_build build = fixture_result(fixture);
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		char *record = fs_join(build.folder, "build.json");
		if (i == 0)
			scratch_write(build.folder, "guest.wasm", "mode");
		if (i == 1)
			assert_int_equal(unlink(build.output), 0);
		if (i == 2)
			scratch_write(build.folder, "build.json", "{\"schema\":1");
		if (i == 3)
			assert_int_equal(unlink(record), 0);
		free(record);
		guest_build_release(&build);
		build = fixture_result(fixture);
		assert_false(build.cached);
		check_file(build.output, "made");
	}
	guest_build_release(&build);
}

static void test_missing_program(void **state)
{
	struct fixture *fixture = *state;
	struct guest_build build;
	struct err err = { 0 };
	char *text = mem_format(SH_TOOLCHAIN, "null", "30");
	memcpy(strstr(text, "\"/bin/sh\""), "\"/no/sh\" ", 9);
	scratch_write(fixture->root, "probes/toolchains/sh.json", text);
	free(text);
	assert_int_equal(fixture_build(fixture, &build, &err), -1);
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	assert_string_equal(err.text, "toolchain sh needs the program sh (/nonexistent/sh, /no/sh): install "
		"the package dash");
}

static void test_program_that_does_not_answer(void **state)
{
	struct fixture *fixture = *state;
	struct guest_build build;
	struct err err = { 0 };
	char *text = mem_format(SH_TOOLCHAIN, "null", "30");
	memcpy(strstr(text, "echo sh 1"), "exit 7   ", 9);
	scratch_write(fixture->root, "probes/toolchains/sh.json", text);
	free(text);
	assert_int_equal(fixture_build(fixture, &build, &err), -1);
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.text, "ended with status 7"));
}

static void test_glue(void **state)
{
	struct fixture *fixture = *state;
	struct err err = { 0 };
	struct guest_build build;
	fixture_toolchain(fixture, "[\"{root}/none.js\",\"{root}/glue.js\"]", "30");
	assert_int_equal(fixture_build(fixture, &build, &err), -1);
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.text, "none.js"));
	scratch_write(fixture->root, "glue.js", "one");
	struct guest_build first = fixture_result(fixture);
	check_file(first.glue, "one");
	scratch_write(fixture->root, "glue.js", "two");
	struct guest_build second = fixture_result(fixture);
	assert_false(second.cached);
	check_file(second.glue, "two");
	assert_string_equal(first.id, second.id); /* the same bytes came out */
	assert_string_not_equal(first.inputs, second.inputs);
	/* both are kept under the one id, each glue beside the output */
	assert_int_equal(guest_build_keep(&first, fixture->root, &err), 0);
	assert_int_equal(guest_build_keep(&second, fixture->root, &err), 0);
	assert_int_equal(guest_build_keep(&second, fixture->root, &err), 0);
	char *kept = fs_join3(fixture->root, "builds", first.id);
	size_t count;
	char **names = fs_list(kept, &count, &err);
	assert_int_equal(count, 4);
	assert_string_equal(names[0], "build.json");
	assert_string_equal(names[3], "guest.wasm");
	fs_list_free(names, count);
	free(kept);
	guest_build_release(&first);
	guest_build_release(&second);
}

static void write_file_toolchain(const struct fixture *fixture)
{
	scratch_write(fixture->root, "probes/toolchains/plain.json", "{\"schema\":1,\"name\":\"plain\","
		"\"title\":\"t\",\"command\":null,\"start\":\"js-module\",\"output\":\"guest.js\","
		"\"inputs\":[\"*.sh\"]}");
}

static void test_source_is_the_guest(void **state)
{
	struct fixture *fixture = *state;
	struct err err = { 0 };
	struct guest_build build;
	write_file_toolchain(fixture);
	assert_int_equal(fixture_build_with(fixture, "plain", NULL, &build, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.text, "takes one file"));
	char *file = fs_join(fixture->source, "build.sh");
	free(fixture->source);
	fixture->source = file;
	if (fixture_build_with(fixture, "plain", NULL, &build, &err))
		fail_msg("%s", err.text);
	assert_false(build.failed);
	check_file(build.output, "printf made > \"$1\"");
	assert_string_equal(strrchr(build.output, '/'), "/guest.js");
	assert_int_equal(json_type(json_get(build.record, "command")), JSON_NULL);
	assert_int_equal(json_type(json_get(build.record, "wasm")), JSON_NULL);
	assert_null(json_get(build.record, "wasm_error"));
	guest_build_release(&build);
}

static void test_default_cache(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *xdg, *place; } rows[] = {
		{ "%s/xdg", "/xdg/wasmograph/guests/" },
		{ NULL, "/.cache/wasmograph/guests/" },
	};
	char *home = mem_strdup(getenv("HOME") ? getenv("HOME") : "/"), *folder = mem_format("%s/xdg", fixture->root);
	free(fixture->cache);
	fixture->cache = NULL;
	setenv("HOME", fixture->root, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].xdg)
			setenv("XDG_CACHE_HOME", folder, 1);
		else
			unsetenv("XDG_CACHE_HOME");
		struct guest_build build = fixture_result(fixture);
		assert_non_null(strstr(build.folder, rows[i].place));
		guest_build_release(&build);
	}
	setenv("HOME", home, 1);
	scratch_write(fixture->root, "orchestrator/main.c", "");
	struct guest_build build = fixture_result(fixture);
	assert_non_null(strstr(build.folder, "/build/guests/"));
	guest_build_release(&build);
	free(folder);
	free(home);
}

/* ---- interrupted and competing builds ---- */

static pid_t build_in_child(const struct fixture *fixture)
{
	pid_t pid = fork();
	if (pid == 0) {
		struct guest_build build;
		struct err err = { 0 };
		int result = fixture_build(fixture, &build, &err);
		_exit(result ? 100 + (int)err.code : build.cached ? 1 : 0);
	}
	return pid;
}

static void wait_for_file(const char *path)
{
	for (int i = 0; i < 3000 && !fs_exists(path); i++)
		usleep(10000);
	assert_true(fs_exists(path));
}

static void interrupt_one(const struct fixture *fixture, int signal_number)
{
	char *started = fs_join(fixture->root, "started");
	char *script = mem_format("printf made > \"$1\"; : > '%s'; sleep 30 & wait", started);
	fixture_script(fixture, script);
	pid_t pid = build_in_child(fixture);
	wait_for_file(started);
	assert_int_equal(kill(pid, signal_number), 0);
	int status = scratch_wait(pid);
	if (signal_number == SIGKILL)
		assert_true(WIFSIGNALED(status));
	else
		assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 100 + ERR_INTERRUPTED);
	assert_int_equal(unlink(started), 0);
	free(script);
	free(started);
}

static void test_interrupted(void **state)
{
	struct fixture *fixture = *state;
	interrupt_one(fixture, SIGINT);
	assert_int_equal(fixture_cached(fixture), 0);
	interrupt_one(fixture, SIGTERM);
	assert_int_equal(fixture_cached(fixture), 0);
	interrupt_one(fixture, SIGKILL);
	assert_int_equal(fixture_cached(fixture), 1); /* what was begun; it does not count, … */
	fixture_script(fixture, "printf made > \"$1\"");
	struct guest_build build = fixture_result(fixture);
	assert_false(build.cached);
	assert_int_equal(fixture_cached(fixture), 1); /* … and the next build removes it */
	guest_build_release(&build);
}

/* Eight processes want the same build: one makes it, the others wait and find it. */
static void test_competing(void **state)
{
	enum { PROCESSES = 8 };
	struct fixture *fixture = *state;
	pid_t pids[PROCESSES];
	int built = 0, cached = 0;
	char *script = mem_format("echo x >> '%s/count'; sleep 0.3; printf made > \"$1\"", fixture->root);
	fixture_script(fixture, script);
	for (int i = 0; i < PROCESSES; i++)
		pids[i] = build_in_child(fixture);
	for (int i = 0; i < PROCESSES; i++) {
		int status = scratch_wait(pids[i]);
		assert_true(WIFEXITED(status));
		built += WEXITSTATUS(status) == 0;
		cached += WEXITSTATUS(status) == 1;
	}
	assert_int_equal(built, 1);
	assert_int_equal(cached, PROCESSES - 1);
	char *count = fs_join(fixture->root, "count");
	check_file(count, "x\n");
	free(count);
	free(script);
}

/* Builds of other inputs wait for nobody, and do not sweep away what another process builds in. */
static void test_side_by_side(void **state)
{
	struct fixture *fixture = *state;
	char *started = fs_join(fixture->root, "started");
	char *script = mem_format(": > '%s'; while [ ! -e '%s/go' ]; do sleep 0.02; done; printf made > \"$1\"", started,
		fixture->root);
	fixture_script(fixture, script);
	pid_t pid = build_in_child(fixture);
	wait_for_file(started);
	fixture_script(fixture, "printf other > \"$1\"");
	struct guest_build build = fixture_result(fixture);
	assert_false(build.cached);
	check_file(build.output, "other");
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0); /* the first is still at it */
	scratch_write(fixture->root, "go", "");
	int status = scratch_wait(pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fixture_script(fixture, script);
	struct guest_build first = fixture_result(fixture);
	assert_true(first.cached && !first.failed);
	guest_build_release(&first);
	guest_build_release(&build);
	free(script);
	free(started);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_built_then_cached),
		FRESH(test_record_is_the_same_from_the_cache),
		FRESH(test_what_the_compiler_sees),
		FRESH(test_options),
		FRESH(test_reports),
		FRESH(test_bad_options),
		FRESH(test_other_inputs_are_another_build),
		FRESH(test_moved),
		FRESH(test_failed),
		FRESH(test_no_output),
		FRESH(test_stopped_builds_are_tried_again),
		FRESH(test_full_disk_is_no_result),
		FRESH(test_damaged),
		FRESH(test_missing_program),
		FRESH(test_program_that_does_not_answer),
		FRESH(test_glue),
		FRESH(test_source_is_the_guest),
		FRESH(test_default_cache),
		FRESH(test_interrupted),
		FRESH(test_competing),
		FRESH(test_side_by_side),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
