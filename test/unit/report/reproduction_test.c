/* A reproduction computed from stored launches: which count, what recurs, how often, in words and as a document. */
#include "../store/fixture.h"

#include "report/number.h"
#include "report/original.h"
#include "report/reproduction_json.h"
#include "report/reproduction_text.h"

#define THEN "20260101T000000Z-ping-aaaa"
#define NOW "20260102T000000Z-ping-bbbb"
#define ARM "tinygo/worker/hash"
#define REST "tinygo/worker/idle"
#define OFF ARM ",without=gc"
#define KERNEL "{\"kernel\":\"6.1\"}"

enum { SAMPLES = 40, COLD = 4, STEP_MS = 5, THRESHOLD_MS = 10 };

/* An episode of two late samples, the first of which waits `length_ms`. */
struct planned { size_t first; double length_ms; const char *cause; };

struct launch_plan {
	int number;
	const char *arm;
	enum store_outcome outcome;
	const char *refusal;     /* of the trace */
	struct planned episodes[2];
	int block;               /* 0: the launch's number */
	bool is_companion;       /* untraced */
	const char *ring;        /* what a flight recorder says of its trace; without an episode there is no explanation */
	const char *report;
};

static void delay(double *returned, const double *due, const struct planned *planned)
{
	for (size_t i = planned->first; planned->length_ms > 0 && i < planned->first + 2; i++)
		returned[i] = due[planned->first] + planned->length_ms - (i > planned->first ? 0.5 : 0);
}

static void add_launch(struct store *store, const char *run, const struct launch_plan *plan)
{
	struct err err;
	int64_t row;
	double block[5 * SAMPLES];
	struct store_part parts[8];
	struct store_explanation explanation = { .refusal = plan->refusal, .parts = parts };
	for (size_t i = 0; i < SAMPLES; i++) {
		for (size_t column = 0; column < 5; column++)
			block[column * SAMPLES + i] = STEP_MS * (double)i + 0.25 * (double)column;
	}
	for (size_t e = 0; e < 2; e++) {
		const struct planned *planned = &plan->episodes[e];
		delay(block + 4 * SAMPLES, block, planned);
		for (size_t i = planned->first; planned->cause && !plan->refusal && i < planned->first + 2; i++) {
			parts[explanation.part_count++] = (struct store_part){ i, planned->cause, planned->length_ms - 3 };
			parts[explanation.part_count++] = (struct store_part){ i, "late@main", 2 };
		}
	}
	const struct store_samples samples = { .count = SAMPLES, .cold = COLD, .due = block, .sent = block + SAMPLES,
		.received = block + 2 * SAMPLES, .replied = block + 3 * SAMPLES, .returned = block + 4 * SAMPLES,
		.drain_end_ms = 1000 };
	struct store_artefact trace = { "trace", "run/trace.json.gz", 12, "ab", false };
	struct json *environment = fixture_json("{\"browser\":{\"flags\":[\"--one\"]}}");
	struct json *report = plan->report ? fixture_json(plan->report) : NULL;
	if (plan->ring)
		json_set(environment, "trace", fixture_json(plan->ring));
	bool has_trace = !plan->is_companion && (!plan->ring || strstr(plan->ring, "\"episode\":true"));
	const struct store_launch_plan row_plan = { .run = run, .number = plan->number, .block = plan->block ? plan->block : plan->number, .attempt = 1,
		.arm = plan->arm, .traced = !plan->is_companion, .scratch = "/nonexistent", .staging = ".incoming/x" };
	const struct store_launch_result result = { .outcome = plan->outcome,
		.reason = plan->outcome == STORE_VOID ? "other programs used 48 % of the machine" : "", .folder = "run/1",
		.environment = environment, .report = report, .samples = plan->outcome == STORE_FAILED ? NULL : &samples, .artefacts = &trace,
		.artefact_count = has_trace, .explanation = plan->outcome == STORE_FAILED || !has_trace ? NULL : &explanation };
	assert_int_equal(store_launch_insert(store, &row_plan, &row, &err), 0);
	if (store_launch_finalise(store, row, &result, &err))
		fail_msg("%s", err.text);
	json_free(environment);
	json_free(report);
}

static void add_run(struct store *store, const char *id, const char *spec, const char *environment)
{
	struct err err;
	struct store_run run = { .probe = (char *)"ping", .seed = 42, .threshold_ms = THRESHOLD_MS, .blocks = 8,
		.spec = fixture_json(spec), .environment = fixture_json(environment), .state = (char *)"done" };
	snprintf(run.id, sizeof run.id, "%s", id);
	if (store_run_insert(store, &run, &err))
		fail_msg("%s", err.text);
	json_free(run.spec);
	json_free(run.environment);
}

static void add_reproduction(struct store *store, const char *cause, int times, const char *environment)
{
	char *spec = mem_format("{\"arms\":[\"" ARM "\",\"" REST "\"],\"reproduces\":{\"run\":\"" THEN "\",\"launch\":1,"
		"\"sample\":10,\"arm\":\"" ARM "\",\"traced\":true,\"cause\":%s,\"length_ms\":60,\"worst_ms\":60,"
		"\"launches\":8,\"times\":%d,\"chance_arm\":\"" REST "\"}}", cause, times);
	add_run(store, NOW, spec, environment);
	free(spec);
}

/* Three launches of the arm that count, in two of which it came back; one at rest. */
static const struct launch_plan launches[] = {
	{ 1, ARM, STORE_VALID, NULL, { { 10, 58, "guest@worker" }, { 30, 20, "guest@worker" } } },
	{ 2, REST, STORE_VALID, NULL, { { 0 } } },
	{ 3, ARM, STORE_VALID, NULL, { { 12, 70, "gc@worker" } } },
	{ 4, ARM, STORE_VOID, NULL, { { 12, 70, "guest@worker" } } },
	{ 5, ARM, STORE_VALID, "the trace is lossy", { { 12, 70, "guest@worker" } } },
	{ 6, ARM, STORE_FAILED, NULL, { { 0 } } },
	{ 7, ARM, STORE_VALID, NULL, { { 14, 31, "guest@worker" }, { 30, 30.5, "guest@worker" } } },
};

struct scene {
	char *folder;
	struct store *store;
	struct reproduction made;
};

static void scene_open(struct scene *scene, const char *cause, int times, const char *environment)
{
	struct err err;
	scene->folder = fixture_folder();
	scene->store = fixture_open(scene->folder);
	add_run(scene->store, THEN, "{\"arms\":[\"" ARM "\"]}", KERNEL);
	add_launch(scene->store, THEN, &(struct launch_plan){ 1, ARM, STORE_VALID, NULL, { { 10, 60, "guest@worker" } } });
	add_reproduction(scene->store, cause, times, environment);
	for (size_t i = 0; i < FIXTURE_COUNT(launches); i++)
		add_launch(scene->store, NOW, &launches[i]);
	if (reproduction_load(scene->store, NOW, &scene->made, &err))
		fail_msg("%s", err.text);
}

static void scene_close(struct scene *scene)
{
	reproduction_release(&scene->made);
	store_close(scene->store);
	fixture_remove(scene->folder);
}

static void launches_that_count_and_what_recurs(void **state)
{
	(void)state;
	struct scene scene;
	scene_open(&scene, "\"guest@worker\"", 0, KERNEL);
	const struct reproduction_arm *same = &scene.made.arms[REPRODUCTION_SAME];
	assert_int_equal(same->launches, 3);
	assert_int_equal(same->reproduced, 2);
	assert_int_equal(same->void_count, 1);
	assert_int_equal(same->failed, 1);
	assert_int_equal(same->untold, 1);
	assert_true(fabs(same->rate.value - 2 / 3.0) < 1e-12 && !same->stopped_at_success);
	assert_int_equal(scene.made.arms[REPRODUCTION_CHANCE].launches, 1);
	assert_int_equal(scene.made.arms[REPRODUCTION_CHANCE].reproduced, 0);
	assert_int_equal(scene.made.episode_count, 5); /* 2, 1, 2 */
	const bool recurs[] = { true, false, false, true, true };
	for (size_t i = 0; i < FIXTURE_COUNT(recurs); i++)
		assert_int_equal(scene.made.episodes[i].recurs, recurs[i]);
	assert_true(fabs(scene.made.episodes[0].episode.length_ms - 58) < 1e-9);
	assert_string_equal(scene.made.episodes[2].episode.cause, "gc@worker");
	assert_string_equal(scene.made.episodes[0].trace, "run/trace.json.gz");
	assert_int_equal(scene.made.difference_count, 0);
	scene_close(&scene);
}

#define RING_KEPT "{\"ring\":{\"episode\":true}}"
#define RING_EMPTY "{\"ring\":{\"episode\":false}}"
#define OVER "{\"recorder\":{\"episode\":true,\"counted\":30,\"over_ms\":100}}"

/* A flight recorder ends a launch with its first long episode, keeps no trace of a launch without one, and has untraced companions. The last
 * sample of launch 1 fell due after its window. */
static void launches_of_a_flight_recorder(void **state)
{
	(void)state;
	static const struct launch_plan recorded[] = {
		{ 1, ARM, STORE_VALID, NULL, { { 10, 58, "guest@worker" }, { 34, 45, "guest@worker" } }, .ring = RING_KEPT, .report = OVER },
		{ 2, ARM, STORE_VALID, NULL, { { 10, 70, "guest@worker" } }, .is_companion = true, .report = OVER },
		{ 3, ARM, STORE_VALID, NULL, { { 10, 25, NULL } }, .ring = RING_EMPTY },
		{ 4, ARM, STORE_VALID, NULL, { { 10, 40, NULL } }, .ring = RING_EMPTY },
		{ 5, ARM, STORE_VALID, NULL, { { 10, 70, "gc@worker" } }, .ring = RING_KEPT, .report = OVER },
		{ 6, REST, STORE_VALID, NULL, { { 0 } }, .ring = RING_EMPTY },
		{ 7, REST, STORE_VALID, NULL, { { 10, 70, NULL } }, .is_companion = true },
	};
	struct err err;
	struct reproduction made;
	char *folder = fixture_folder();
	struct store *store = fixture_open(folder);
	add_run(store, NOW, "{\"arms\":[\"" ARM "\",\"" REST "\"],\"trace\":\"ring\",\"trace_buffer_kb\":65536,\"triggers_ms\":{\"" ARM "\":50,"
		"\"" REST "\":50},\"reproduces\":{\"run\":\"" THEN "\",\"launch\":1,\"sample\":10,\"arm\":\"" ARM "\",\"traced\":true,"
		"\"cause\":\"guest@worker\",\"length_ms\":60,\"worst_ms\":60,\"launches\":8,\"times\":null,\"chance_arm\":\"" REST "\"}}", KERNEL);
	for (size_t i = 0; i < FIXTURE_COUNT(recorded); i++)
		add_launch(store, NOW, &recorded[i]);
	if (reproduction_load(store, NOW, &made, &err))
		fail_msg("%s", err.text);
	const struct reproduction_arm *same = &made.arms[REPRODUCTION_SAME], *chance = &made.arms[REPRODUCTION_CHANCE];
	assert_true(made.is_recorded);
	assert_int_equal(same->launches, 3); /* 1, 3 and 5 */
	assert_int_equal(same->reproduced, 1);
	assert_int_equal(same->cut, 1);
	assert_int_equal(same->untold, 1);
	assert_non_null(strstr(same->first_not_counted, "launch 4: no trace was kept"));
	assert_int_equal(chance->launches, 1);
	assert_int_equal(chance->reproduced + chance->cut, 0);
	assert_int_equal(made.episode_count, 3); /* one each: what fell due after the window is none */
	struct json *document = reproduction_json(&made);
	assert_true(json_number(json_get(document, "triggers_ms"), ARM, 0) == 50);
	assert_true(json_number(json_get(json_get(document, "arms"), "same"), "cut", 0) == 1);
	json_free(document);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	reproduction_text(out, &made);
	fclose(out);
	assert_non_null(strstr(text, "Recorded in a ring of 64 MB: a launch ends with its first episode of 50.0 ms or more"));
	assert_non_null(strstr(text, "in 1 of these launches of " ARM " another episode ended the recording first"));
	free(text);
	reproduction_release(&made);
	store_close(store);
	fixture_remove(folder);
}

/* Without a cause the length alone decides, lossy traces count, and the first recurrence names it. */
static void a_spike_without_cause(void **state)
{
	(void)state;
	struct scene scene;
	scene_open(&scene, "null", 0, KERNEL);
	assert_int_equal(scene.made.arms[REPRODUCTION_SAME].launches, 4);
	assert_int_equal(scene.made.arms[REPRODUCTION_SAME].reproduced, 4);
	assert_string_equal(reproduction_first(&scene.made)->episode.cause, "guest@worker");
	struct json *document = reproduction_json(&scene.made);
	assert_string_equal(json_text(document, "cause", ""), "guest@worker");
	json_free(document);
	scene_close(&scene);
}

static void stopping_when_it_came_back_often_enough(void **state)
{
	(void)state;
	const struct { int times; bool enough; double value; } rows[] = { { 2, true, 0.5 }, { 3, false, 2 / 3.0 } };
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct scene scene;
		scene_open(&scene, "\"guest@worker\"", rows[i].times, KERNEL);
		assert_int_equal(reproduction_is_enough(&scene.made), rows[i].enough);
		assert_int_equal(scene.made.arms[REPRODUCTION_SAME].stopped_at_success, rows[i].enough);
		assert_true(fabs(scene.made.arms[REPRODUCTION_SAME].rate.value - rows[i].value) < 1e-12);
		scene_close(&scene);
	}
}

static char *text_of(const struct reproduction *made)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	reproduction_text(out, made);
	fclose(out);
	return text;
}

static void assert_holds(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("'%s' is missing in:\n%s", part, text ? text : "nothing");
}

static void words(void **state)
{
	(void)state;
	struct scene scene;
	scene_open(&scene, "\"guest@worker\"", 0, "{\"kernel\":\"6.18\"}");
	char *text = text_of(&scene.made), *rest = text, *line;
	assert_holds(text, "reproduced in 2 of 3 launches: 66.7 %");
	assert_holds(text, "chance level, " REST ": in 0 of 1 launches");
	assert_holds(text, "1 void, 1 failed, 0 saturated, 1 whose");
	assert_holds(text, "launch 4: other programs used 48 %");
	assert_holds(text, THEN ":1:10");
	assert_holds(text, NOW ":1:10");
	assert_holds(text, NOW ":3:12");
	assert_holds(text, "gc@worker");
	assert_holds(text, "kernel: 6.1, now 6.18");
	while ((line = strsep(&rest, "\n")))
		assert_true(number_width(line) <= NUMBER_COLUMNS);
	free(text);
	char *first = reproduction_text_launch(&scene.made, 1), *third = reproduction_text_launch(&scene.made, 3);
	assert_holds(first, "came back, 58.0 ms, guest@worker (" NOW ":1:10)");
	assert_holds(third, "did not come back, 1 other episode;");
	assert_null(reproduction_text_launch(&scene.made, 4));
	free(first);
	free(third);
	scene_close(&scene);
}

static void what_is_to_come_back(void **state)
{
	(void)state;
	const struct { long sample; long worst; const char *why; } rows[] = {
		{ 10, 10, NULL }, { 11, 10, NULL }, { 30, 30, NULL }, { -1, 10, NULL }, { 20, 0, "was on time" },
	};
	struct scene scene;
	scene_open(&scene, "null", 0, KERNEL);
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct original original;
		struct err err;
		const struct store_address address = { NOW, 1, rows[i].sample };
		int result = original_load(scene.store, &address, &original, &err);
		assert_int_equal(result, rows[i].why ? -1 : 0);
		if (result) {
			assert_int_equal(err.code, ERR_USAGE);
			assert_holds(err.text, rows[i].why);
			continue;
		}
		assert_int_equal(original.episode->worst, rows[i].worst);
		assert_string_equal(original.episode->cause, "guest@worker");
		original_release(&original);
	}
	scene_close(&scene);
}

static void what_cannot_come_back_is_refused(void **state)
{
	(void)state;
	const struct { int launch; const char *why; } rows[] = {
		{ -1, "which spike" }, { 2, "has no episode" }, { 6, "is failed" }, { 9, "has no launch 9" },
	};
	struct scene scene;
	scene_open(&scene, "null", 0, KERNEL);
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct original original;
		struct err err;
		const struct store_address address = { NOW, rows[i].launch, -1 };
		assert_int_equal(original_load(scene.store, &address, &original, &err), -1);
		assert_holds(err.text, rows[i].why);
	}
	struct reproduction none;
	struct err err;
	assert_int_equal(reproduction_load(scene.store, THEN, &none, &err), -1);
	assert_holds(err.text, "reproduces nothing");
	scene_close(&scene);
}

/* Six blocks, in each a launch as it was, with two long episodes, and one without the cause, with none. */
static void a_cause_that_was_switched_off(void **state)
{
	(void)state;
	struct scene scene = { .folder = fixture_folder() };
	struct err err;
	scene.store = fixture_open(scene.folder);
	add_run(scene.store, NOW, "{\"arms\":[\"" ARM "\",\"" OFF "\"],\"reproduces\":{\"run\":\"" THEN "\",\"launch\":1,"
		"\"sample\":10,\"arm\":\"" ARM "\",\"traced\":true,\"cause\":\"gc@worker\",\"length_ms\":60,\"worst_ms\":60,"
		"\"launches\":6,\"times\":null,\"chance_arm\":null,\"no_chance\":\"because\",\"without\":{\"cause\":\"gc\","
		"\"arm\":\"" OFF "\",\"how\":\"a flag\"}}}", KERNEL);
	for (int block = 1; block <= 6; block++) {
		/* the second episode has another cause: the rate is that of any */
		struct launch_plan plan = { 2 * block, ARM, STORE_VALID, block == 6 ? "the trace is lossy" : NULL,
			{ { 10, 58, "gc@worker" }, { 30, 40, "js@worker" } }, block };
		struct launch_plan off = { 2 * block - 1, OFF, STORE_VALID, NULL, { { 10, 20, "js@worker" } }, block };
		add_launch(scene.store, NOW, &plan);
		add_launch(scene.store, NOW, &off);
	}
	assert_int_equal(reproduction_load(scene.store, NOW, &scene.made, &err), 0);
	const struct support *support = &scene.made.support;
	assert_int_equal(support->change.n, 6);
	assert_true(support->with == 2 && support->without == 0 && support->change.value == -2);
	assert_int_equal(support->verdict, SUPPORT_SUPPORTED);
	assert_int_equal(scene.made.arms[REPRODUCTION_SAME].launches, 5); /* a lossy trace tells no recurrence */
	assert_int_equal(scene.made.arms[REPRODUCTION_WITHOUT].reproduced, 0);
	assert_true(scene.made.original_is_gone);
	char *text = text_of(&scene.made);
	assert_holds(text, "cause SUPPORTED");
	assert_holds(text, "Without gc: a flag.");
	free(text);
	struct json *document = reproduction_json(&scene.made);
	assert_string_equal(json_text(json_get(document, "support"), "verdict", ""), "supported");
	json_free(document);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(launches_that_count_and_what_recurs),
		cmocka_unit_test(launches_of_a_flight_recorder),
		cmocka_unit_test(a_spike_without_cause),
		cmocka_unit_test(stopping_when_it_came_back_often_enough),
		cmocka_unit_test(words),
		cmocka_unit_test(what_is_to_come_back),
		cmocka_unit_test(what_cannot_come_back_is_refused),
		cmocka_unit_test(a_cause_that_was_switched_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
