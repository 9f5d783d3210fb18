#include "report/explained_scene.h"

#include "report/explain_story.h"

static char *story_of(const struct explanation_launch *launch, size_t sample)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	explain_story(out, launch, sample);
	fclose(out);
	explained_check_width(text);
	return text;
}

static void a_story_has_all_moments_and_both_threads(void **state)
{
	(void)state;
	static const char *const parts[] = {
		"sample " EXPLAINED_RUN ":7:4 of " EXPLAINED_ARM, "Sent by the page; response 21.0 ms, threshold 5.00 ms\n",
		"Cause: mixed: gc@worker + layout@worker\n",
		"due at 200.000 ms of the sender's clock", "sent +0.200 ms: late@main 0.2",
		"received +19.900 ms: gc@worker 10.0 ms, layout@worker 9.00 ms", "replied +0.100 ms: js@worker 0.100 ms",
		"returned +0.800 ms:", "Meanwhile the page (ms from due)", "Meanwhile the worker (ms from due)",
		"10.999 ms: gc@worker\n", "19.999 ms: layout@worker\n", "idle",
	};
	struct scene scene;
	explained_scene(&scene);
	const struct explanation_launch launch = explained_launch(&scene);
	char *text = story_of(&launch, 4);
	explained_holds(text, parts, SCENE_COUNT(parts));
	free(text);
	scene_release(&scene);
}

static void what_is_no_spike_says_so(void **state)
{
	(void)state;
	static const struct { size_t sample; const char *said; } rows[] = {
		{ 0, "It is a cold one (warm-up)." }, { 3, "It was on time." }, { 6, "Without a cause: it was never answered." },
	};
	struct scene scene;
	explained_scene(&scene);
	const struct explanation_launch launch = explained_launch(&scene);
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		scene.result.story.told = false;
		char *text = story_of(&launch, rows[i].sample);
		explained_holds(text, &rows[i].said, 1);
		free(text);
	}
	scene_release(&scene);
}

static void a_long_story_is_cut(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	for (int i = 0; i < 300; i++)
		scene_slice(&scene, TRACE_WORKER, i % 2 ? "MajorGC" : "Layout", 11 + 6 * i, 17 + 6 * i);
	scene_sample(&scene, 10, 10.2, 1900, 1900.1, 1901);
	scene.options.tells_story = true;
	scene_explain(&scene, 2000);
	const struct explanation_launch launch = explained_launch(&scene);
	char *text = story_of(&launch, 0);
	static const char *const parts[] = { "short tasks and pauses", "…\n" };
	explained_holds(text, parts, 1);
	size_t lines = 0;
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	assert_true(lines < 45);
	free(text);
	scene_release(&scene);
}

/* A thread that rests between small tasks takes one line. */
static void idle_times_are_one(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_slice(&scene, TRACE_WORKER, "MajorGC", 11, 400);
	for (int i = 0; i < 30; i++)
		scene_slice(&scene, TRACE_MAIN, "FunctionCall", 11 + 10 * i, 11.1 + 10 * i);
	scene_sample(&scene, 10, 10.2, 400.1, 400.2, 400.5);
	scene.options.tells_story = true;
	scene_explain(&scene, 500);
	const struct explanation_launch launch = explained_launch(&scene);
	char *text = story_of(&launch, 0);
	const char *page = strstr(text, "Meanwhile the page");
	assert_non_null(page);
	assert_non_null(strstr(page, "idle but for "));
	page = strchr(strchr(page, '\n') + 1, '\n') + 1;
	assert_memory_equal(page, "  Meanwhile the worker", strlen("  Meanwhile the worker"));
	free(text);
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_story_has_all_moments_and_both_threads),
		cmocka_unit_test(what_is_no_spike_says_so),
		cmocka_unit_test(a_long_story_is_cut),
		cmocka_unit_test(idle_times_are_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
