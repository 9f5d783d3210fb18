#include "trace/scene.h"

#include "trace/names.h"

static struct trace_name find(const char *name)
{
	struct trace_names names;
	const struct trace_text text = { name, strlen(name), strchr(name, '\\') != NULL };
	trace_names_init(&names);
	return trace_names_find(&names, &text);
}

static void names_have_their_meaning(void **state)
{
	(void)state;
	static const struct { const char *name; enum trace_what class; unsigned flags; } rows[] = {
		{ "RunTask", TRACE_TASK, 0 }, { "ThreadControllerImpl::RunTask", TRACE_TASK, 0 },
		{ "FunctionCall", TRACE_JS, 0 }, { "XHRLoad", TRACE_JS, 0 }, { "XHR", TRACE_JS, 0 },
		{ "HandlePostMessage", TRACE_JS, TRACE_NAME_HANDLER },
		{ "SchedulePostMessage", TRACE_IDLE, TRACE_NAME_POST },
		{ "V8.GC_MC_INCREMENTAL", TRACE_GC, 0 }, { "V8.GC", TRACE_GC, 0 }, { "MajorGC", TRACE_GC, 0 },
		{ "BlinkGC.AtomicPhase", TRACE_GC, 0 }, { "CppGC.Sweep", TRACE_GC, 0 },
		{ "h:guest", TRACE_GUEST, TRACE_NAME_MEASURE }, { "h:guestgc", TRACE_GUEST_GC, TRACE_NAME_MEASURE },
		{ "align:main", TRACE_IDLE, TRACE_NAME_MARK_MAIN }, { "align:worker", TRACE_IDLE, TRACE_NAME_MARK_WORKER },
		{ "h:\\u0067uest", TRACE_GUEST, TRACE_NAME_MEASURE }, /* however it is escaped */
		/* What only looks like one. */
		{ "", TRACE_IDLE, 0 }, { "R", TRACE_IDLE, 0 }, { "RunTas", TRACE_IDLE, 0 }, { "RunTask2", TRACE_IDLE, 0 },
		{ "runTask", TRACE_IDLE, 0 }, { "V8.G", TRACE_IDLE, 0 }, { "V8.DeoptimizeCode", TRACE_IDLE, 0 },
		{ "h:guest-gc", TRACE_IDLE, 0 }, { "align:", TRACE_IDLE, 0 }, { "wasm.", TRACE_IDLE, 0 },
		{ "Blink", TRACE_IDLE, 0 }, { "\\", TRACE_IDLE, 0 },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct trace_name found = find(rows[i].name);
		if (found.class != rows[i].class || found.flags != rows[i].flags)
			fail_msg("%s: class %d flags %u", rows[i].name, found.class, found.flags);
	}
}

static void a_very_long_name_is_none(void **state)
{
	(void)state;
	char name[5000];
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_int_equal(find(name).class, TRACE_IDLE);
	memcpy(name, "V8.GC", 5);
	assert_int_equal(find(name).class, TRACE_GC);
	name[10] = '\\'; /* escaped and longer than any of ours */
	assert_int_equal(find(name).class, TRACE_IDLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_have_their_meaning),
		cmocka_unit_test(a_very_long_name_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
