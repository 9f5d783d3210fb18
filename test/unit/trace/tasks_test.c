#include "trace/summary_scene.h"

#define LIMIT_US 50000

static void check_part(const struct trace_task_part *part, const char *label, double self_us)
{
	assert_string_equal(part->label, label);
	assert_true(fabs(part->self_us - self_us) < 0.5);
}

/* Two names of one task, nested; what it mostly was goes by innermost slices. */
static void a_long_task_is_told_by_its_parts(void **state)
{
	(void)state;
	struct summary_scene scene;
	SUMMARY(&scene, LIMIT_US,
		SLICE("ThreadControllerImpl::RunTask", 1, 1000, 80000), SLICE("RunTask", 1, 1001, 79990),
		SLICE_ARGS("FunctionCall", 1, 2000, 60000,
			"{\"data\":{\"functionName\":\"f\",\"url\":\"http://h/a/b.js?x\",\"lineNumber\":3}}"),
		SLICE("MajorGC", 1, 3000, 20000), SLICE("V8.GC_MC_MARK", 1, 4000, 15000),
		SLICE("RunTask", 1, 90000, 10), SLICE("RunTask", 1, 91000, 49999));
	const struct trace_summary *summary = scene.summary;
	const struct trace_task_totals *totals = &summary_thread(&scene, 1)->tasks.totals[TRACE_TASKS];
	assert_true(totals->count == 3 && totals->over == 1 && totals->busy_us == 80000 + 10 + 49999);
	assert_true(totals->longest_us == 80000);
	assert_true(summary->over_limit == 1 && summary->long_task_count == 1);
	const struct trace_long_task *task = &summary->long_tasks[0];
	assert_true(task->start_us == 1000 && task->dur_us == 80000 && task->cpu_us == 80000 && !task->open);
	assert_int_equal(task->part_count, 3);
	check_part(&task->parts[0], "FunctionCall f (b.js:3)", 40000);
	check_part(&task->parts[1], "RunTask", 79990 - 60000);
	check_part(&task->parts[2], "V8.GC_MC_MARK", 15000);
	summary_release(&scene);
}

/* B and E, nested in each other; what is inside a complete slice is not another task. */
static void pairs_are_tasks_too(void **state)
{
	(void)state;
	struct summary_scene scene;
	SUMMARY(&scene, LIMIT_US,
		PHASE("B", "RunTask", 1, 1000), PHASE("B", "Layout", 1, 2000), PHASE("E", "", 1, 60000), PHASE("E", "", 1, 61000),
		SLICE("RunTask", 1, 70000, 10), PHASE("B", "Paint", 1, 70002), PHASE("E", "", 1, 70004), PHASE("E", "", 1, 70005),
		SLICE("RunTask", 1, 80000, 10), PHASE("B", "RunTask", 1, 90000), PHASE("B", "Paint", 1, 90010),
		SLICE("Layout", 2, 190010, 4));
	const struct trace_task_totals *totals = &summary_thread(&scene, 1)->tasks.totals[TRACE_TASKS];
	assert_int_equal(totals->count, 4);
	assert_true(totals->over == 2 && totals->longest_us == 190014 - 90000);
	assert_int_equal(scene.summary->long_task_count, 2);
	const struct trace_long_task *tasks = scene.summary->long_tasks;
	assert_true(tasks[0].open && tasks[0].start_us == 90000);
	check_part(&tasks[0].parts[0], "Paint", 190014 - 90010);
	assert_true(!tasks[1].open && tasks[1].dur_us == 60000 && isnan(tasks[1].cpu_us));
	check_part(&tasks[1].parts[0], "Layout", 58000);
	summary_release(&scene);
}

static void without_tasks_outermost_slices_stand_in(void **state)
{
	(void)state;
	struct summary_scene scene;
	SUMMARY(&scene, LIMIT_US,
		SLICE("v8.parse", 4, 1000, 70000), SLICE("Inner", 4, 1000, 60000), /* a pool's thread */
		SLICE("Outside", 1, 1000, 90000), SLICE("RunTask", 1, 2000, 55000)); /* a thread with tasks */
	assert_int_equal(trace_tasks_sort(&summary_thread(&scene, 4)->tasks), TRACE_BARE);
	assert_true(summary_thread(&scene, 4)->tasks.totals[TRACE_BARE].over == 1);
	assert_int_equal(scene.summary->over_limit, 2);
	assert_int_equal(scene.summary->long_task_count, 2);
	assert_true(scene.summary->long_tasks[0].thread->tid == 4 && scene.summary->long_tasks[1].start_us == 2000);
	check_part(&scene.summary->long_tasks[0].parts[0], "Inner", 60000);
	summary_release(&scene);
}

static void only_the_longest_are_listed(void **state)
{
	(void)state;
	struct summary_scene scene;
	struct buf text;
	buf_init(&text, 1 << 20);
	enum { TASKS = 3 * TRACE_LONG_TASKS_MAX };
	for (int i = 0; i < TASKS; i++)
		buf_append_format(&text, "%s{\"ph\":\"X\",\"name\":\"RunTask\",\"pid\":7,\"tid\":1,\"ts\":%d,\"dur\":%d}", i ? "," : "[",
			1000000 * i, 50000 + (i * 37 % TASKS) * 100);
	buf_append_text(&text, "]");
	summary_read(&scene, LIMIT_US, text.data, text.length);
	assert_int_equal(scene.summary->over_limit, TASKS);
	assert_int_equal(scene.summary->long_task_count, TRACE_LONG_TASKS_MAX);
	for (int i = 0; i < TRACE_LONG_TASKS_MAX; i++)
		assert_true(scene.summary->long_tasks[i].dur_us == 50000 + (TASKS - 1 - i) * 100);
	buf_release(&text);
	summary_release(&scene);
}

/* More names than are told apart: the rest is "others", and nothing is lost. */
static void many_names_and_great_depth(void **state)
{
	(void)state;
	struct summary_scene scene;
	struct buf text;
	buf_init(&text, 1 << 20);
	buf_append_text(&text, "[{\"ph\":\"X\",\"name\":\"RunTask\",\"pid\":7,\"tid\":1,\"ts\":0,\"dur\":90000}");
	for (int i = 0; i < 200; i++)
		buf_append_format(&text, ",{\"ph\":\"X\",\"name\":\"n%d\",\"pid\":7,\"tid\":1,\"ts\":%d,\"dur\":%d}", i, 10 + i, 80000 - 2 * i);
	buf_append_text(&text, "]");
	summary_read(&scene, LIMIT_US, text.data, text.length);
	assert_int_equal(scene.summary->long_task_count, 1);
	check_part(&scene.summary->long_tasks[0].parts[0], "others", 80000 - 2 * 46);
	buf_release(&text);
	summary_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_task_is_told_by_its_parts),
		cmocka_unit_test(pairs_are_tasks_too),
		cmocka_unit_test(without_tasks_outermost_slices_stand_in),
		cmocka_unit_test(only_the_longest_are_listed),
		cmocka_unit_test(many_names_and_great_depth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
