#include "trace/summary_scene.h"

static void check(const struct trace_compiled *compiled, uint64_t count, double sum_us, double longest_us)
{
	assert_int_equal(compiled->count, count);
	assert_true(compiled->sum_us == sum_us && compiled->longest_us == longest_us);
}

static void kinds_may_lie_in_each_other(void **state)
{
	(void)state;
	struct summary_scene scene;
	SUMMARY(&scene, 50000,
		SLICE("wasm.CompileLazy", 13, 1000, 100), SLICE("wasm.CompileBaseline", 13, 1010, 80),
		SLICE("wasm.CompileLazy", 13, 2000, 50), SLICE("wasm.CompileLazy", 13, 2010, 30), /* a call inside: both count */
		SLICE("wasm.GrowMemory", 13, 3000, 9), SLICE("wasm.LogCode", 13, 3100, 1000), SLICE("wasm", 13, 4000, 5),
		SLICE("wasm.SyncCompile", 13, 5000, 400),
		SLICE("wasm.ExecuteCompilationUnits", 4, 1000, 700), SLICE("wasm.TopTierCompilation", 4, 1010, 600),
		SLICE("wasm.ValidateFunctionsStreaming", 4, 2000, 5), SLICE("wasm.PublishCode", 4, 3000, 2));
	const struct trace_compiles *worker = &summary_thread(&scene, 13)->compiles;
	check(&worker->kinds[TRACE_COMPILE_LAZY], 3, 150, 100);
	check(&worker->kinds[TRACE_COMPILE_BASELINE], 1, 80, 80);
	check(&worker->kinds[TRACE_COMPILE_MODULE], 1, 400, 400);
	check(&worker->growths, 1, 9, 9);
	check(&worker->total, 3, 550, 400);
	const struct trace_compiles *pool = &summary_thread(&scene, 4)->compiles;
	check(&pool->kinds[TRACE_COMPILE_UNITS], 1, 700, 700);
	check(&pool->kinds[TRACE_COMPILE_TOP_TIER], 1, 600, 600);
	check(&pool->kinds[TRACE_COMPILE_STREAMING], 1, 5, 5);
	check(&pool->kinds[TRACE_COMPILE_OTHER], 1, 2, 2);
	check(&pool->total, 3, 707, 700);
	summary_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(kinds_may_lie_in_each_other) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
