/* Every rule of probe.json: one row each, made by one edit of a good document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/manifest.h"

static const char good[] =
	"{\"schema\":1,\"title\":\"A title\",\"kind\":\"latency\",\"responder\":\"guest\","
	"\"isolation\":\"required\",\"threshold_ms\":16.7,\"deadline_s\":42,"
	"\"parameters\":["
	"{\"name\":\"samples\",\"unit\":\"count\",\"default\":500,\"least\":20,\"most\":1000,"
	"\"whole\":true,\"help\":\"h\"},"
	"{\"name\":\"pacer\",\"default\":\"task\",\"choices\":[\"task\",\"worker\"],\"help\":\"h\"}],"
	"\"guests\":[{\"name\":\"gc\",\"toolchain\":\"gc\",\"source\":\"guests/go\","
	"\"options\":{\"strip\":true},\"expect_failure\":false}],"
	"\"arms\":[\"gc/worker/churn\",\"gc/worker/churn,GOGC=off\",\"none/main/idle,samples=30\"],"
	"\"metrics\":[{\"name\":\"response_p95\",\"from\":\"response\",\"statistic\":\"p95\","
	"\"unit\":\"ms\",\"better\":\"lower\"},"
	"{\"name\":\"fps\",\"from\":\"report\",\"statistic\":\"value\",\"unit\":\"Hz\","
	"\"better\":\"higher\"}],"
	"\"observations\":[{\"name\":\"detached\",\"says\":\"s\"}],"
	"\"claims\":["
	"{\"id\":\"C19\",\"section\":\"1\",\"says\":\"s\",\"rule\":\"number\",\"arm\":\"gc/worker/churn\","
	"\"metric\":\"response_p95\",\"value\":120,\"unit\":\"ms\",\"absolute_time\":true},"
	"{\"id\":\"C19\",\"section\":\"1\",\"says\":\"s\",\"reading\":\"r\",\"rule\":\"exceeds\","
	"\"arm\":\"gc/worker/churn\",\"against\":\"gc/worker/churn,GOGC=off\","
	"\"metric\":\"response_p95\",\"factor\":1},"
	"{\"id\":\"C66\",\"section\":\"4\",\"says\":\"s\",\"rule\":\"mechanism\","
	"\"arm\":\"gc/worker/churn\",\"observation\":\"detached\"}],"
	"\"browser_flags\":[\"--expose-gc\"]}";

static struct probe *parse(const char *text, struct err *err)
{
	return probe_parse("/some/where/ping", text, strlen(text), err);
}

static void check_good_lists(const struct probe *probe)
{
	assert_int_equal(probe->parameter_count, 2);
	assert_true(probe->parameters[0].whole);
	assert_true(probe->parameters[0].default_number == 500 && probe->parameters[0].most == 1000);
	assert_string_equal(probe->parameters[1].choices[1], "worker");
	assert_null(probe->parameters[1].choices[2]);
	assert_string_equal(probe->parameters[1].default_choice, "task");
	assert_string_equal(probe->guests[0].source, "guests/go");
	assert_true(json_bool(probe->guests[0].options, "strip", false));
	assert_int_equal(probe->arm_count, 3);
	assert_int_equal(probe->arms[1].guest_index, 0);
	assert_int_equal(probe->arms[2].guest_index, (size_t)-1);
	assert_true(probe->metrics[0].lower_is_better);
	assert_false(probe->metrics[1].lower_is_better);
	assert_string_equal(probe->observations[0].name, "detached");
}

static void test_good(void **state)
{
	struct err err = { 0 };
	struct probe *probe = parse(good, &err);
	(void)state;
	if (!probe)
		fail_msg("%s", err.text);
	assert_string_equal(probe->folder, "/some/where/ping");
	assert_string_equal(probe->name, "ping");
	assert_string_equal(probe->title, "A title");
	assert_int_equal(probe->kind, PROBE_LATENCY);
	assert_string_equal(probe->responder, "guest");
	assert_true(probe->isolation_required);
	assert_true(probe->threshold_ms == 16.7 && probe->deadline_s == 42);
	check_good_lists(probe);
	assert_int_equal(probe->claim_count, 3);
	assert_int_equal(probe->claims[0].rule, PROBE_CLAIM_NUMBER);
	assert_true(probe->claims[0].value == 120 && probe->claims[0].absolute_time);
	assert_null(probe->claims[0].reading);
	assert_int_equal(probe->claims[1].rule, PROBE_CLAIM_EXCEEDS);
	assert_string_equal(probe->claims[1].against, "gc/worker/churn,GOGC=off");
	assert_string_equal(probe->claims[1].reading, "r");
	assert_int_equal(probe->claims[2].rule, PROBE_CLAIM_MECHANISM);
	assert_string_equal(probe->claims[2].observation, "detached");
	assert_string_equal(json_as_text(json_at(probe->browser_flags, 0), ""), "--expose-gc");
	probe_free(probe);
}

static void test_least(void **state)
{
	static const char text[] = "{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\","
		"\"arms\":[\"none/worker/idle\"]}";
	struct err err = { 0 };
	struct probe *probe = parse(text, &err);
	(void)state;
	assert_non_null(probe);
	assert_string_equal(probe->responder, "js");
	assert_true(probe->isolation_required);
	assert_true(probe->deadline_s == 60);
	assert_int_equal(probe->kind, PROBE_CALLS);
	assert_true(probe->threshold_ms == 0);
	assert_null(probe->browser_flags);
	probe_free(probe);
}

/* Globs of arms; one that matches none is a typing error. */
static void test_untimed(void **state)
{
	static const char text[] = "{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\",\"untimed\":[\"none/*/idle\"],"
		"\"arms\":[\"none/worker/idle\",\"none/main/idle\",\"none/main/time\"]}";
	static const char wrong[] = "{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\",\"untimed\":[\"none/*\"],"
		"\"arms\":[\"none/worker/idle\"]}";
	struct err err = { 0 };
	struct probe *probe = parse(text, &err);
	(void)state;
	if (!probe)
		fail_msg("%s", err.text);
	assert_true(probe->arms[0].untimed && probe->arms[1].untimed);
	assert_false(probe->arms[2].untimed);
	probe_free(probe);
	assert_null(parse(wrong, &err));
	assert_non_null(strstr(err.text, "untimed holds \"none/*\", which matches no arm"));
}

/* Single values that are no times, beside others that are. */
static void test_untimed_values(void **state)
{
	static const char text[] = "{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\",\"arms\":[\"none/main/x\"],"
		"\"metrics\":[{\"name\":\"calls\",\"from\":\"report\",\"statistic\":\"value\",\"unit\":\"count\","
		"\"better\":\"lower\",\"untimed\":true},{\"name\":\"call_ms\",\"from\":\"report\",\"statistic\":\"value\","
		"\"unit\":\"ms\",\"better\":\"lower\"}],"
		"\"observations\":[{\"name\":\"released\",\"says\":\"s\",\"untimed\":true},{\"name\":\"calls\",\"says\":\"s\"}]}";
	struct err err = { 0 };
	struct probe *probe = parse(text, &err);
	(void)state;
	if (!probe)
		fail_msg("%s", err.text);
	assert_true(probe_metric_is_untimed(probe, "calls"));
	assert_false(probe_metric_is_untimed(probe, "call_ms"));
	assert_false(probe_metric_is_untimed(probe, "released")); /* that is an observation */
	assert_true(probe_observation_is_untimed(probe, "released"));
	assert_false(probe_observation_is_untimed(probe, "calls")); /* the metric of that name is */
	assert_false(probe_metric_is_untimed(probe, "absent") || probe_observation_is_untimed(probe, "absent"));
	probe_free(probe);
}

/* `good` with the first `from` replaced by `to`. */
static char *edited(const char *from, const char *to)
{
	const char *at = strstr(good, from);
	if (!at)
		fail_msg("not in the document: %s", from);
	return mem_format("%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
}

/* A claim whose figure is missing says what is missing, and still what is measured. */
static void test_unstated_claim(void **state)
{
	(void)state;
	struct err err;
	char *text = edited("\"claims\":[", "\"claims\":[{\"id\":\"C20\",\"section\":\"1\",\"says\":\"s\","
		"\"rule\":\"unstated\",\"arm\":\"gc/worker/churn\",\"metric\":\"response_p95\",\"unit\":\"ms\","
		"\"missing\":\"the sentence is cut off\"},");
	struct probe *probe = parse(text, &err);
	assert_non_null(probe);
	assert_int_equal(probe->claims[0].rule, PROBE_CLAIM_UNSTATED);
	assert_string_equal(probe->claims[0].missing, "the sentence is cut off");
	assert_string_equal(probe->claims[0].unit, "ms");
	assert_null(probe->claims[1].missing);
	probe_free(probe);
	free(text);
}

/* Its other form: the attempt at what does not exist. */
static void test_attempt(void **state)
{
	(void)state;
	struct err err;
	char *text = edited("\"claims\":[", "\"claims\":[{\"id\":\"C43\",\"section\":\"3\",\"says\":\"s\","
		"\"rule\":\"unstated\",\"arm\":\"gc/worker/churn\",\"observation\":\"detached\","
		"\"missing\":\"no such function\",\"source\":\"unsafe.go\",\"because\":{\"not-measurable\":\"b\"}},");
	struct probe *probe = parse(text, &err);
	if (!probe)
		fail_msg("%s", err.text);
	const struct probe_claim *claim = &probe->claims[0];
	assert_string_equal(claim->observation, "detached");
	assert_null(claim->metric);
	assert_string_equal(claim->source, "unsafe.go");
	assert_string_equal(claim->because[3], "b");
	assert_null(claim->because[0]);
	probe_free(probe);
	free(text);
}

/* A range, and a total of many calls; a ratio of two arms. */
static void test_ranges_totals_ratios(void **state)
{
	(void)state;
	struct err err;
	char *text = edited("\"value\":120", "\"value\":120,\"to\":180,\"per\":1000");
	struct probe *probe = parse(text, &err);
	assert_non_null(probe);
	assert_true(probe->claims[0].to == 180 && probe->claims[0].per == 1000);
	probe_free(probe);
	free(text);
	text = edited("\"rule\":\"exceeds\"", "\"rule\":\"ratio\",\"value\":20");
	char *ratio = strstr(text, ",\"factor\":1");
	memmove(ratio, ratio + strlen(",\"factor\":1"), strlen(ratio + strlen(",\"factor\":1")) + 1);
	probe = parse(text, &err);
	if (!probe)
		fail_msg("%s", err.text);
	assert_int_equal(probe->claims[1].rule, PROBE_CLAIM_RATIO);
	assert_true(probe->claims[1].value == 20 && probe->claims[1].to == 20 && probe->claims[1].per == 1);
	assert_string_equal(probe->claims[1].against, "gc/worker/churn,GOGC=off");
	probe_free(probe);
	free(text);
}

static void test_rules(void **state)
{
	static const struct { const char *from, *to, *says; } rows[] = {
		{ "\"schema\":1", "\"schema\":2", "schema is 2" },
		{ "\"schema\":1,", "", "schema is missing" },
		{ "\"title\":\"A title\",", "", "title is missing" },
		{ "\"A title\"", "\"\"", "title must be a text that is not empty" },
		{ "\"title\"", "\"titel\"", "titel is not known here: the keys are schema, title," },
		{ "\"latency\"", "\"speed\"", "kind is something else: it must be one of latency, calls" },
		{ "\"kind\":\"latency\",", "", "kind is missing" },
		{ "\"schema\":1", "\"schema\":1,\"untimed\":[\"*/*/*\"]", "untimed is of probes of calls alone" },
		{ "\"name\":\"response_p95\",", "\"name\":\"response_p95\",\"untimed\":true,",
			"metrics[0].untimed is of probes of calls alone" },
		{ "\"name\":\"detached\",", "\"name\":\"detached\",\"untimed\":true,", "observations[0].untimed is of probes of calls alone" },
		{ "\"latency\"", "\"calls\"", "threshold_ms is of latency probes alone" },
		{ "\"value\":120", "\"value\":120,\"to\":100", "claims[0].to must not be less than the value" },
		{ "\"value\":120", "\"value\":120,\"per\":0", "claims[0].per must be greater than 0" },
		{ "\"value\":120", "\"value\":120,\"because\":{\"right\":\"x\"}", "claims[0].because.right is not known" },
		{ "\"value\":120", "\"value\":120,\"because\":{\"refuted\":7}", "claims[0].because.refuted must be a text" },
		{ "\"responder\":\"guest\"", "\"responder\":\"me\"", "responder" },
		{ "\"required\"", "\"varied\"", "isolation must be \"required\" in a latency probe" },
		{ "16.7", "0", "threshold_ms must be greater than 0" },
		{ "16.7", "\"16.7\"", "threshold_ms must be a number" },
		{ "\"threshold_ms\":16.7,", "", "threshold_ms is missing" },
		{ "42", "-1", "deadline_s must be greater than 0" },
		{ "\"name\":\"samples\"", "\"name\":\"sam ples\"", "parameters[0].name is \"sam ples\"" },
		{ "\"name\":\"pacer\"", "\"name\":\"samples\"", "parameters[1] has the name \"samples\", which is there" },
		{ "\"default\":500", "\"default\":5000", "parameters[0].default lies outside" },
		{ "\"default\":500", "\"default\":500.5", "parameters[0].default lies outside" },
		{ "\"default\":500,", "", "parameters[0].default is missing" },
		{ "\"least\":20,", "", "parameters[0].least is missing" },
		{ "\"most\":1000,", "", "parameters[0].most is missing" },
		{ "\"unit\":\"count\",", "", "parameters[0].unit is missing" },
		{ "\"whole\":true", "\"whole\":1", "parameters[0].whole must be true or false" },
		{ "\"whole\":true", "\"hole\":true", "parameters[0].hole is not known" },
		{ "\"default\":\"task\"", "\"default\":\"idle\"", "parameters[1].default" },
		{ "[\"task\",\"worker\"]", "[\"task\"]", "parameters[1].choices must offer at least two" },
		{ "[\"task\",\"worker\"]", "[\"task\",7]", "parameters[1].choices must be a list of texts" },
		{ "\"name\":\"pacer\"", "\"name\":\"responder\"", "parameters[1].choices offers \"task\": a responder is js or guest" },
		{ "\"name\":\"samples\"", "\"name\":\"responder\"", "parameters[0] must be a choice: a responder is js or guest" },
		{ "\"name\":\"gc\"", "\"name\":\"none\"", "guests[0].name cannot be \"none\"" },
		{ "\"toolchain\":\"gc\",", "", "guests[0].toolchain is missing" },
		{ "guests/go", "/etc/passwd", "guests[0].source must be a path inside" },
		{ "guests/go", "../other", "guests[0].source must be a path inside" },
		{ "guests/go", "a/../../b", "guests[0].source must be a path inside" },
		{ "guests/go", "a/..", "guests[0].source must be a path inside" },
		{ "{\"strip\":true}", "[]", "guests[0].options must be an object" },
		{ "\"gc/worker/churn\",\"gc", "\"go/worker/churn\",\"gc", "arms[0] names the guest \"go\"" },
		{ "\"gc/worker/churn\",\"gc", "7,\"gc", "arms[0] must be a text" },
		{ "\"gc/worker/churn\",\"gc", "\"gc/worker\",\"gc", "arms[0]: \"gc/worker\" has no proper load" },
		{ ",GOGC=off\"", "\"", "arms[1] has the name" },
		{ "idle,samples=30", "idle,samples=3", "arms[2]: Parameter samples cannot be \"3\"" },
		{ "idle,samples=30", "idle,GOGC=off", "arms[2]: Probe ping has no parameter \"GOGC\"" },
		{ "\"from\":\"response\"", "\"from\":\"request\"", "metrics[0] asks for the p95 of \"request\"" },
		{ "\"statistic\":\"p95\"", "\"statistic\":\"p96\"", "metrics[0] asks for the p96" },
		{ "\"name\":\"response_p95\"", "\"name\":\"p95\"", "metrics[0].name must be \"response_p95\"" },
		{ "\"better\":\"lower\"", "\"better\":\"low\"", "metrics[0].better" },
		{ "\"name\":\"detached\"", "\"name\":\"other\"", "claims[2].observation names \"detached\"" },
		{ "\"rule\":\"number\"", "\"rule\":\"numbers\"", "claims[0].rule" },
		{ "\"rule\":\"number\"", "\"rule\":\"exceeds\"", "claims[0].value is not known" },
		{ "\"rule\":\"number\"", "\"rule\":\"unstated\"", "claims[0].value is not known" },
		{ "\"rule\":\"number\",\"arm\":\"gc/worker/churn\",\"metric\":\"response_p95\",\"value\":120,"
			"\"unit\":\"ms\",\"absolute_time\":true}", "\"rule\":\"unstated\",\"arm\":\"gc/worker/churn\","
			"\"metric\":\"response_p95\",\"unit\":\"ms\"}", "claims[0].missing is missing" },
		{ "\"metric\":\"response_p95\",\"value\"", "\"metric\":\"p95\",\"value\"", "claims[0].metric names \"p95\"" },
		{ "\"value\":120", "\"value\":0", "claims[0].value must be greater than 0" },
		{ "\"value\":120,", "", "claims[0].value is missing" },
		{ "\"arm\":\"gc/worker/churn\",\"metric\"", "\"arm\":\"gc/worker/hash\",\"metric\"", "claims[0].arm names" },
		{ "\"against\":\"gc/worker/churn,GOGC=off\"", "\"against\":\"gc/worker/churn\"", "claims[1].against names the claim's own" },
		{ "\"against\":\"gc/worker/churn,GOGC=off\"", "\"against\":\"x\"", "claims[1].against names \"x\"" },
		{ "\"factor\":1", "\"factor\":-1", "claims[1].factor must be greater" },
		{ "--expose-gc", "expose-gc", "browser_flags must be a list of flags" },
		{ "[\"--expose-gc\"]", "\"--expose-gc\"", "browser_flags must be a list of texts" },
		{ "\"arms\":[", "\"arms\":{}, \"x\":[", "x is not known" },
		{ "\"observations\":[{\"name\":\"detached\",\"says\":\"s\"}]", "\"observations\":{}", "observations must be a list" },
		{ "\"schema\":1", "\"schema\":1,\"without\":[{\"cause\":\"late\",\"parameter\":\"pacer\",\"value\":\"nap\",\"how\":\"h\"}]", "without[0]: Parameter pacer cannot be \"nap\"" },
		{ "\"schema\":1", "\"schema\":1,\"without\":[{\"cause\":\"late\",\"parameter\":\"pace\",\"value\":\"nap\",\"how\":\"h\"}]", "without[0]: Probe ping has no parameter \"pace\"" },
		{ "\"schema\":1", "\"schema\":1,\"without\":[{\"cause\":\"late\",\"parameter\":\"pacer\",\"value\":\"task\"}]", "without[0].how is missing" },
		{ "\"schema\":1", "\"schema\":1,\"without\":[{\"cause\":\"late\",\"parameter\":\"pacer\",\"value\":\"task\",\"how\":\"h\"},{\"cause\":\"late\",\"parameter\":\"pacer\",\"value\":\"task\",\"how\":\"h\"}]", "without[1].cause is \"late\", which is switched off already" },
		{ "\"schema\":1", "\"schema\":1,\"without\":[{\"cause\":\"late\",\"parameter\":\"pacer\",\"value\":\"task\",\"how\":\"h\",\"toolchains\":[\"gc\"]}]", "without[0] must have both" },
		{ "\"schema\":1", "\"schema\":1,\"without\":[{\"cause\":\"late@main\",\"parameter\":\"pacer\",\"value\":\"task\",\"how\":\"h\"}]", "without[0].cause" },
		{ "{\"schema\"", "[{\"schema\"", "" },
		{ "{\"schema\":1,", "{\"schema\":1,,", "line 1" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		char *text = edited(rows[i].from, rows[i].to);
		struct probe *probe = parse(text, &err);
		if (probe)
			fail_msg("accepted: %s → %s", rows[i].from, rows[i].to);
		assert_int_equal(err.code, ERR_USAGE);
		if (strncmp(err.text, "/some/where/ping/probe.json", 27) != 0 || !strstr(err.text, rows[i].says))
			fail_msg("%s → %s: %s", rows[i].from, rows[i].to, err.text);
		free(text);
	}
}

static void test_no_arms(void **state)
{
	static const char *const texts[] = {
		"{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\"}",
		"{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\",\"arms\":[]}",
		"null", "[]", "", "{}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err err = { 0 };
		assert_null(parse(texts[i], &err));
		assert_int_equal(err.code, ERR_USAGE);
	}
}

/* Every prefix and every single changed byte: refused or taken, never a crash or leak. */
static void test_mutations(void **state)
{
	static const char changes[] = { '"', '{', ']', '0', ',', '\0', '\xFF', '/' };
	(void)state;
	for (size_t length = 0; length < sizeof good - 1; length++) {
		struct err err = { 0 };
		char *cut = malloc(length ? length : 1); /* exact, so that a read beyond is found */
		memcpy(cut, good, length);
		assert_null(probe_parse("/p", cut, length, &err));
		free(cut);
	}
	for (size_t i = 0; i < sizeof good - 1; i++) {
		char text[sizeof good];
		memcpy(text, good, sizeof good);
		text[i] = changes[i % sizeof changes];
		probe_free(probe_parse("/p", text, sizeof good - 1, NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_untimed), cmocka_unit_test(test_untimed_values), cmocka_unit_test(test_unstated_claim), cmocka_unit_test(test_attempt),
		cmocka_unit_test(test_ranges_totals_ratios),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_no_arms),
		cmocka_unit_test(test_mutations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
