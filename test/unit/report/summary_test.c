/* The numbers of a summary against ones computed apart: SciPy 1.10, stats.t.ppf and stats.sem on logs
 * (rates: on the values), all 2^8 sign patterns for p, binomtest().proportion_ci(method='wilson'). */
#include "report/fixture.h"

#include "report/claims.h"

static void assert_interval(struct interval interval, double value, double low, double high, size_t n)
{
	assert_close(interval.value, value);
	assert_close(interval.low, low);
	assert_close(interval.high, high);
	assert_int_equal(interval.n, n);
}

struct setup { char *folder; struct store *store; };

static int set_up(void **state)
{
	struct setup *setup = mem_alloc_zero(1, sizeof *setup);
	setup->folder = fixture_folder();
	setup->store = fixture_results(setup->folder);
	*state = setup;
	return 0;
}

static int tear_down(void **state)
{
	struct setup *setup = *state;
	store_close(setup->store);
	fixture_remove(setup->folder);
	free(setup);
	return 0;
}

static struct store *store_of(void **state)
{
	return ((struct setup *)*state)->store;
}

static void test_arms(void **state)
{
	struct summary summary = fixture_summary(store_of(state), NULL, NAN);
	assert_int_equal(summary.arm_count, 2);
	const struct summary_arm *on = &summary.arms[0], *off = &summary.arms[1];
	assert_string_equal(on->name, ARM_ON);
	assert_int_equal(on->launches, 8);
	assert_int_equal(on->void_count, 1);
	assert_int_equal(on->superseded, 0);
	assert_int_equal(off->superseded, 1);
	assert_int_equal(on->failed + on->saturated + on->abandoned, 0);
	assert_int_equal(on->unsteady, 1);
	assert_int_equal(on->samples, 8 * 500);
	assert_int_equal(on->over_threshold, 8 * 25);
	assert_true(on->on_cliff);   /* 5 % */
	assert_false(off->on_cliff); /* 0.2 % */
	assert_close(on->worst_ms, 14.2 * 4);
	assert_close(on->least_effective_n, 80);
	assert_int_equal(summary.blocks_void, 1);
	assert_int_equal(summary.episodes, 16 * 2);
	assert_int_equal(summary.traced_launches, 1);
	assert_int_equal(summary.traced_episodes, 2);
	assert_int_equal(summary.artefact_count, 19);

	assert_interval(summary_find(on, "response_p95")->interval, 12.6587543243094, 11.9205030742414,
		13.4427263719673, 8);
	assert_interval(summary_find(off, "response_p95")->interval, 3.2418975846094, 3.0432731536836,
		3.45348557896454, 8);
	assert_interval(summary_find(on, "episodes_per_minute")->interval, 12.5, 10.0119221180767,
		14.9880778819233, 8);
	assert_interval(summary_find(off, "episodes_per_minute")->interval, 0.5, 0, 1.13197241398125, 8);
	assert_string_equal(summary_find(on, "response_p95")->unit, "ms");
	assert_null(summary_find(on, "no_such_metric"));
	assert_null(summary_arm(&summary, "no/such/arm"));
	summary_release(&summary);
}

static void test_ratio(void **state)
{
	struct summary summary = fixture_summary(store_of(state), NULL, 1.0);
	assert_int_equal(summary.ratio_count, 1); /* the pair with an arm outside the run is none */
	const struct summary_ratio *ratio = &summary.ratios[0];
	assert_string_equal(ratio->a, ARM_ON);
	assert_string_equal(ratio->b, ARM_OFF);
	assert_interval(ratio->interval, 3.90473603620474, 3.80104592729642, 4.01125474515922, 8);
	assert_close(ratio->p, 2.0 / 256);
	assert_close(ratio->p_adjusted, 2.0 / 256);
	assert_close(ratio->detectable, 1.03780969488307);
	assert_int_equal(ratio->verdict, VERDICT_REGRESSED);
	assert_false(ratio->at_floor);
	/* first attempts: 99 ÷ 3.15 in block 3 */
	assert_interval(ratio->with_void, 5.06341943131975, 2.73119637267602, 9.38717427789572, 8);
	assert_close(ratio->with_void_p_adjusted, 2.0 / 256);
	assert_int_equal(ratio->with_void_verdict, VERDICT_REGRESSED);
	summary_release(&summary);
}

/* "At the floor" needs both responses within three times the null arm's P95. */
static void test_floor(void **state)
{
	static const struct { double floor; bool at_floor; } rows[] = {
		{ NAN, false }, { 1.2, false }, { 12.65 / 3, false }, { 12.66 / 3, true }, { 20, true },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct summary summary = fixture_summary(store_of(state), NULL, rows[i].floor);
		assert_int_equal(summary.ratios[0].at_floor, rows[i].at_floor);
		summary_release(&summary);
	}
}

/* Pooled t on 7 degrees of freedom and Clopper–Pearson, by SciPy; 97.5 % each, for there are two. */
static void test_traced_launches_stand_beside(void **state)
{
	struct store *store = store_of(state);
	struct summary summary = fixture_summary(store, NULL, NAN);
	const struct summary_traced *on = &summary_arm(&summary, ARM_ON)->traced;
	assert_int_equal(on->launches, 1);
	assert_int_equal(on->episodes, 2);
	assert_int_equal(on->untraced_episodes, 16);
	assert_interval(on->p95_ratio, 1.57993428797277, 1.27224188423786, 1.96204226982149, 1);
	assert_interval(on->rate_ratio, 1, 0.0767903382845818, 4.9215738524359, 18);
	assert_false(on->representative);
	assert_int_equal(on->explained, 1);
	assert_int_equal(summary.explained_episodes, 1);
	assert_int_equal(on->cause_count, 2);
	assert_string_equal(on->causes[0].name, "guest-gc@worker"); /* the largest first */
	assert_int_equal(on->causes[0].episodes, 1);
	assert_true(fabs(on->causes[0].share - 0.9) < 1e-12);
	const struct summary_traced *off = &summary_arm(&summary, ARM_OFF)->traced;
	assert_int_equal(off->launches, 0);
	assert_true(isnan(off->p95_ratio.value) && isnan(off->rate_ratio.value));
	assert_false(off->compared || off->representative); /* nothing was compared */
	summary_release(&summary);
}

static void add_traced(struct store *store, int number, enum store_outcome outcome, const char *reason,
	const char *trace)
{
	fixture_add_launch(store, &(struct fixture_spec){ ARM_OFF, 9, 1, outcome, reason, true, 3.3, 1, 1,
		trace }, number);
}

/* What became of the traces is told, each with its first sentence. */
static void test_traces_that_lack_something(void **state)
{
	struct store *store = store_of(state);
	add_traced(store, 100, STORE_VALID, "", "{\"failed\":\"Tracing failed\"}");
	add_traced(store, 101, STORE_VALID, "", "{\"failed\":null,\"lossy\":true,\"lost\":\"the tail\"}");
	add_traced(store, 102, STORE_VALID, "", "{\"failed\":null,\"lossy\":false,\"lost\":null}");
	add_traced(store, 103, STORE_VOID, "foreign CPU", "{\"failed\":null,\"lossy\":true,\"lost\":\"all\"}");
	struct summary summary = fixture_summary(store, NULL, NAN);
	const struct summary_traced *off = &summary_arm(&summary, ARM_OFF)->traced;
	assert_int_equal(off->launches, 3);
	assert_int_equal(off->untraceable, 1);
	assert_string_equal(off->first_untraceable, "Tracing failed");
	assert_int_equal(off->lossy, 2); /* a void launch's trace is listed, too */
	assert_string_equal(off->first_lost, "the tail");
	assert_int_equal(off->not_valid, 1);
	assert_string_equal(off->first_not_valid, "foreign CPU");
	assert_true(off->compared && off->representative);
	assert_int_equal(summary_arm(&summary, ARM_OFF)->void_count, 0); /* of untraced launches */
	summary_release(&summary);
}

/* How long recordings went on after their episodes: of valid launches, and where it is known. */
static void test_recordings_that_were_stopped(void **state)
{
	struct store *store = store_of(state);
	add_traced(store, 100, STORE_VALID, "", "{\"ring\":{\"episode\":true,\"stop_asked_after_ms\":12,\"last_event_after_ms\":11}}");
	add_traced(store, 101, STORE_VALID, "", "{\"ring\":{\"episode\":true,\"stop_asked_after_ms\":20,\"last_event_after_ms\":22}}");
	add_traced(store, 102, STORE_VALID, "", "{\"ring\":{\"episode\":true,\"stop_asked_after_ms\":14,\"last_event_after_ms\":15}}");
	add_traced(store, 103, STORE_VALID, "", "{\"ring\":{\"episode\":false,\"stop_asked_after_ms\":null,\"last_event_after_ms\":null}}");
	add_traced(store, 104, STORE_VOID, "foreign CPU",
		"{\"ring\":{\"episode\":true,\"stop_asked_after_ms\":99,\"last_event_after_ms\":99}}");
	struct summary summary = fixture_summary(store, NULL, NAN);
	const struct summary_traced *off = &summary_arm(&summary, ARM_OFF)->traced, *on = &summary_arm(&summary, ARM_ON)->traced;
	assert_int_equal(off->stop_asked.count, 3);
	assert_true(off->stop_asked.median_ms == 14 && off->stop_asked.longest_ms == 20);
	assert_int_equal(off->last_event.count, 3);
	assert_true(off->last_event.median_ms == 15 && off->last_event.longest_ms == 22);
	assert_int_equal(on->stop_asked.count, 0);
	assert_true(isnan(on->stop_asked.median_ms) && isnan(on->last_event.longest_ms));
	summary_release(&summary);
}

/* Causes are summed over an arm's valid traced launches; one of which nothing is told says why. */
static void test_causes_are_summed(void **state)
{
	struct store *store = store_of(state);
	struct store_cause a[] = { { "js@main", 1, 1, 10 }, { "gc@main", 0, 0, 2 } };
	struct store_cause b[] = { { "gc@main", 3, 2, 18 } };
	const struct store_explanation told[] = { { NULL, 1, 1, 12, 0, 0, 0, 0, a, 2, NULL, 0 },
		{ NULL, 2, 2, 18, 0, 0, 0, 0, b, 1, NULL, 0 },
		{ "the trace is not whole", 2, 0, 30, 30, NAN, NAN, NAN, NULL, 0, NULL, 0 } };
	for (int i = 0; i < 3; i++)
		fixture_add_launch(store, &(struct fixture_spec){ ARM_OFF, 9, 1, STORE_VALID, "", true, 3, 1, 1,
			.explanation = &told[i] }, 100 + i);
	fixture_add_launch(store, &(struct fixture_spec){ ARM_OFF, 9, 1, STORE_VOID, "foreign CPU", true, 3, 1, 1,
		.explanation = &told[0] }, 103);
	struct summary summary = fixture_summary(store, NULL, NAN);
	const struct summary_traced *off = &summary_arm(&summary, ARM_OFF)->traced;
	assert_int_equal(off->explained, 3);
	assert_int_equal(off->refused, 1);
	assert_string_equal(off->first_refusal, "the trace is not whole");
	assert_int_equal(off->cause_count, 2);
	assert_string_equal(off->causes[0].name, "gc@main");
	assert_true(off->causes[0].ms == 20 && off->causes[0].episodes == 2);
	assert_true(fabs(off->causes[0].share + off->causes[1].share - 1) < 1e-12);
	summary_release(&summary);
}

/* Secondary ratios have an interval and neither p nor verdict, and cost the primary ones nothing. */
static void test_secondary_ratios_are_not_judged(void **state)
{
	struct err err;
	struct store *store = store_of(state);
	struct summary summary;
	fixture_run(store, "two", "{\"arms\":[\"" ARM_ON "\",\"" ARM_OFF "\"],"
		"\"secondary\":[{\"metric\":\"response_p95\",\"a\":\"" ARM_OFF "\",\"b\":\"" ARM_ON "\"}],"
		"\"primary\":[{\"metric\":\"response_p95\",\"a\":\"" ARM_ON "\",\"b\":\"" ARM_OFF "\"}]}", "{}");
	assert_int_equal(summary_load(store, "two", NULL, NAN, &summary, &err), 0);
	assert_int_equal(summary.ratio_count, 2);
	assert_int_equal(summary.primary_count, 1);
	assert_true(summary.ratios[0].primary && !summary.ratios[1].primary);
	assert_string_equal(summary.ratios[1].a, ARM_OFF);
	assert_true(isnan(summary.ratios[1].p) && isnan(summary.ratios[1].p_adjusted));
	summary_release(&summary);
}

static void test_unequal_failures_forbid_praise(void **state)
{
	struct store *store = store_of(state);
	struct summary summary = fixture_summary(store, NULL, NAN);
	summary_release(&summary);
	fixture_add_launch(store, &(struct fixture_spec){ ARM_OFF, 10, 1, STORE_FAILED,
		"guest trapped: unreachable", false, NAN, NAN, NAN }, 100);
	fixture_add_launch(store, &(struct fixture_spec){ ARM_OFF, 11, 1, STORE_SATURATED,
		"saturated: the backlog still grew", false, NAN, NAN, NAN }, 101);
	summary = fixture_summary(store, NULL, NAN);
	assert_int_equal(summary.arms[1].failed, 1);
	assert_int_equal(summary.arms[1].saturated, 1);
	assert_int_equal(summary.arms[1].launches, 8);
	assert_string_equal(summary.arms[1].first_failure, "guest trapped: unreachable");
	assert_int_equal(summary.ratios[0].verdict, VERDICT_REGRESSED); /* blame is not forbidden */
	summary_release(&summary);
	/* The same comparison the other way round would be praise. */
	struct probe_metric metric = { .name = (char *)"response_p95", .lower_is_better = false };
	struct probe probe = { .metrics = &metric, .metric_count = 1 };
	summary = fixture_summary(store, &probe, NAN);
	assert_int_equal(summary.ratios[0].verdict, VERDICT_FORBIDDEN);
	summary_release(&summary);
}

/* Of all traced launches, whatever became of them. */
static void test_stalls(void **state)
{
	static const char *const traces[] = { "{\"stop_ms\":150,\"stalled\":false}", "{\"stop_ms\":5012,\"stalled\":true}",
		"{\"stop_ms\":9100,\"stalled\":false}", "{\"stop_ms\":5161,\"stalled\":true}", "{\"failed\":\"no space\"}" };
	struct store *store = store_of(state);
	for (int i = 0; i < 5; i++)
		fixture_add_launch(store, &(struct fixture_spec){ ARM_OFF, 10 + i, 1, i == 3 ? STORE_VOID : STORE_VALID,
			i == 3 ? "foreign CPU" : "", true, 3, 1, 1, traces[i] }, 50 + i);
	struct summary summary = fixture_summary(store, NULL, NAN);
	assert_int_equal(summary.warning_count, 2);
	assert_string_equal(summary.warnings[0], "the browser stalled at 2 of 4 stops of a trace, for 5.2 s at most: nothing is "
		"lost by that (docs/METHOD.md §4)");
	summary_release(&summary);
}

static void test_warnings(void **state)
{
	struct err err;
	struct store *store = store_of(state);
	struct summary summary = fixture_summary(store, NULL, NAN);
	assert_int_equal(summary.warning_count, 1); /* of eighteen launches, once */
	assert_string_equal(summary.warnings[0], "the pacer fell behind");
	summary_release(&summary);

	fixture_run(store, "bare", "{}", "{\"browser\":{\"sandbox\":false,\"warning\":\"no unprivileged user\"}}");
	assert_int_equal(summary_load(store, "bare", NULL, NAN, &summary, &err), 0);
	assert_int_equal(summary.arm_count, 0);
	assert_int_equal(summary.warning_count, 1);
	assert_string_equal(summary.warnings[0], "no unprivileged user: not lab grade");
	summary_release(&summary);
	assert_int_equal(summary_load(store, "absent", NULL, NAN, &summary, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

/* ---- claims ---- */

static const struct claim_row {
	struct probe_claim claim;
	enum verdict_claim verdict;
	double value;            /* measured; NaN: nothing */
	const char *why;         /* part of it */
} claim_rows[] = {
	{ { .id = (char *)"C19", .rule = PROBE_CLAIM_NUMBER, .metric = (char *)"response_p95",
		.arm = (char *)ARM_ON, .value = 120, .to = 120, .per = 1, .unit = (char *)"ms", .absolute_time = true },
		CLAIM_REFUTED, 12.6587543243094, "× 5" },
	{ { .rule = PROBE_CLAIM_NUMBER, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.value = 40, .to = 40, .per = 1, .unit = (char *)"ms", .absolute_time = true },
		CLAIM_UNDECIDED, 12.6587543243094, "machine-dependent" },
	{ { .rule = PROBE_CLAIM_NUMBER, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.value = 0.0125, .to = 0.0125, .per = 1, .unit = (char *)"s" }, CLAIM_CONFIRMED, 0.0126587543243094, "inside" },
	{ { .rule = PROBE_CLAIM_NUMBER, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.value = 10, .to = 10, .per = 1, .unit = (char *)"ms" }, CLAIM_UNDECIDED, 12.6587543243094, "launches would decide" },
	{ { .rule = PROBE_CLAIM_NUMBER, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.value = 12, .to = 12, .per = 1, .unit = (char *)"MB" }, CLAIM_NOT_MEASURABLE, NAN, "is measured in ms" },
	{ { .rule = PROBE_CLAIM_NUMBER, .metric = (char *)"file_size", .arm = (char *)ARM_ON,
		.value = 12, .to = 12, .per = 1, .unit = (char *)"MB" }, CLAIM_UNDECIDED, NAN, "reported file_size" },
	{ { .rule = PROBE_CLAIM_EXCEEDS, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.against = (char *)ARM_OFF, .value = 3 }, CLAIM_CONFIRMED, 3.90473603620474, "above" },
	{ { .rule = PROBE_CLAIM_EXCEEDS, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.against = (char *)ARM_OFF, .value = 5 }, CLAIM_REFUTED, 3.90473603620474, "below" },
	{ { .rule = PROBE_CLAIM_EXCEEDS, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.against = (char *)ARM_OFF, .value = 3.9 }, CLAIM_UNDECIDED, 3.90473603620474, "contains" },
	/* some launches had no episode at all: 12 ÷ 0 is no ratio */
	{ { .rule = PROBE_CLAIM_EXCEEDS, .metric = (char *)"episodes_per_minute", .arm = (char *)ARM_ON,
		.against = (char *)ARM_OFF, .value = 3 }, CLAIM_UNDECIDED, NAN, "no block holds a ratio" },
	{ { .rule = PROBE_CLAIM_MECHANISM, .observation = (char *)"worker_blocked", .arm = (char *)ARM_ON },
		CLAIM_CONFIRMED, 1, "every" },
	{ { .rule = PROBE_CLAIM_MECHANISM, .observation = (char *)"sometimes", .arm = (char *)ARM_ON },
		CLAIM_REFUTED, 0, "no replicate" },
	{ { .rule = PROBE_CLAIM_MECHANISM, .observation = (char *)"unheard_of", .arm = (char *)ARM_ON },
		CLAIM_UNDECIDED, NAN, "reported unheard_of" },
	{ { .rule = PROBE_CLAIM_UNSTATED, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.unit = (char *)"s", .missing = (char *)"the sentence ends before its figure" },
		CLAIM_NOT_MEASURABLE, 0.0126587543243094, "ends before its figure" },
	/* the number is the ratio; and a claimed total, of 1000 calls */
	{ { .rule = PROBE_CLAIM_RATIO, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.against = (char *)ARM_OFF, .value = 20, .to = 20, .per = 1 }, CLAIM_REFUTED, 3.90473603620474, "wholly outside" },
	{ { .rule = PROBE_CLAIM_RATIO, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.against = (char *)ARM_OFF, .value = 3.5, .to = 4.2, .per = 1 }, CLAIM_CONFIRMED, 3.90473603620474, "inside" },
	{ { .rule = PROBE_CLAIM_NUMBER, .metric = (char *)"response_p95", .arm = (char *)ARM_ON, .value = 12500,
		.to = 12500, .per = 1000, .unit = (char *)"ms" }, CLAIM_CONFIRMED, 12.6587543243094, "inside" },
	/* the attempt at what is not there: failed everywhere, and succeeded somewhere */
	{ { .rule = PROBE_CLAIM_UNSTATED, .observation = (char *)"sometimes", .arm = (char *)ARM_ON,
		.missing = (char *)"no such function" }, CLAIM_NOT_MEASURABLE, 0, "no such function" },
	{ { .rule = PROBE_CLAIM_UNSTATED, .observation = (char *)"worker_blocked", .arm = (char *)ARM_ON,
		.missing = (char *)"no such function" }, CLAIM_UNDECIDED, 1, "was seen" },
	{ { .rule = PROBE_CLAIM_UNSTATED, .metric = (char *)"file_size", .arm = (char *)ARM_ON,
		.unit = (char *)"MB", .missing = (char *)"m" }, CLAIM_NOT_MEASURABLE, NAN, "reported file_size" },
};

static void test_claims(void **state)
{
	enum { CLAIMS = FIXTURE_COUNT(claim_rows) };
	struct probe_claim claims[CLAIMS + 1];
	for (size_t i = 0; i < CLAIMS; i++)
		claims[i] = claim_rows[i].claim;
	claims[CLAIMS] = claims[0];
	claims[CLAIMS].arm = (char *)"not/in/run"; /* was not asked for */
	struct probe probe = { .claims = claims, .claim_count = CLAIMS + 1 };
	struct summary summary = fixture_summary(store_of(state), &probe, NAN);
	assert_int_equal(summary.claim_count, CLAIMS);
	for (size_t i = 0; i < CLAIMS; i++) {
		const struct summary_claim *claim = &summary.claims[i];
		if (claim->verdict != claim_rows[i].verdict || !strstr(claim->why, claim_rows[i].why))
			fail_msg("claim %zu: %s, %s", i, verdict_claim_name(claim->verdict), claim->why);
		if (isnan(claim_rows[i].value))
			assert_true(isnan(claim->measured.value));
		else
			assert_close(claim->measured.value, claim_rows[i].value);
	}
	assert_close(summary.claims[10].measured.low, 0.6755924351161198); /* Wilson, 8 of 8 */
	assert_int_equal(summary.claims[11].replicates, 8);

	struct store_claim *kept;
	size_t count;
	struct err err;
	claims[0].reading = (char *)"as written";
	for (size_t i = 1; i < CLAIMS; i++)
		claims[i].id = (char *)"C20";
	assert_int_equal(claims_keep(store_of(state), &summary, &err), 0);
	assert_int_equal(store_claims(store_of(state), RUN_ID, &kept, &count, &err), 0);
	assert_int_equal(count, CLAIMS);
	assert_string_equal(kept[0].id, "C19");
	assert_string_equal(kept[0].reading, "as written");
	assert_string_equal(kept[0].verdict, "refuted");
	assert_close(kept[0].value, 12.6587543243094);
	assert_true(isnan(kept[5].value));
	store_claims_free(kept, count);
	summary_release(&summary);
}

/* A small set: two blocks, one arm, one launch. */
static void test_too_little(void **state)
{
	struct err err;
	struct store *store = store_of(state);
	struct summary summary;
	fixture_run(store, "small", "{\"arms\":[\"" ARM_ON "\",\"" ARM_OFF "\"],\"primary\":[{\"metric\":"
		"\"response_p95\",\"a\":\"" ARM_ON "\",\"b\":\"" ARM_OFF "\"}]}", "{}");
	int64_t row;
	struct store_metric metric = { "response_p95", 5, "ms" };
	struct store_launch_plan plan = { .run = "small", .number = 1, .block = 1, .attempt = 1,
		.arm = ARM_ON };
	struct store_launch_result result = { .outcome = STORE_VALID, .metrics = &metric, .metric_count = 1 };
	assert_int_equal(store_launch_insert(store, &plan, &row, &err), 0);
	assert_int_equal(store_launch_finalise(store, row, &result, &err), 0);
	assert_int_equal(summary_load(store, "small", NULL, NAN, &summary, &err), 0);
	assert_close(summary.arms[0].metrics[0].interval.value, 5);
	assert_true(isnan(summary.arms[0].metrics[0].interval.low));
	assert_int_equal(summary.arms[1].launches, 0);
	assert_int_equal(summary.ratios[0].interval.n, 0);
	assert_true(isnan(summary.ratios[0].p) && isnan(summary.ratios[0].p_adjusted));
	assert_int_equal(summary.ratios[0].verdict, VERDICT_TOO_FEW);
	summary_release(&summary);
}

/* ---- launches that are void for times ---- */

static const char visible[] = "visible", hidden[] = "hidden";

static const struct loaded_row {
	const char *arm;
	int block, attempt;
	enum store_outcome outcome;
	const char *visibility;
	double calls, call_ms;
	bool seen;
} loaded_rows[] = {
	{ ARM_ON, 1, 1, STORE_VALID, visible, 200, 1, false },
	{ ARM_ON, 2, 1, STORE_VOID, visible, 200, 9, false },
	{ ARM_ON, 3, 1, STORE_VOID, hidden, 777, 9, true },     /* the page was slowed down itself */
	{ ARM_ON, 4, 1, STORE_VOID, visible, 777, 9, true },    /* was rerun */
	{ ARM_ON, 4, 2, STORE_VALID, visible, 200, 2, false },
	{ ARM_ON, 5, 1, STORE_FAILED, visible, NAN, NAN, true },
	{ ARM_OFF, 1, 1, STORE_VOID, visible, 100, 5, true },
	{ ARM_OFF, 2, 1, STORE_VOID, visible, 100, 5, true },
};

static void add_loaded(struct store *store, const struct loaded_row *row, int number)
{
	struct err err;
	int64_t launch;
	struct store_metric metrics[] = { { "calls", row->calls, "count" }, { "call_ms", row->call_ms, "ms" } };
	char text[160];
	snprintf(text, sizeof text, "{\"observations\":{\"seen\":%s,\"quick\":%s},\"environment\":{\"visibility\":\"%s\"}}",
		row->seen ? "true" : "false", row->seen ? "true" : "false", row->visibility);
	struct json *report = fixture_json(text);
	struct store_launch_plan plan = { .run = "loaded", .number = number, .block = row->block, .attempt = row->attempt,
		.arm = row->arm };
	struct store_launch_result result = { .outcome = row->outcome, .reason = "other programs used 31 %", .metrics = metrics,
		.metric_count = row->outcome == STORE_FAILED ? 0 : 2, .report = report };
	assert_int_equal(store_launch_insert(store, &plan, &launch, &err), 0);
	if (store_launch_finalise(store, launch, &result, &err))
		fail_msg("%s", err.text);
	json_free(report);
}

static struct summary loaded_summary(struct store *store, const struct probe *probe)
{
	struct err err;
	struct summary summary;
	fixture_run(store, "loaded", "{\"arms\":[\"" ARM_ON "\",\"" ARM_OFF "\"]}", "{}");
	for (size_t i = 0; i < FIXTURE_COUNT(loaded_rows); i++)
		add_loaded(store, &loaded_rows[i], (int)i + 1);
	assert_int_equal(summary_load(store, "loaded", probe, NAN, &summary, &err), 0);
	return summary;
}

#define CLAIM_OF_CALLS .metric = (char *)"calls", .unit = (char *)"count", .per = 1

static const struct claim_row loaded_claims[] = {
	{ { .rule = PROBE_CLAIM_NUMBER, CLAIM_OF_CALLS, .arm = (char *)ARM_ON, .value = 200, .to = 200 }, CLAIM_CONFIRMED, 200,
		"1 launch is void for times, which this is not; the interval lies inside" },
	{ { .rule = PROBE_CLAIM_NUMBER, CLAIM_OF_CALLS, .arm = (char *)ARM_OFF, .value = 372, .to = 372 }, CLAIM_REFUTED, 100,
		"2 launches are void for times" },
	/* 200 ÷ 100 in blocks 1 and 2: the same in all, so that two blocks decide */
	{ { .rule = PROBE_CLAIM_EXCEEDS, CLAIM_OF_CALLS, .arm = (char *)ARM_ON, .against = (char *)ARM_OFF, .value = 1.5 },
		CLAIM_CONFIRMED, 2, "3 launches are void for times" },
	{ { .rule = PROBE_CLAIM_MECHANISM, .observation = (char *)"seen", .arm = (char *)ARM_ON }, CLAIM_REFUTED, 0,
		"1 launch is void for times" },
	{ { .rule = PROBE_CLAIM_MECHANISM, .observation = (char *)"seen", .arm = (char *)ARM_OFF }, CLAIM_CONFIRMED, 1,
		"2 launches are void for times" },
	/* what is a time, or has not been said to be none */
	{ { .rule = PROBE_CLAIM_NUMBER, .metric = (char *)"call_ms", .unit = (char *)"ms", .per = 1, .arm = (char *)ARM_OFF,
		.value = 5, .to = 5 }, CLAIM_UNDECIDED, NAN, "all 2 were void" },
	{ { .rule = PROBE_CLAIM_MECHANISM, .observation = (char *)"quick", .arm = (char *)ARM_OFF }, CLAIM_UNDECIDED, NAN,
		"all 2 were void" },
};

/* Other load makes a launch void for its times; its counts and what it saw stay good, once for each block. */
static void test_untimed_values_of_void_launches(void **state)
{
	enum { CLAIMS = FIXTURE_COUNT(loaded_claims) };
	struct probe_claim claims[CLAIMS];
	for (size_t i = 0; i < CLAIMS; i++)
		claims[i] = loaded_claims[i].claim;
	struct probe_metric metrics[] = { { .name = (char *)"calls", .untimed = true }, { .name = (char *)"call_ms" } };
	struct probe_observation observations[] = { { .name = (char *)"seen", .untimed = true }, { .name = (char *)"quick" } };
	struct probe probe = { .claims = claims, .claim_count = CLAIMS, .metrics = metrics, .metric_count = 2,
		.observations = observations, .observation_count = 2 };
	struct summary summary = loaded_summary(store_of(state), &probe);
	const struct summary_arm *on = summary_arm(&summary, ARM_ON), *off = summary_arm(&summary, ARM_OFF);
	assert_int_equal(on->launches, 2); /* the launches are void all the same */
	assert_int_equal(on->void_count, 3);
	assert_interval(summary_find(on, "calls")->interval, 200, 200, 200, 3);
	assert_int_equal(summary_find(on, "call_ms")->interval.n, 2);
	assert_int_equal(off->launches, 0);
	assert_interval(summary_find(off, "calls")->interval, 100, 100, 100, 2);
	assert_null(summary_find(off, "call_ms"));
	for (size_t i = 0; i < CLAIMS; i++) {
		const struct summary_claim *claim = &summary.claims[i];
		if (claim->verdict != loaded_claims[i].verdict || !strstr(claim->why, loaded_claims[i].why))
			fail_msg("claim %zu: %s, %s", i, verdict_claim_name(claim->verdict), claim->why);
		if (isnan(loaded_claims[i].value))
			assert_true(isnan(claim->measured.value));
		else
			assert_close(claim->measured.value, loaded_claims[i].value);
	}
	assert_null(strstr(summary.claims[5].why, "which this is not"));
	assert_int_equal(summary.claims[3].replicates, 3);
	summary_release(&summary);
}

/* Without the probe nothing is known to be no time. */
static void test_void_launches_without_a_probe(void **state)
{
	struct summary summary = loaded_summary(store_of(state), NULL);
	assert_int_equal(summary_find(summary_arm(&summary, ARM_ON), "calls")->interval.n, 2);
	assert_null(summary_find(summary_arm(&summary, ARM_OFF), "calls"));
	summary_release(&summary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_arms, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ratio, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_floor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_traced_launches_stand_beside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_causes_are_summed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_traces_that_lack_something, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_recordings_that_were_stopped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_secondary_ratios_are_not_judged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unequal_failures_forbid_praise, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stalls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_warnings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_claims, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_too_little, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_untimed_values_of_void_launches, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_void_launches_without_a_probe, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
