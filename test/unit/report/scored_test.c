#include "report/score_scene.h"
#include "store/fixture.h"

#include "report/explained.h"
#include "report/scored.h"

#define OTHER_RUN "20260102T000000Z-ping-0002"

/* What the tests change of a launch. */
struct made {
	const char *run;
	int number;
	enum store_outcome outcome;
	const char *truth;       /* NULL: none */
	bool without_trace;
	double phase_ms;         /* the samples of each launch are due at other times */
};

#define TRUTH "{\"schema\":1,\"plants\":[" \
	"{\"id\":0,\"kind\":\"guest\",\"cause\":\"guest@worker\",\"clock\":\"worker\",\"begin\":130,\"end\":150,\"pure\":true}," \
	"{\"id\":1,\"kind\":\"gc-worker\",\"cause\":\"gc@worker\",\"clock\":\"mono\",\"begin\":1000300,\"end\":1000320,\"pure\":true}," \
	"{\"id\":2,\"kind\":\"js-page\",\"cause\":\"js@main\",\"clock\":\"main\",\"begin\":700,\"end\":705,\"pure\":true}]}"

static void write_text(const char *folder, const char *name, const char *text)
{
	struct err err = { 0 };
	char *path = fs_join(folder, name);
	assert_int_equal(fs_write_atomic(path, text, strlen(text), 0644, &err), 0);
	free(path);
}

/* Samples up to 1 s, at distances of which 250 ms are no multiple; a guest runs from 100 to 120, a collection from 300 to 320: those that are due meanwhile wait. */
static void play(struct scene *scene, double phase_ms)
{
	scene_init(scene);
	scene_slice(scene, TRACE_WORKER, "FunctionCall", 100, 120);
	scene_measure(scene, TRACE_WORKER, "h:guest", 100.1, 119.9);
	scene_slice(scene, TRACE_WORKER, "MajorGC", 300, 320);
	for (double due_ms = 5 + phase_ms; due_ms < 1000; due_ms += 5.17) {
		double from_ms = due_ms > 99 && due_ms < 120 ? 120 : due_ms > 299 && due_ms < 320 ? 320 : due_ms;
		scene_sample(scene, due_ms, due_ms + 0.1, from_ms + 0.3, from_ms + 0.35, from_ms + 0.6);
	}
	scene_marks(scene, 1010);
}

static void add_launch(struct store *store, const struct made *made)
{
	struct scene scene;
	struct err err = { 0 };
	char *staging = mem_format("%s/%s", store_folder(store), made->run);
	char *names[] = { mem_format("%s/trace%d.json", made->run, made->number),
		mem_format("%s/truth%d.json", made->run, made->number) };
	struct store_artefact artefacts[2] = { { "trace", names[0], 9, "ab", false }, { "truth", names[1], 9, "cd", false } };
	int64_t row;
	play(&scene, made->phase_ms);
	char *trace = scene_trace(&scene);
	assert_int_equal(fs_make_folders(staging, 0755, &err), 0);
	write_text(store_folder(store), names[0], trace);
	write_text(store_folder(store), names[1], made->truth ? made->truth : "");
	const struct store_launch_plan plan = { .run = made->run, .number = made->number, .block = made->number, .attempt = 1,
		.arm = "none/worker/idle", .traced = true, .scratch = "/nonexistent/x", .staging = ".incoming/x" };
	assert_int_equal(store_launch_insert(store, &plan, &row, &err), 0);
	const double *const *times = scene.samples.times_ms;
	const struct store_samples samples = { .count = scene.samples.count, .cold = 0, .due = times[TRACE_DUE],
		.sent = times[TRACE_SENT], .received = times[TRACE_RECEIVED], .replied = times[TRACE_REPLIED],
		.returned = times[TRACE_RETURNED], .drain_end_ms = 2000 };
	struct json *environment = fixture_json("{}");
	const struct store_launch_result result = { .outcome = made->outcome, .reason = "", .folder = made->run,
		.environment = environment, .samples = &samples, .artefacts = artefacts + made->without_trace,
		.artefact_count = (size_t)(made->truth ? 2 : 1) - made->without_trace };
	if (store_launch_finalise(store, row, &result, &err))
		fail_msg("%s", err.text);
	json_free(environment);
	free(trace);
	free(staging);
	free(names[0]);
	free(names[1]);
	scene_release(&scene);
}

struct stage {
	char *folder;
	struct store *store;
	struct scored *scored;
	const struct score_set *sets[SCORED_SETS];
};

static void add_run(struct store *store, const char *id, uint64_t seed)
{
	struct err err;
	struct store_run run = { .probe = (char *)"ping", .seed = seed, .threshold_ms = 5, .blocks = 2,
		.spec = fixture_json("{\"arms\":[\"none/worker/idle\"]}"), .environment = fixture_json("{}"),
		.state = (char *)"running" };
	snprintf(run.id, sizeof run.id, "%s", id);
	assert_int_equal(store_run_insert(store, &run, &err), 0);
	json_free(run.spec);
	json_free(run.environment);
}

static struct stage open_stage(void)
{
	struct stage stage = { .folder = fixture_folder() };
	stage.store = fixture_open(stage.folder);
	stage.scored = scored_new();
	add_run(stage.store, EXPLAINED_RUN, 3);
	add_run(stage.store, OTHER_RUN, SCORE_HELD_OUT_SEED);
	return stage;
}

static void close_stage(struct stage *stage)
{
	scored_free(stage->scored);
	store_close(stage->store);
	fixture_remove(stage->folder);
}

static int add(struct stage *stage, const char *run, int launch, struct err *err)
{
	struct store_address address = { .launch = launch, .sample = -1 };
	snprintf(address.run, sizeof address.run, "%s", run);
	return scored_add(stage->scored, stage->store, &address, err);
}

static void add_well(struct stage *stage, const char *run, int launch)
{
	struct err err = { 0 };
	if (add(stage, run, launch, &err))
		fail_msg("%s", err.text);
}

static void valid_launches_are_held_against_their_truths(void **state)
{
	(void)state;
	struct stage stage = open_stage();
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 1, STORE_VALID, TRUTH });
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 2, STORE_VALID, TRUTH, .phase_ms = 2.1 });
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 3, STORE_VOID, TRUTH });
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 4, STORE_VALID, NULL, .phase_ms = 3.1 });
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 5, STORE_VALID, TRUTH, .without_trace = true });
	add_well(&stage, EXPLAINED_RUN, -1);
	assert_int_equal(scored_sets(stage.scored, stage.sets), 1);
	const struct score_set *set = stage.sets[0];
	assert_string_equal(score_set_name(set), "tuning");
	assert_int_equal(set->runs[0].launches, 2);
	assert_int_equal(set->runs[0].left_out, 1);
	assert_int_equal(set->runs[0].incomplete, 2);
	assert_int_equal(set->score.launches, 2);
	assert_int_equal(set->score.episode_count, 6);
	assert_true(set->score.totals.pure.k == 4 && set->score.totals.pure.n == 4);
	assert_int_equal(set->score.kinds[0].verdicts[SCORE_SILENT], 2); /* js@main comes first */
	assert_true(set->score.sums.k == set->score.sums.n && set->score.sums.n == set->score.spikes);
	assert_string_equal(set->score.episodes[3].launch, EXPLAINED_RUN ":2");
	close_stage(&stage);
}

static void the_controls_fail_to_explain(void **state)
{
	(void)state;
	struct stage stage = open_stage();
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 1, STORE_VALID, TRUTH });
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 2, STORE_VALID, TRUTH, .phase_ms = 2.1 });
	add_well(&stage, EXPLAINED_RUN, -1);
	scored_sets(stage.scored, stage.sets);
	const struct score_controls *controls = &stage.sets[0]->controls;
	assert_int_equal(controls->another.launches, 2);
	assert_int_equal(controls->another.refused, 2);
	assert_int_equal(controls->another.told, 0);
	assert_true(controls->another.spikes > 0);
	assert_int_equal(controls->shifted.launches, 2);
	assert_int_equal(controls->shifted.refused, 2);
	assert_true(controls->shifted.told == 0 && controls->shifted.spikes > 0);
	assert_int_equal(controls->bare, 2);
	assert_true(controls->guest_spikes >= 6);
	assert_int_equal(controls->bare_guest_spikes, 0);
	assert_true(controls->bare_js.k == 2 && controls->bare_js.n == 2);
	close_stage(&stage);
}

static void one_launch_may_be_asked_for_whatever_became_of_it(void **state)
{
	(void)state;
	struct stage stage = open_stage();
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 1, STORE_VOID, TRUTH });
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 2, STORE_VALID, TRUTH, .phase_ms = 2.1 });
	add_well(&stage, EXPLAINED_RUN, 1);
	scored_sets(stage.scored, stage.sets);
	assert_string_equal(stage.sets[0]->runs[0].only, EXPLAINED_RUN ":1");
	assert_string_equal(stage.sets[0]->runs[0].outcome, "void");
	assert_int_equal(stage.sets[0]->runs[0].left_out, 0);
	assert_int_equal(stage.sets[0]->controls.another.launches, 0);
	add_well(&stage, EXPLAINED_RUN, 2);
	scored_sets(stage.scored, stage.sets);
	assert_int_equal(stage.sets[0]->run_count, 2);
	assert_int_equal(stage.sets[0]->score.launches, 2);
	assert_int_equal(stage.sets[0]->controls.another.launches, 1); /* with the samples of the first */
	assert_int_equal(stage.sets[0]->controls.another.refused, 1);
	close_stage(&stage);
}

static void seeds_that_are_held_out_are_told_apart(void **state)
{
	(void)state;
	struct stage stage = open_stage();
	add_launch(stage.store, &(struct made){ OTHER_RUN, 1, STORE_VALID, TRUTH });
	add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 1, STORE_VALID, TRUTH });
	add_well(&stage, OTHER_RUN, -1);
	assert_int_equal(scored_sets(stage.scored, stage.sets), 1);
	assert_true(stage.sets[0]->held_out);
	add_well(&stage, EXPLAINED_RUN, -1);
	assert_int_equal(scored_sets(stage.scored, stage.sets), 2);
	assert_false(stage.sets[0]->held_out);
	assert_int_equal(stage.sets[0]->score.launches, 1);
	assert_int_equal(stage.sets[1]->score.launches, 1);
	close_stage(&stage);
}

static void what_cannot_be_scored_says_why(void **state)
{
	(void)state;
	static const struct { struct made made; int launch; enum err_code code; const char *said; } rows[] = {
		{ { EXPLAINED_RUN, 1, STORE_VALID, NULL }, -1, ERR_NOT_FOUND, "has a truth" },
		{ { EXPLAINED_RUN, 1, STORE_VOID, TRUTH }, -1, ERR_NOT_FOUND, "void or failed" },
		{ { EXPLAINED_RUN, 1, STORE_VALID, TRUTH }, 7, ERR_NOT_FOUND, "no launch 7" },
		{ { EXPLAINED_RUN, 1, STORE_VALID, "{\"schema\":1,\"plants\":[{}]}" }, -1, ERR_INVALID, "truth1.json" },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct stage stage = open_stage();
		struct err err = { 0 };
		add_launch(stage.store, &rows[i].made);
		assert_int_equal(add(&stage, EXPLAINED_RUN, rows[i].launch, &err), -1);
		assert_int_equal(err.code, rows[i].code);
		if (!strstr(err.text, rows[i].said))
			fail_msg("row %zu: %s", i, err.text);
		assert_int_equal(scored_sets(stage.scored, stage.sets), 0);
		close_stage(&stage);
	}
}

static void a_launch_counts_once(void **state)
{
	(void)state;
	static const int twice[][2] = { { -1, -1 }, { -1, 1 }, { 1, -1 }, { 1, 1 } };
	for (size_t i = 0; i < SCENE_COUNT(twice); i++) {
		struct stage stage = open_stage();
		struct err err = { 0 };
		add_launch(stage.store, &(struct made){ EXPLAINED_RUN, 1, STORE_VALID, TRUTH });
		add_well(&stage, EXPLAINED_RUN, twice[i][0]);
		assert_int_equal(add(&stage, EXPLAINED_RUN, twice[i][1], &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, "counts once"));
		scored_sets(stage.scored, stage.sets);
		assert_int_equal(stage.sets[0]->score.launches, 1);
		close_stage(&stage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_launches_are_held_against_their_truths),
		cmocka_unit_test(the_controls_fail_to_explain),
		cmocka_unit_test(one_launch_may_be_asked_for_whatever_became_of_it),
		cmocka_unit_test(seeds_that_are_held_out_are_told_apart),
		cmocka_unit_test(what_cannot_be_scored_says_why),
		cmocka_unit_test(a_launch_counts_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
