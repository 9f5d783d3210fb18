/* Every way to die against its name, and the sentence for it. */
#include "browser/death.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* As a renderer's errorCode comes: a wait status. */
#define EXITED(code) ((code) << 8)

static void test_table(void **state)
{
	(void)state;
	static const struct row {
		const char *about;
		struct browser_death_evidence seen;
		enum browser_death death;
		const char *says;
	} rows[] = {
		{"asked for", {.closed_by_us = true, .exited = true, .exit_code = -1, .exit_signal = SIGKILL,
			.target_crashed = true, .socket_lost = true}, BROWSER_CLOSED_BY_US, "closed"},
		{"no such program", {.exec_failed = true}, BROWSER_FAILED_TO_START, "could not be executed"},
		{"nonsense in the port file", {.unusable = true}, BROWSER_FAILED_TO_START,
			"no debugging endpoint that can be used"},
		{"exits at once", {.exited = true, .exit_code = 1}, BROWSER_FAILED_TO_START,
			"the browser ended with exit status 1 before its debugging port was open"},
		{"exits at once, content", {.exited = true}, BROWSER_FAILED_TO_START, "exit status 0 before"},
		{"crashes at once", {.exited = true, .exit_code = -1, .exit_signal = SIGSEGV},
			BROWSER_FAILED_TO_START, "signal 11 (Segmentation fault) before"},
		{"killed before its port", {.exited = true, .exit_code = -1, .exit_signal = SIGKILL},
			BROWSER_KILLED, "the browser was ended by signal 9 (Killed) before its debugging port was open"},
		{"killed by the kernel before its port",
			{.exited = true, .exit_code = -1, .exit_signal = SIGKILL, .oom_kills = 1},
			BROWSER_OUT_OF_MEMORY, "out-of-memory kills"},
		{"browser crashes", {.endpoint_seen = true, .exited = true, .exit_code = -1, .exit_signal = SIGSEGV},
			BROWSER_CRASHED, "the browser was ended by signal 11 (Segmentation fault)"},
		{"browser aborts", {.endpoint_seen = true, .exited = true, .exit_code = -1, .exit_signal = SIGABRT},
			BROWSER_CRASHED, "signal 6"},
		{"browser traps", {.endpoint_seen = true, .exited = true, .exit_code = -1, .exit_signal = SIGTRAP},
			BROWSER_CRASHED, "signal 5"},
		{"browser fails", {.endpoint_seen = true, .exited = true, .exit_code = 21}, BROWSER_CRASHED,
			"exit status 21"},
		{"browser killed", {.endpoint_seen = true, .exited = true, .exit_code = -1, .exit_signal = SIGKILL,
			.socket_lost = true}, BROWSER_KILLED, "the browser was ended by signal 9 (Killed)"},
		{"browser killed, counter unknown", {.endpoint_seen = true, .exited = true, .exit_code = -1,
			.exit_signal = SIGKILL, .oom_kills = -1}, BROWSER_KILLED, "signal 9"},
		{"browser asked to end", {.endpoint_seen = true, .exited = true, .exit_code = 0}, BROWSER_KILLED,
			"exit status 0"},
		{"browser terminated", {.endpoint_seen = true, .exited = true, .exit_code = -1,
			.exit_signal = SIGTERM}, BROWSER_KILLED, "signal 15"},
		{"killed under a script", {.endpoint_seen = true, .exited = true, .exit_code = 137},
			BROWSER_KILLED, "signal 9 (Killed)"},
		{"crashed under a script", {.endpoint_seen = true, .exited = true, .exit_code = 139},
			BROWSER_CRASHED, "signal 11 (Segmentation fault)"},
		{"killed by the kernel under a script",
			{.endpoint_seen = true, .exited = true, .exit_code = 137, .oom_kills = 2},
			BROWSER_OUT_OF_MEMORY, "counts 2 out-of-memory kills"},
		{"killed by the kernel", {.endpoint_seen = true, .exited = true, .exit_code = -1,
			.exit_signal = SIGKILL, .oom_kills = 1}, BROWSER_OUT_OF_MEMORY, "counts 1"},
		{"crash while somebody else ran out of memory", {.endpoint_seen = true, .exited = true,
			.exit_code = -1, .exit_signal = SIGSEGV, .oom_kills = 1}, BROWSER_CRASHED, "signal 11"},
		{"renderer killed", {.endpoint_seen = true, .target_crashed = true, .target_status = "killed",
			.target_error = SIGKILL}, BROWSER_RENDERER_KILLED, "the renderer was ended by signal 9 (Killed)"},
		{"renderer terminated", {.endpoint_seen = true, .target_crashed = true, .target_status = "killed",
			.target_error = EXITED(241)}, BROWSER_RENDERER_KILLED, "the renderer ended with exit status 241"},
		{"renderer killed by the kernel", {.endpoint_seen = true, .target_crashed = true,
			.target_status = "killed", .target_error = SIGKILL, .oom_kills = 1},
			BROWSER_OUT_OF_MEMORY, "counts 1"},
		{"renderer says so itself", {.endpoint_seen = true, .target_crashed = true, .target_status = "oom"},
			BROWSER_OUT_OF_MEMORY, "the renderer is gone (oom"},
		{"renderer crashes", {.endpoint_seen = true, .target_crashed = true, .target_status = "crashed",
			.target_error = SIGSEGV}, BROWSER_RENDERER_CRASHED, "the renderer was ended by signal 11"},
		{"renderer dumps core", {.endpoint_seen = true, .target_crashed = true, .target_status = "crashed",
			.target_error = SIGILL | 0x80}, BROWSER_RENDERER_CRASHED, "signal 4 (Illegal instruction)"},
		{"renderer exits", {.endpoint_seen = true, .target_crashed = true, .target_status = "abnormal",
			.target_error = EXITED(3)}, BROWSER_RENDERER_CRASHED, "exit status 3"},
		{"renderer never started", {.endpoint_seen = true, .target_crashed = true,
			.target_status = "failed to launch"}, BROWSER_RENDERER_CRASHED, "failed to launch"},
		{"only the inspector says so", {.endpoint_seen = true, .target_crashed = true}, BROWSER_RENDERER_DIED,
			"the renderer is gone, and the browser does not say how"},
		{"a full heap", {.endpoint_seen = true, .target_crashed = true, .target_status = "crashed",
			.target_error = SIGILL, .heap_full = true}, BROWSER_OUT_OF_MEMORY,
			"the renderer was ended by signal 4 (Illegal instruction): its JavaScript heap was full"},
		{"a full heap long ago, and the browser killed", {.endpoint_seen = true, .exited = true,
			.exit_code = -1, .exit_signal = SIGKILL, .heap_full = true}, BROWSER_KILLED,
			"the browser was ended by signal 9 (Killed)"},
		{"browser died of it", {.endpoint_seen = true, .target_crashed = true, .target_status = "killed",
			.target_error = SIGKILL, .exited = true, .exit_code = -1, .exit_signal = SIGSEGV},
			BROWSER_CRASHED, "the browser was ended by signal 11"},
		{"supervisor killed", {.endpoint_seen = true, .supervisor_lost = true, .socket_lost = true},
			BROWSER_SUPERVISOR_KILLED, "supervisor"},
		{"deadline", {.endpoint_seen = true, .deadline_passed = true}, BROWSER_HUNG, "a deadline passed"},
		{"stopped", {.endpoint_seen = true, .deadline_passed = true, .stopped = true}, BROWSER_STOPPED,
			"a deadline passed"},
		{"looping", {.endpoint_seen = true, .deadline_passed = true, .looping = true}, BROWSER_LOOPING,
			"a deadline passed"},
		{"no port in time", {.deadline_passed = true}, BROWSER_HUNG, "alive"},
		{"ended after a deadline", {.endpoint_seen = true, .deadline_passed = true, .exited = true,
			.exit_code = -1, .exit_signal = SIGSEGV}, BROWSER_CRASHED, "signal 11"},
		{"socket", {.endpoint_seen = true, .socket_lost = true}, BROWSER_DISCONNECTED,
			"connection was lost"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[300];
		enum browser_death death = browser_death_classify(&rows[i].seen);
		browser_death_describe(&rows[i].seen, text, sizeof text);
		if (death != rows[i].death || !strstr(text, rows[i].says))
			fail_msg("%s: %s: %s", rows[i].about, browser_death_name(death), text);
	}
}

static void test_names(void **state)
{
	(void)state;
	static const char *const names[] = {[BROWSER_CLOSED_BY_US] = "closed",
		[BROWSER_FAILED_TO_START] = "failed-to-start", [BROWSER_CRASHED] = "browser-crashed",
		[BROWSER_KILLED] = "browser-killed", [BROWSER_RENDERER_CRASHED] = "renderer-crashed",
		[BROWSER_RENDERER_KILLED] = "renderer-killed", [BROWSER_RENDERER_DIED] = "renderer-died",
		[BROWSER_SUPERVISOR_KILLED] = "supervisor-killed",
		[BROWSER_GPU_PROCESS_DIED] = "gpu-process-died",
		[BROWSER_NETWORK_SERVICE_DIED] = "network-service-died", [BROWSER_STORAGE_SERVICE_DIED] = "storage-service-died",
		[BROWSER_STOPPED] = "stopped", [BROWSER_LOOPING] = "looping", [BROWSER_HUNG] = "hung",
		[BROWSER_DISCONNECTED] = "disconnected", [BROWSER_OUT_OF_MEMORY] = "out-of-memory"};
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		assert_string_equal(browser_death_name((enum browser_death)i), names[i]);
}

static void test_short_buffers(void **state)
{
	(void)state;
	struct browser_death_evidence seen = {.endpoint_seen = true, .exited = true, .exit_code = -1,
		.exit_signal = SIGKILL, .oom_kills = 1};
	for (size_t size = 1; size < 150; size++) {
		char text[160];
		memset(text, 'x', sizeof text);
		browser_death_describe(&seen, text, size);
		assert_true(strlen(text) < size);
		assert_int_equal(text[size], 'x');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_short_buffers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
