/* Profiles and heap snapshots of a real Chromium: whole, of either thread; no room; nobody there; a page that dies. */
#include "browser/capture.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "browser/fixture.h"
#include "browser/renderers.h"

#define PAGE "data:text/html,<title>test</title>"
#define WORK "(() => { function workToBeSeen() { const end = performance.now() + 100;" \
	" while (performance.now() < end); } workToBeSeen(); })()"
#define WORKER "new Promise(done => { globalThis.kept = new Worker(URL.createObjectURL(new Blob([" \
	"'function workToBeSeen() { const end = performance.now() + 200; while (performance.now() < end); }" \
	" setTimeout(() => { workToBeSeen(); postMessage(1); }, 100)'])));" \
	" globalThis.kept.onmessage = () => done(1); })"

enum { DEADLINE_US = 30 * FIXTURE_S, CAPTURE_MAX = 64 * 1000 * 1000 };

struct taken {
	struct fixture fixture; /* first */
	int fd, answers;
	int64_t bytes;
	struct err err;
};

static void on_captured(int64_t bytes, const struct err *err, void *context)
{
	struct taken *taken = context;
	taken->answers++;
	taken->bytes = bytes;
	taken->err = err ? *err : (struct err){ 0 };
	loop_stop(taken->fixture.loop);
}

static void set_up(struct taken *taken)
{
	memset(taken, 0, sizeof *taken);
	fixture_init(&taken->fixture, NULL, BROWSER_HEADLESS);
	taken->fd = memfd_create("capture", MFD_CLOEXEC);
	assert_true(taken->fd >= 0);
	fixture_start_ready(&taken->fixture);
	fixture_navigate(&taken->fixture, PAGE, 10 * FIXTURE_S);
	assert_string_equal(taken->fixture.err.text, "");
}

static void tear_down(struct taken *taken)
{
	fixture_release(&taken->fixture);
	close(taken->fd);
}

static void start(struct taken *taken, enum browser_profiled whose)
{
	struct fixture *fixture = &taken->fixture;
	int answers = fixture->answers;
	browser_profile_start(fixture->browser, whose, DEADLINE_US, fixture_on_loaded, fixture);
	while (fixture->answers == answers)
		loop_run(fixture->loop);
	assert_string_equal(fixture->err.text, "");
}

static void wait_for_answer(struct taken *taken)
{
	while (taken->answers == 0)
		loop_run(taken->fixture.loop);
	assert_int_equal(taken->answers, 1);
}

static void stop(struct taken *taken)
{
	browser_profile_stop(taken->fixture.browser, taken->fd, DEADLINE_US, on_captured, taken);
	wait_for_answer(taken);
}

static void snapshot(struct taken *taken)
{
	browser_snapshot(taken->fixture.browser, taken->fd, DEADLINE_US, on_captured, taken);
	wait_for_answer(taken);
}

/* The caller frees. */
static struct json *captured_json(struct taken *taken)
{
	struct err err = { 0 };
	assert_string_equal(taken->err.text, "");
	char *bytes = mmap(NULL, (size_t)taken->bytes, PROT_READ, MAP_PRIVATE, taken->fd, 0);
	assert_ptr_not_equal(bytes, MAP_FAILED);
	struct json *root = json_parse(bytes, (size_t)taken->bytes, CAPTURE_MAX, "the capture", &err);
	munmap(bytes, (size_t)taken->bytes);
	if (!root)
		fail_msg("%s", err.text);
	return root;
}

static void assert_profile_has_the_work(struct taken *taken)
{
	struct json *profile = captured_json(taken);
	bool found = false;
	for (const struct json *node = json_first(json_get(profile, "nodes")); node; node = json_next(node))
		found |= strcmp(json_text(json_get(node, "callFrame"), "functionName", ""), "workToBeSeen") == 0;
	assert_true(found);
	assert_true(json_length(json_get(profile, "samples")) > 0);
	json_free(profile);
}

static void test_a_profile_of_the_page(void **state)
{
	struct taken taken;
	(void)state;
	set_up(&taken);
	start(&taken, BROWSER_PROFILED_PAGE);
	fixture_evaluate(&taken.fixture, WORK, DEADLINE_US);
	stop(&taken);
	assert_profile_has_the_work(&taken);
	tear_down(&taken);
}

static void test_a_profile_of_a_worker(void **state)
{
	struct taken taken;
	(void)state;
	set_up(&taken);
	start(&taken, BROWSER_PROFILED_WORKER);
	fixture_evaluate(&taken.fixture, WORKER, DEADLINE_US);
	stop(&taken);
	assert_profile_has_the_work(&taken);
	tear_down(&taken);
}

static void test_no_worker_or_none_any_more(void **state)
{
	struct taken taken;
	(void)state;
	set_up(&taken);
	start(&taken, BROWSER_PROFILED_WORKER);
	stop(&taken);
	assert_int_equal(taken.err.code, ERR_REFUSED);
	assert_non_null(strstr(taken.err.text, "no worker"));
	fixture_evaluate(&taken.fixture, WORKER ".then(() => kept.terminate())", DEADLINE_US);
	fixture_evaluate(&taken.fixture, "new Promise(done => setTimeout(done, 200))", DEADLINE_US);
	taken.answers = 0;
	stop(&taken);
	assert_int_equal(taken.err.code, ERR_REFUSED);
	tear_down(&taken);
}

static void test_a_snapshot(void **state)
{
	struct taken taken;
	(void)state;
	set_up(&taken);
	snapshot(&taken);
	struct json *root = captured_json(&taken);
	double nodes = json_number(json_get(root, "snapshot"), "node_count", 0);
	size_t fields = json_length(json_get(json_get(json_get(root, "snapshot"), "meta"), "node_fields"));
	assert_true(nodes > 1000 && json_length(json_get(root, "nodes")) == (size_t)nodes * fields);
	json_free(root);
	tear_down(&taken);
}

static void test_a_full_disk(void **state)
{
	struct taken taken;
	(void)state;
	set_up(&taken);
	close(taken.fd);
	taken.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	snapshot(&taken);
	assert_int_equal(taken.err.code, ERR_NO_SPACE);
	fixture_evaluate(&taken.fixture, "40 + 2", DEADLINE_US);
	assert_string_equal(taken.fixture.value, "42");
	tear_down(&taken);
}

static void test_a_page_that_dies_meanwhile(void **state)
{
	struct taken taken;
	(void)state;
	set_up(&taken);
	browser_snapshot(taken.fixture.browser, taken.fd, DEADLINE_US, on_captured, &taken);
	assert_int_equal(kill(browser_renderer_find(browser_tree(taken.fixture.browser)), SIGKILL), 0);
	wait_for_answer(&taken);
	assert_int_equal(taken.err.code, ERR_CLOSED);
	assert_int_equal(taken.fixture.deaths, 1);
	assert_int_equal(taken.fixture.death, BROWSER_RENDERER_KILLED);
	tear_down(&taken);
}

int main(int argc, char **argv)
{
	FIXTURE_SUPERVISE(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_profile_of_the_page),
		cmocka_unit_test(test_a_profile_of_a_worker),
		cmocka_unit_test(test_no_worker_or_none_any_more),
		cmocka_unit_test(test_a_snapshot),
		cmocka_unit_test(test_a_full_disk),
		cmocka_unit_test(test_a_page_that_dies_meanwhile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
