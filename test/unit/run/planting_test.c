#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/registry.h"
#include "run/planting.h"
#include "trace/cause.h"

static const char PROBE[] =
	"{\"schema\":1,\"title\":\"t\",\"kind\":\"latency\",\"threshold_ms\":5,\"parameters\":["
	"{\"name\":\"samples\",\"default\":8000,\"least\":20,\"most\":100000,\"unit\":\"count\",\"help\":\"h\"},"
	"{\"name\":\"interval_ms\",\"default\":5,\"least\":1,\"most\":100,\"unit\":\"ms\",\"help\":\"h\"},"
	"{\"name\":\"absent\",\"default\":\"none\",\"choices\":[\"none\",\"js\",\"cpu-external\"],\"help\":\"h\"}],"
	"\"guests\":[],\"metrics\":[],\"observations\":[],\"claims\":[],"
	"\"arms\":[\"none/worker/idle\",\"none/main/idle\"],"
	"\"plants\":{\"module\":\"plants.js\",\"every_ms\":400,\"apart_ms\":120,\"kinds\":["
	"{\"name\":\"js\",\"on\":\"page\",\"do\":\"spin\",\"cause\":\"js@main\",\"ms\":[15,60]},"
	"{\"name\":\"storm\",\"on\":\"worker\",\"do\":\"storm\",\"cause\":\"gc@worker\",\"also\":[\"js@worker\"],\"pure\":false,"
	"\"share\":3,\"ms\":[15,60]},"
	"{\"name\":\"late\",\"on\":\"pacer\",\"do\":\"oversleep\",\"cause\":\"late@main\",\"ms\":[15,60],\"arms\":[\"*/worker/*\"]},"
	"{\"name\":\"hogs\",\"on\":\"host\",\"do\":\"load\",\"cause\":\"cpu-external\",\"ms\":[60,150],\"count\":[4,16]},"
	"{\"name\":\"stop\",\"on\":\"host\",\"do\":\"stop\",\"cause\":\"stopped\",\"ms\":[15,60]}],"
	"\"pairs\":[{\"kinds\":[\"js\",\"hogs\"],\"lag_ms\":[-40,25],\"share\":2}]}}";

struct fixture {
	struct probe *probe;
	struct json *parameters;
	struct launch_spec spec;
};

static void fixture_init(struct fixture *fixture, size_t arm, uint64_t seed)
{
	struct err err = { 0 };
	fixture->probe = probe_parse("/nowhere/fixture", PROBE, strlen(PROBE), &err);
	if (!fixture->probe)
		fail_msg("%s", err.text);
	fixture->parameters = probe_parameters(fixture->probe, &fixture->probe->arms[arm], NULL, 0, &err);
	fixture->spec = (struct launch_spec){ .probe = fixture->probe, .arm = &fixture->probe->arms[arm],
		.parameters = fixture->parameters, .run = "r", .seed = seed, .block = 1, .number = 1, .traced = true };
}

static void fixture_release(struct fixture *fixture)
{
	json_free(fixture->parameters);
	probe_free(fixture->probe);
}

static size_t count_of(const struct planting *planting, const char *kind)
{
	size_t count = 0;
	for (size_t i = 0; i < planting->count; i++)
		count += strcmp(planting->items[i].kind->name, kind) == 0;
	return count;
}

static void the_same_seed_plans_the_same_and_another_does_not(void **state)
{
	(void)state;
	struct fixture a, b;
	fixture_init(&a, 0, 7);
	fixture_init(&b, 0, 8);
	struct json *first = planting_manifest(&a.spec), *again = planting_manifest(&a.spec);
	struct json *other = planting_manifest(&b.spec);
	char *texts[] = { json_print(first, false), json_print(again, false), json_print(other, false) };
	assert_string_equal(texts[0], texts[1]);
	assert_string_not_equal(texts[0], texts[2]);
	for (size_t i = 0; i < 3; i++)
		free(texts[i]);
	json_free(first);
	json_free(again);
	json_free(other);
	fixture_release(&a);
	fixture_release(&b);
}

static double end_ms(const struct planting_item *item)
{
	return item->at_ms + item->ms;
}

/* Whatever the seed: inside the window, in order, apart but for pairs, about one every 0.4 s. */
static void plants_stand_apart(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct fixture fixture;
		struct planting planting;
		fixture_init(&fixture, seed % 2, seed);
		planting_draw(&fixture.spec, &planting);
		double latest_ms = 0;
		for (size_t i = 0; i < planting.count; i++) {
			const struct planting_item *item = &planting.items[i];
			bool second = item->pair >= 0 && (size_t)item->pair < i;
			assert_true(item->at_ms >= 300 && end_ms(item) <= 39500);
			assert_true(item->ms >= item->kind->least_ms && item->ms <= item->kind->most_ms);
			assert_true(item->count >= item->kind->least_count && item->count <= item->kind->most_count);
			assert_true(i == 0 || item->at_ms >= planting.items[i - 1].at_ms);
			assert_true(i == 0 || second || item->at_ms >= latest_ms + 120);
			assert_true(item->pair < 0 || planting.items[item->pair].pair == (int)i);
			latest_ms = fmax(latest_ms, end_ms(item));
		}
		assert_in_range(planting.count, 70, 130);
		planting_release(&planting);
		fixture_release(&fixture);
	}
}

/* The arm without a cause plants everything else at the very times of the arm with it; of a pair the other stays, alone. */
static void what_is_left_out_changes_nothing_else(void **state)
{
	(void)state;
	static const char *const left_out[] = { "js", "cpu-external" };
	for (uint64_t seed = 0; seed < 20; seed++) {
		const char *cause = left_out[seed % 2];
		struct fixture fixture;
		struct planting all, rest;
		fixture_init(&fixture, 0, seed);
		planting_draw(&fixture.spec, &all);
		struct probe_arm arm = *fixture.spec.arm;
		arm.name = "none/worker/idle,without=x";
		fixture.spec.arm = &arm;
		json_set_text(fixture.parameters, "absent", cause);
		planting_draw(&fixture.spec, &rest);
		size_t at = 0;
		for (size_t i = 0; i < all.count; i++) {
			const struct planting_item *item = &all.items[i];
			if (strncmp(item->kind->cause, cause, strlen(cause)) == 0)
				continue;
			assert_true(at < rest.count && rest.items[at].kind == item->kind && rest.items[at].at_ms == item->at_ms);
			assert_int_equal(rest.items[at++].pair, PLANTING_ALONE); /* the only pair is of both causes */
		}
		assert_int_equal(at, rest.count);
		assert_true(rest.count < all.count);
		planting_release(&all);
		planting_release(&rest);
		fixture_release(&fixture);
	}
}

static void kinds_come_as_often_as_their_share(void **state)
{
	(void)state;
	struct fixture fixture;
	struct planting planting;
	fixture_init(&fixture, 0, 3);
	planting_draw(&fixture.spec, &planting);
	/* Of nine cards js, late and stop have one, the storm three, the pair two (a js and hogs each), hogs one. */
	size_t decks = count_of(&planting, "late");
	assert_in_range(decks, 7, 14);
	assert_in_range(count_of(&planting, "storm"), 3 * (decks - 1), 3 * (decks + 1));
	assert_in_range(count_of(&planting, "js"), 3 * (decks - 1), 3 * (decks + 1));
	assert_in_range(count_of(&planting, "hogs"), 3 * (decks - 1), 3 * (decks + 1));
	planting_release(&planting);
	fixture_release(&fixture);
}

static void an_arm_has_its_own_kinds(void **state)
{
	(void)state;
	struct fixture fixture;
	struct planting planting;
	fixture_init(&fixture, 1, 3);
	planting_draw(&fixture.spec, &planting);
	assert_int_equal(count_of(&planting, "late"), 0);
	assert_true(count_of(&planting, "js") > 0);
	planting_release(&planting);
	fixture_release(&fixture);
}

static void page_and_host_get_their_parts(void **state)
{
	(void)state;
	struct fixture fixture;
	struct planting planting;
	fixture_init(&fixture, 0, 3);
	planting_draw(&fixture.spec, &planting);
	struct json *manifest = planting_manifest(&fixture.spec);
	char *host = planting_host_plan(&fixture.spec);
	const struct json *list = json_get(manifest, "list");
	size_t hosts = count_of(&planting, "hogs") + count_of(&planting, "stop"), commas = 0;
	for (const char *at = host; (at = strchr(at, ',')); at++)
		commas++;
	assert_int_equal(commas + 1, hosts);
	assert_int_equal(json_length(list), planting.count - hosts);
	assert_string_equal(json_text(manifest, "module", ""), "probe/plants.js");
	for (const struct json *m = json_first(list); m; m = json_next(m)) {
		const struct planting_item *item = &planting.items[(int)json_number(m, "id", -1)];
		assert_string_equal(json_text(m, "do", ""), item->kind->act);
		assert_true(fabs(json_number(m, "at_ms", 0) - item->at_ms) <= 0.0005);
		/* The page is not told what an explanation has to say. */
		assert_null(json_get(m, "cause"));
	}
	free(host);
	json_free(manifest);
	planting_release(&planting);
	fixture_release(&fixture);
}

static struct json *log_of(const char *text)
{
	struct err err = { 0 };
	struct json *log = json_parse(text, strlen(text), 1 << 20, "log", &err);
	assert_non_null(log);
	return log;
}

static const struct json *truth_of_kind(const struct json *truth, const char *kind)
{
	for (const struct json *m = json_first(json_get(truth, "plants")); m; m = json_next(m)) {
		if (strcmp(json_text(m, "kind", ""), kind) == 0)
			return m;
	}
	fail_msg("no %s was planted", kind);
	return NULL;
}

static int id_of(const struct planting *planting, const char *kind)
{
	for (size_t i = 0; i < planting->count; i++) {
		if (strcmp(planting->items[i].kind->name, kind) == 0)
			return (int)i;
	}
	fail_msg("no %s was planted", kind);
	return -1;
}

static void the_truth_has_every_plant_and_what_became_of_it(void **state)
{
	(void)state;
	struct fixture fixture;
	struct planting planting;
	char page[200], host[200];
	fixture_init(&fixture, 0, 3);
	planting_draw(&fixture.spec, &planting);
	snprintf(page, sizeof(page), "[{\"id\":%d,\"begin\":10.5,\"end\":20},{\"id\":%d,\"failed\":\"no way\"}]",
		id_of(&planting, "storm"), id_of(&planting, "late"));
	snprintf(host, sizeof(host), "{\"plants\":[{\"id\":%d,\"begin\":1000,\"end\":2000}]}", id_of(&planting, "stop"));
	struct json *page_log = log_of(page), *host_log = log_of(host);
	struct json *truth = planting_truth(&fixture.spec, page_log, host_log);
	assert_int_equal(json_length(json_get(truth, "plants")), planting.count);
	const struct json *storm = truth_of_kind(truth, "storm"), *late = truth_of_kind(truth, "late");
	const struct json *stop = truth_of_kind(truth, "stop");
	assert_true(json_number(storm, "begin", 0) == 10.5 && json_number(storm, "end", 0) == 20);
	assert_string_equal(json_text(storm, "clock", ""), "worker");
	assert_string_equal(json_text(storm, "cause", ""), "gc@worker");
	assert_string_equal(json_as_text(json_at(json_get(storm, "also"), 0), ""), "js@worker");
	assert_false(json_bool(storm, "pure", true));
	assert_null(json_get(storm, "failed"));
	assert_string_equal(json_text(late, "failed", ""), "no way");
	assert_string_equal(json_text(late, "clock", ""), "main");
	assert_int_equal(json_type(json_get(late, "begin")), JSON_NULL);
	assert_string_equal(json_text(stop, "clock", ""), "mono");
	assert_true(json_number(stop, "end", 0) == 2000);
	assert_non_null(json_text(truth_of_kind(truth, "hogs"), "failed", NULL));
	json_free(truth);
	json_free(page_log);
	json_free(host_log);
	planting_release(&planting);
	fixture_release(&fixture);
}

/* A pair's members know each other, and are no pure episodes. */
static void pairs_are_told(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, 0, 3);
	struct json *truth = planting_truth(&fixture.spec, NULL, NULL);
	const struct json *plants = json_get(truth, "plants");
	size_t pairs = 0;
	for (const struct json *m = json_first(plants); m; m = json_next(m)) {
		double pair = json_number(m, "pair", -1);
		if (pair < 0)
			continue;
		pairs++;
		assert_false(json_bool(m, "pure", true));
		assert_true(json_number(json_at(plants, (size_t)pair), "pair", -1) == json_number(m, "id", -2));
	}
	assert_true(pairs > 0 && pairs % 2 == 0);
	json_free(truth);
	fixture_release(&fixture);
}

static void a_probe_without_plants_has_no_truth(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, 0, 3);
	size_t kinds = fixture.probe->plants.kind_count;
	fixture.probe->plants.kind_count = 0;
	assert_null(planting_truth(&fixture.spec, NULL, NULL));
	assert_null(planting_manifest(&fixture.spec));
	fixture.probe->plants.kind_count = kinds;
	fixture_release(&fixture);
}

static bool is_cause(const char *name)
{
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		if (strcmp(trace_cause_name(cause), name) == 0)
			return true;
	}
	return false;
}

/* The probe that validates explanations names nothing that no explanation can say. */
static void the_planted_probe_names_causes_that_exist(void **state)
{
	(void)state;
	struct err err = { 0 };
	struct probe *probe = registry_probe(getenv("WASMOGRAPH_SOURCE"), "planted", &err);
	if (!probe)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < probe->plants.kind_count; i++) {
		const struct probe_plant_kind *kind = &probe->plants.kinds[i];
		if (!is_cause(kind->cause))
			fail_msg("%s: %s is no cause", kind->name, kind->cause);
		for (const struct json *m = json_first(kind->also); m; m = json_next(m))
			assert_true(is_cause(json_as_text(m, "")));
	}
	probe_free(probe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_plans_the_same_and_another_does_not),
		cmocka_unit_test(plants_stand_apart),
		cmocka_unit_test(what_is_left_out_changes_nothing_else),
		cmocka_unit_test(kinds_come_as_often_as_their_share),
		cmocka_unit_test(an_arm_has_its_own_kinds),
		cmocka_unit_test(page_and_host_get_their_parts),
		cmocka_unit_test(the_truth_has_every_plant_and_what_became_of_it),
		cmocka_unit_test(pairs_are_told),
		cmocka_unit_test(a_probe_without_plants_has_no_truth),
		cmocka_unit_test(the_planted_probe_names_causes_that_exist),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
