#include "report/explained_scene.h"

static void causes_read_as_words(void **state)
{
	(void)state;
	char text[EXPLANATION_CAUSE_SIZE];
	int gc = trace_cause(TRACE_GC, TRACE_WORKER), layout = trace_cause(TRACE_LAYOUT, TRACE_MAIN);
	explanation_cause(gc, TRACE_NO_CAUSE, text);
	assert_string_equal(text, "gc@worker");
	explanation_cause(gc, layout, text);
	assert_string_equal(text, "mixed: gc@worker + layout@main");
	explanation_cause(TRACE_NO_CAUSE, TRACE_NO_CAUSE, text);
	assert_string_equal(text, "–");
	for (int a = 0; a < TRACE_CAUSES; a++) { /* the longest pair fits */
		explanation_cause(a, TRACE_CAUSES - 1 - a, text);
		assert_non_null(strstr(text, trace_cause_name(TRACE_CAUSES - 1 - a)));
	}
}

/* Of two launches of one arm and one of another. */
static void arms_add_their_launches_up(void **state)
{
	(void)state;
	struct scene scene;
	explained_scene(&scene);
	struct explanation_launch launches[] = { explained_launch(&scene), explained_launch(&scene), explained_launch(&scene) };
	launches[1].arm = "other";
	const struct explanation explanation = { .launches = launches, .launch_count = 3 };
	size_t count;
	struct explanation_arm *arms = explanation_arms(&explanation, &count);
	assert_int_equal(count, 2);
	assert_string_equal(arms[0].arm, EXPLAINED_ARM);
	assert_int_equal(arms[0].launches, 2);
	assert_int_equal(arms[0].samples, 2 * 6);
	assert_int_equal(arms[0].spikes, 2 * 4);
	assert_int_equal(arms[0].explained_spikes, 2 * 3);
	assert_int_equal(arms[0].episodes, 2 * 3);
	assert_int_equal(arms[0].explained_episodes, 2 * 2);
	assert_int_equal(arms[1].launches, 1);
	int gc = trace_cause(TRACE_GC, TRACE_WORKER);
	assert_int_equal(arms[0].order[0], gc);
	assert_true(arms[0].shares[gc].ms == 2 * arms[1].shares[gc].ms);
	assert_true(fabs(arms[0].shares[gc].share - arms[1].shares[gc].share) < 1e-12);
	for (size_t i = 1; i < arms[0].order_count; i++)
		assert_true(arms[0].shares[arms[0].order[i]].ms <= arms[0].shares[arms[0].order[i - 1]].ms);
	free(arms);
	scene_release(&scene);
}

static void of_a_refused_launch_nothing_is_added(void **state)
{
	(void)state;
	struct scene scene;
	explained_scene(&scene);
	snprintf(scene.result.refusal, sizeof scene.result.refusal, "the trace is lossy");
	struct explanation_launch launch = explained_launch(&scene);
	const struct explanation explanation = { .launches = &launch, .launch_count = 1 };
	size_t count;
	struct explanation_arm *arms = explanation_arms(&explanation, &count);
	for (int cause = 0; cause < TRACE_CAUSES; cause++)
		assert_true(isnan(arms[0].shares[cause].fast_share));
	free(arms);
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes_read_as_words),
		cmocka_unit_test(arms_add_their_launches_up),
		cmocka_unit_test(of_a_refused_launch_nothing_is_added),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
