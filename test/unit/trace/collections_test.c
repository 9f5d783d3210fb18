#include "trace/summary_scene.h"

static void check(const struct trace_pauses *pauses, uint64_t count, double sum_us, double longest_us)
{
	assert_int_equal(pauses->count, count);
	assert_true(pauses->sum_us == sum_us && pauses->longest_us == longest_us);
}

static void pauses_are_outermost_and_by_kind(void **state)
{
	(void)state;
	struct summary_scene scene;
	SUMMARY(&scene, 50000,
		SLICE_ARGS("MinorGC", 1, 1000, 500, "{\"usedHeapSizeAfter\":700}"), SLICE("V8.GCScavenger", 1, 1010, 400),
		SLICE("MinorGC", 1, 1100, 100), /* inside the other */
		SLICE("V8.GCIncrementalMarking", 1, 2000, 30), SLICE("V8.GCIncrementalMarkingStart", 1, 2100, 40),
		SLICE("V8.GC_HEAP_PROLOGUE", 1, 2200, 5),
		SLICE_ARGS("MajorGC", 1, 3000, 900, "{\"usedHeapSizeAfter\":\"600\"}"), SLICE("V8.GC_MC_MARK", 1, 3001, 800),
		SLICE("CppGC.IncrementalMark", 1, 4000, 7), SLICE("BlinkGC.AtomicPhase", 1, 4100, 8),
		SLICE("MajorGC", 13, 500, 20), SLICE("MajorGCs", 13, 600, 20), SLICE("V8.Execute", 13, 700, 20));
	const struct trace_collector *page = &summary_thread(&scene, 1)->collector;
	check(&page->kinds[TRACE_GC_MINOR], 1, 500, 500);
	check(&page->kinds[TRACE_GC_MAJOR], 1, 900, 900);
	check(&page->kinds[TRACE_GC_INCREMENTAL], 2, 70, 40);
	check(&page->kinds[TRACE_GC_BLINK], 2, 15, 8);
	check(&page->kinds[TRACE_GC_OTHER], 1, 5, 5);
	struct trace_pauses sum = trace_collector_sum(page);
	check(&sum, 7, 1490, 900);
	assert_true(page->longest_start_us == 3000 && page->heap_after_bytes == 600);
	sum = trace_collector_sum(&summary_thread(&scene, 13)->collector);
	check(&sum, 1, 20, 20);
	summary_release(&scene);
}

/* Two isolates of a process, and the pool's threads that work for either: the epoch tells for which. */
static void helpers_are_told_apart_by_epoch(void **state)
{
	(void)state;
	struct summary_scene scene;
	SUMMARY(&scene, 50000,
		SLICE_ARGS("V8.GC_MC_BACKGROUND_MARKING", 4, 900, 300, "{\"epoch\":2}"), /* before anybody knows whose it is */
		SLICE("MajorGC", 1, 1000, 500), SLICE_ARGS("V8.GC_MC_MARK", 1, 1001, 400, "{\"epoch\":2}"),
		SLICE("MinorGC", 13, 1000, 500), SLICE_ARGS("V8.GC_SCAVENGER", 13, 1001, 400, "{\"epoch\":9}"),
		SLICE_ARGS("V8.GC_SCAVENGER_BACKGROUND_SCAVENGE_PARALLEL", 4, 1300, 70, "{\"epoch\":9}"),
		SLICE_ARGS("V8.GC_SCAVENGER_BACKGROUND_PHASE", 4, 1310, 20, "{\"epoch\":9}"), /* inside */
		SLICE_ARGS("V8.GC_MC_BACKGROUND_SWEEPING", 5, 1300, 11, "{\"epoch\":2}"),
		SLICE_ARGS("V8.GC_MC_BACKGROUND_SWEEPING", 5, 1400, 11, "{\"epoch\":77}"), SLICE("V8.GC_X", 5, 1500, 11));
	assert_true(summary_thread(&scene, 1)->collector.helped_us == 311);
	assert_true(summary_thread(&scene, 13)->collector.helped_us == 70);
	assert_int_equal(trace_collector_sum(&summary_thread(&scene, 4)->collector).count, 0);
	assert_false(trace_collector_is_isolate(&summary_thread(&scene, 5)->collector));
	summary_release(&scene);
}

static void many_epochs(void **state)
{
	(void)state;
	struct trace_collector isolate, helper;
	struct trace_epochs epochs = { 0 };
	struct trace_thread one = { .pid = 7, .tid = 1 }, other = { .pid = 7, .tid = 4, .index = 1 };
	struct trace_event major = { .phase = 'X', .name = fixture_value(TRACE_STRING, "MajorGC").text, .dur_us = 10 };
	trace_collector_init(&isolate);
	trace_collector_init(&helper);
	for (int i = 0; i < TRACE_EPOCHS_MAX + 100; i++) {
		char args[32];
		snprintf(args, sizeof args, "{\"epoch\":%d}", i);
		struct trace_event part = { .phase = 'X', .pid = 7, .name = fixture_value(TRACE_STRING, "V8.GC_A").text,
			.ts_us = 100.0 * i + 1, .dur_us = 5, .args = fixture_value(TRACE_OBJECT, args) };
		major.ts_us = 100.0 * i;
		trace_collector_take(&isolate, &epochs, &one, &major);
		trace_collector_take(&isolate, &epochs, &one, &part);
		trace_collector_take(&helper, &epochs, &other, &part);
	}
	assert_int_equal(epochs.count, TRACE_EPOCHS_MAX - 1);
	double helped_us = 0;
	for (size_t i = 0; i < epochs.room; i++)
		helped_us += epochs.slots[i].pid && epochs.slots[i].owner == 0 ? epochs.slots[i].helped_us : 0;
	assert_true(helped_us == 5.0 * (TRACE_EPOCHS_MAX - 1));
	trace_epochs_release(&epochs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pauses_are_outermost_and_by_kind),
		cmocka_unit_test(helpers_are_told_apart_by_epoch),
		cmocka_unit_test(many_epochs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
