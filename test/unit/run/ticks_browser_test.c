/* The sampler beside a real Chromium, sandboxed as it is in a run: which threads it finds, what they are called there,
 * and whose CPU time the browser's group counts. The test program is its own supervisor and its own sampler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "browser/fixture.h"

#include "browser/renderers.h"
#include "host/ticks_sampler.h"
#include "run/ticks.h"
#include "run/ticks_keep.h"
#include "scratch.h"
#include "support/ticks_rows.h"
#include "trace/file.h"

/* Two workers, of which the second spins for ever from its first message on; resolves when both answer. */
static const char make_workers[] =
	"new Promise(done => {"
	"  const source = 'onmessage = e => { postMessage(0); for (; e.data;); }';"
	"  const url = URL.createObjectURL(new Blob([source]));"
	"  window.kept = [0, 1].map(spins => { const w = new Worker(url); w.postMessage(spins); return w; });"
	"  let left = 2;"
	"  window.kept.forEach(w => w.onmessage = () => --left || done(2));"
	"})";

struct window {
	struct fixture *fixture;
	struct json *facts;
};

static void on_ready(void *context)
{
	struct window *window = context;
	loop_stop(window->fixture->loop);
}

static void on_done(const struct json *facts, void *context)
{
	struct window *window = context;
	window->facts = json_copy(facts);
	loop_stop(window->fixture->loop);
}

static void read_kept(const char *folder, struct tick_rows *ticks)
{
	struct err err = {0};
	struct buf text;
	char *path = fs_join(folder, TICKS_NAME), *piece = mem_alloc_zero(TRACE_FILE_CHUNK, 1);
	struct trace_file *file = trace_file_open(path, &err);
	ssize_t got;
	assert_non_null(file);
	buf_init(&text, 64 << 20);
	while ((got = trace_file_read(file, piece, TRACE_FILE_CHUNK, &err)) > 0)
		assert_int_equal(buf_append(&text, piece, (size_t)got), 0);
	assert_int_equal(got, 0);
	tick_rows_read(ticks, text.data, text.length);
	trace_file_close(file);
	buf_release(&text);
	free(piece);
	free(path);
}

/* The page's main thread spins for 300 ms, in the middle of the window. */
static struct json *sample(struct fixture *fixture, const char *folder)
{
	struct window window = {.fixture = fixture};
	char *raw = fs_join(folder, TICKS_RAW_NAME);
	const struct browser_group *group = browser_group(fixture->browser);
	struct ticks_options options = {.renderer = browser_renderer_find(browser_tree(fixture->browser)),
		.group_version = group->version, .group_path = group->text, .log_fd = STDERR_FILENO,
		.out_fd = open(raw, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), .longest_us = 10 * FIXTURE_S};
	struct helper *ticks = ticks_start(fixture->loop, &options, on_ready, &window);
	fixture_turn(fixture);
	fixture_evaluate(fixture, "const end = performance.now() + 300; while (performance.now() < end); 1",
		10 * FIXTURE_S);
	helper_stop(ticks, on_done, &window);
	while (!window.facts)
		fixture_turn(fixture);
	helper_free(ticks);
	close(options.out_fd);
	free(raw);
	return window.facts;
}

static void check_threads(const struct json *facts, bool sandboxed)
{
	const struct json *threads = json_get(facts, "threads");
	if (json_length(threads) != 3)
		fail_msg("%s", json_print(facts, false));
	for (size_t i = 0; i < 3; i++) {
		double tid = json_number(json_at(threads, i), "tid", 0), inner = json_number(json_at(threads, i), "ns_tid", 0);
		assert_true(sandboxed ? inner < tid : inner == tid);
		if (i > 0)
			assert_string_equal(json_text(json_at(threads, i), "name", ""), "DedicatedWorker");
	}
	if (sandboxed) /* what Chromium's traces call the main thread in its namespace */
		assert_true(json_number(json_at(threads, 0), "ns_tid", 0) == 1);
}

static double grown(double first, double last)
{
	return last - first;
}

static void check_ticks(const struct tick_rows *ticks, bool has_group)
{
	const struct tick_row *first = ticks->items, *last = first + ticks->count - 1;
	double worker_ns = grown(first->worker.run_ns, last->worker.run_ns);
	assert_true(worker_ns > 0);
	assert_true(grown(first->main.run_ns, last->main.run_ns) > 0);
	assert_int_equal(!isnan(last->browser_cpu_us), has_group);
	double used_us = grown(first->browser_cpu_us, last->browser_cpu_us);
	if (has_group && used_us < 0.5 * worker_ns / 1000)
		fail_msg("the browser used %.0f us, its worker alone %.0f us", used_us, worker_ns / 1000);
}

static void check_browser(bool sandboxed)
{
	struct fixture fixture;
	struct tick_rows ticks;
	struct err err = {0};
	char *folder = scratch_make("ticks");
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	if (!sandboxed)
		fixture.user = (struct browser_user){.uid = fixture.user.uid, .gid = fixture.user.gid};
	fixture_start_ready(&fixture);
	fixture_evaluate(&fixture, make_workers, 20 * FIXTURE_S);
	assert_string_equal(fixture.value, "2");
	bool has_group = browser_group(fixture.browser)->version > 0;
	struct json *facts = sample(&fixture, folder);
	check_threads(facts, sandboxed);
	int64_t spinner = (int64_t)json_number(json_at(json_get(facts, "threads"), 2), "ns_tid", 0);
	if (ticks_keep(folder, spinner, &err))
		fail_msg("%s", err.text);
	read_kept(folder, &ticks);
	check_ticks(&ticks, has_group);
	tick_rows_release(&ticks);
	json_free(facts);
	fixture_release(&fixture);
	scratch_remove(folder);
}

static void in_the_sandbox(void **state)
{
	(void)state;
	check_browser(true);
}

static void without_a_sandbox(void **state)
{
	(void)state;
	check_browser(false);
}

int main(int argc, char **argv)
{
	FIXTURE_SUPERVISE(argc, argv);
	if (argc > 1 && strcmp(argv[1], "ticks") == 0)
		return ticks_sampler(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_the_sandbox),
		cmocka_unit_test(without_a_sandbox),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
