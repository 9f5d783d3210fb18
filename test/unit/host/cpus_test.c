/* Lists of processors, by rows; and that who takes some has them, and children too. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "host/cpus.h"
#include "support/first_cpu.h"

static void what_is_asked_for(void **state)
{
	(void)state;
	const struct { const char *text, *browser, *daemon, *says; } rows[] = {
		{ "browser=@", "@", NULL, NULL },
		{ "daemon=@", NULL, "@", NULL },
		{ "browser=@,daemon=@", "@", "@", NULL },
		{ "daemon=@,browser=@,@-@", "@", "@", NULL },
		{ "", NULL, NULL, "use browser=LIST,daemon=LIST" },
		{ "@", NULL, NULL, "use browser=LIST,daemon=LIST" },
		{ "browser", NULL, NULL, "use browser=LIST,daemon=LIST" },
		{ "sampler=@", NULL, NULL, "use browser=LIST,daemon=LIST" },
		{ "browser=", NULL, NULL, "is no list" },
		{ "browser=@,", NULL, NULL, "is no list" },
		{ "browser=@x", NULL, NULL, "is no list" },
		{ "browser=x", NULL, NULL, "is no list" },
		{ "browser=,@", NULL, NULL, "is no list" },
		{ "browser=@,,@", NULL, NULL, "is no list" },
		{ "browser=-@", NULL, NULL, "is no list" },
		{ "browser=9-8", NULL, NULL, "is no list" },
		{ "browser=@-", NULL, NULL, "is no list" },
		{ "browser=99999999999999999999", NULL, NULL, "is no list" },
		{ "browser=1023", NULL, NULL, "not all of 1023 are processors" },
		{ "browser=@,browser=@", NULL, NULL, "named twice" },
		{ "browser=@,demon=@", NULL, NULL, "use browser=LIST,daemon=LIST" },
	};
	char cpu[16];
	snprintf(cpu, sizeof cpu, "%d", first_cpu());
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[128] = "";
		struct cpus_split split;
		struct err err = { 0 };
		for (const char *at = rows[i].text; *at; at++)
			snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s", *at == '@' ? 16 : 1, *at == '@' ? cpu : at);
		int result = cpus_split_parse(text, &split, &err);
		if (result != (rows[i].says ? -1 : 0) || (result && (err.code != ERR_USAGE || !strstr(err.text, rows[i].says))))
			fail_msg("%s: %d, %s", text, result, err.text);
		if (result) {
			assert_true(!split.browser && !split.daemon);
			continue;
		}
		assert_true(!split.browser == !rows[i].browser && !split.daemon == !rows[i].daemon);
		assert_true(!split.browser || strcmp(split.browser, cpu) == 0);
		assert_true(!split.daemon || strcmp(split.daemon, cpu) == 0);
		cpus_split_release(&split);
	}
}

static void what_is_taken_is_had_by_children_too(void **state)
{
	(void)state;
	char cpu[16];
	struct err err = { 0 };
	char *before = cpus_of(0);
	assert_non_null(before);
	snprintf(cpu, sizeof cpu, "%d", first_cpu());
	assert_int_equal(cpus_take(cpu, &err), 0);
	pid_t child = fork();
	if (child == 0) {
		char *ours = cpus_of(0);
		_exit(ours && strcmp(ours, cpu) == 0 ? 0 : 1);
	}
	int status;
	char *seen = cpus_of(getpid());
	assert_string_equal(seen, cpu);
	free(seen);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(cpus_take(before, &err), 0);
	seen = cpus_of(0);
	assert_string_equal(seen, before);
	free(seen);
	free(before);
}

static void what_cannot_be_taken_is_told(void **state)
{
	(void)state;
	struct err err = { 0 };
	char *before = cpus_of(0);
	assert_int_equal(cpus_take("1023", &err), -1);
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	char *after = cpus_of(0);
	assert_string_equal(after, before);
	free(before);
	free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_for),
		cmocka_unit_test(what_is_taken_is_had_by_children_too),
		cmocka_unit_test(what_cannot_be_taken_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
