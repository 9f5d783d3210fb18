#include "report/explained_scene.h"

#include "report/explain_text.h"

static void it_tells_causes_episodes_and_inputs(void **state)
{
	(void)state;
	static const char *const parts[] = {
		EXPLAINED_ARM ": 6 measured samples, 4 spikes in 3 episodes (2 explained), ",
		"cause", "in samples on time",
		"gc@worker", "layout@worker",
		"Worst episodes (3 of 3)",
		EXPLAINED_RUN ":7:6", "∞", /* never answered: the worst */
		EXPLAINED_RUN ":7:1",
		"mixed: gc@worker + layout@worker",
		"launch 7: ", "no host ticks",
		"No host ticks: ", "The trace holds no harness measures",
		"1 spike without a cause: it was never answered\n",
	};
	struct scene scene;
	explained_scene(&scene);
	struct explanation_launch launch = explained_launch(&scene);
	const struct explanation explanation = { .launches = &launch, .launch_count = 1 };
	char *text = explained_text(explain_text, &explanation);
	explained_check_width(text);
	explained_holds(text, parts, SCENE_COUNT(parts));
	assert_null(strstr(strstr(text, ":7:4"), ":7:6")); /* the worst comes first */
	assert_null(strstr(text, "nan"));
	free(text);
	scene_release(&scene);
}

static void a_refusal_is_told_instead_of_causes(void **state)
{
	(void)state;
	static const char *const parts[] = { "No causes are told: the trace is lossy: half of it is missing.\n",
		"(0 explained)" };
	struct scene scene;
	explained_scene(&scene);
	scene.options.lost = "half of it is missing";
	scene.options.tells_story = false;
	scene_explain(&scene, 301);
	struct explanation_launch launch = explained_launch(&scene);
	const struct explanation explanation = { .launches = &launch, .launch_count = 1 };
	char *text = explained_text(explain_text, &explanation);
	explained_check_width(text);
	explained_holds(text, parts, SCENE_COUNT(parts));
	assert_null(strstr(text, "gc@worker"));
	free(text);
	scene_release(&scene);
}

static void samples_from_elsewhere_have_no_address(void **state)
{
	(void)state;
	static const char *const parts[] = { "6 measured samples", "\n6  " };
	struct scene scene;
	explained_scene(&scene);
	struct explanation_launch launch = explained_launch(&scene);
	launch.run = launch.launch = launch.arm = "";
	const struct explanation explanation = { .launches = &launch, .launch_count = 1 };
	char *text = explained_text(explain_text, &explanation);
	explained_check_width(text);
	explained_holds(text, parts, SCENE_COUNT(parts));
	free(text);
	scene_release(&scene);
}

static void untraced_spikes_are_listed(void **state)
{
	(void)state;
	struct explanation_untraced untraced[7];
	for (int i = 0; i < 7; i++)
		untraced[i] = (struct explanation_untraced){ EXPLAINED_RUN, EXPLAINED_ARM, i + 1, 12, 3, 40, 84.25 };
	static const char *const parts[] = { "Untraced: these spikes have no causes", "wasmograph reproduce",
		EXPLAINED_RUN ":1:40, " EXPLAINED_ARM ": worst of 12 spikes, 84.2 ms\n", "and 2 more launches" };
	const struct explanation explanation = { .untraced = untraced, .untraced_count = 7 };
	char *text = explained_text(explain_text, &explanation);
	explained_check_width(text);
	explained_holds(text, parts, SCENE_COUNT(parts));
	free(text);
}

static void a_run_ends_with_its_causes(void **state)
{
	(void)state;
	struct scene scene;
	explained_scene(&scene);
	struct explanation_launch launch = explained_launch(&scene);
	const struct explanation explanation = { .launches = &launch, .launch_count = 1 };
	static const char *const parts[] = { "Causes in the traced launches",
		EXPLAINED_ARM ": 3 episodes, 2 explained: gc@worker " };
	char *text = explained_text(explain_text_causes, &explanation);
	explained_check_width(text);
	explained_holds(text, parts, SCENE_COUNT(parts));
	free(text);
	const struct explanation nothing = { .launch_count = 0 };
	text = explained_text(explain_text_causes, &nothing);
	assert_string_equal(text, "");
	free(text);
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_tells_causes_episodes_and_inputs),
		cmocka_unit_test(a_refusal_is_told_instead_of_causes),
		cmocka_unit_test(samples_from_elsewhere_have_no_address),
		cmocka_unit_test(untraced_spikes_are_listed),
		cmocka_unit_test(a_run_ends_with_its_causes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
