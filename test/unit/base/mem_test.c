#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/resource.h>

#include "scratch.h"

/* AddressSanitizer asks for it: an absurd size shall be NULL, as without it, and no report. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void gives_zeroed_and_resized_memory(void **state)
{
	(void)state;
	unsigned char *bytes = mem_alloc_zero(1000, 3);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(bytes[i], 0);
	bytes[2999] = 7;
	bytes = mem_resize(bytes, 6000, 1);
	assert_int_equal(bytes[2999], 7);
	bytes = mem_resize(bytes, 0, 1);
	assert_non_null(bytes);
	free(bytes);
	free(mem_alloc_zero(0, 0));
}

static void copies_texts(void **state)
{
	(void)state;
	assert_null(mem_strdup(NULL));
	assert_null(mem_strndup(NULL, 3));
	char *texts[] = {mem_strdup("abc"), mem_strndup("abcdef", 3), mem_format("%c%s", 'a', "bc")};
	for (int i = 0; i < 3; i++) {
		assert_string_equal(texts[i], "abc");
		free(texts[i]);
	}
}

static void exhaust_by_overflow(void)
{
	mem_resize(NULL, SIZE_MAX, 2);
}

static void exhaust_by_null(void)
{
	mem_check(NULL);
}

/* Dies by SIGABRT after one line on stderr. */
static void aborts_with_one_line(void **state)
{
	(void)state;
	void (*const ways[])(void) = {exhaust_by_overflow, exhaust_by_null};
	for (int i = 0; i < 2; i++) {
		int ends[2];
		char line[200] = "";
		assert_int_equal(pipe(ends), 0);
		pid_t pid = fork();
		if (pid == 0) {
			const struct rlimit no_core = {0};
			setrlimit(RLIMIT_CORE, &no_core);
			signal(SIGABRT, SIG_DFL);
			dup2(ends[1], STDERR_FILENO);
			ways[i]();
			_exit(0);
		}
		close(ends[1]);
		int status = scratch_wait(pid);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
		assert_true(read(ends[0], line, sizeof line - 1) > 0);
		assert_non_null(strstr(line, "wasmograph: out of memory"));
		close(ends[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_and_resized_memory),
		cmocka_unit_test(copies_texts),
		cmocka_unit_test(aborts_with_one_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
