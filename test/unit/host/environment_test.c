#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base/hash.h"
#include "host/command.h"
#include "host/environment.h"
#include "scratch.h"

static void every_fact_is_there(void **state)
{
	(void)state;
	struct json *facts = environment_read();
	static const struct {
		const char *key;
		bool optional; /* may be null on some machines */
		enum json_type type;
	} rows[] = {
		{"machine_id", false, JSON_STRING}, {"host", false, JSON_STRING},
		{"kernel", false, JSON_STRING}, {"architecture", false, JSON_STRING},
		{"cpu_model", true, JSON_STRING}, {"cpus", false, JSON_NUMBER},
		{"hypervisor", true, JSON_BOOL}, {"governor", true, JSON_STRING},
		{"turbo", true, JSON_BOOL}, {"clock_source", true, JSON_STRING},
		{"transparent_huge_pages", true, JSON_STRING}, {"aslr", true, JSON_NUMBER},
		{"memory_bytes", false, JSON_NUMBER}, {"memory_available_bytes", false, JSON_NUMBER},
		{"swap_bytes", false, JSON_NUMBER}, {"swap_used_bytes", false, JSON_NUMBER},
		{"shm_bytes", true, JSON_NUMBER}, {"shm_available_bytes", true, JSON_NUMBER},
		{"cgroup", false, JSON_OBJECT}, {"load", false, JSON_ARRAY},
	};
	enum { COUNT = sizeof rows / sizeof rows[0] };
	for (size_t i = 0; i < COUNT; i++) {
		struct json *fact = json_get(facts, rows[i].key);
		if (!fact)
			fail_msg("%s is missing", rows[i].key);
		enum json_type type = json_type(fact);
		if (type != rows[i].type && !(rows[i].optional && type == JSON_NULL))
			fail_msg("%s has type %d", rows[i].key, (int)type);
	}
	assert_int_equal(json_length(facts), COUNT);
	assert_int_equal(json_length(json_get(facts, "load")), 3);
	assert_int_equal(json_length(json_get(facts, "cgroup")), 5);
	char *text = json_print(facts, true);
	print_message("%s\n", text);
	free(text);
	json_free(facts);
}

/* Each fact against another program that tells the same. */
static void facts_agree_with_other_programs(void **state)
{
	(void)state;
	static const struct {
		const char *key, *script;
	} rows[] = {
		{"machine_id", "tr -d '\\n' </etc/machine-id | sha256sum | cut -c1-16"},
		{"host", "uname -n"},
		{"kernel", "uname -srv"},
		{"architecture", "uname -m"},
		{"cpu_model", "LC_ALL=C lscpu | sed -n 's/^Model name: *//p'"},
		{"cpus", "getconf _NPROCESSORS_ONLN"},
		{"memory_bytes", "LC_ALL=C free -b | awk '/^Mem:/{print $2}'"},
		{"swap_bytes", "LC_ALL=C free -b | awk '/^Swap:/{print $2}'"},
		{"shm_bytes", "df -B1 --output=size /dev/shm | tail -1 | tr -d ' '"},
		{"aslr", "sysctl -n kernel.randomize_va_space"},
	};
	struct json *facts = environment_read();
	int compared = 0;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *argv[] = {"sh", "-c", rows[i].script, NULL};
		struct command command = {.argv = argv, .deadline_us = 20000000};
		struct err err = {0};
		assert_int_equal(command_run(&command, &err), 0);
		command.out.data[strcspn(command.out.data, "\n")] = '\0';
		if (command.errors.length == 0 && command.out.data[0]) {
			struct json *fact = json_get(facts, rows[i].key);
			char *number = json_print(fact, false);
			assert_string_equal(json_as_text(fact, number), command.out.data);
			free(number);
			compared++;
		}
		command_release(&command);
	}
	assert_true(compared >= 5);
	json_free(facts);
}

static void numbers_are_plausible(void **state)
{
	(void)state;
	struct json *facts = environment_read();
	double memory = json_number(facts, "memory_bytes", -1);
	double available = json_number(facts, "memory_available_bytes", -1);
	assert_true(memory > 0 && available > 0 && available <= memory);
	assert_true(json_number(facts, "swap_used_bytes", -1) <= json_number(facts, "swap_bytes", -1));
	assert_true(json_number(facts, "shm_available_bytes", 0) <= json_number(facts, "shm_bytes", 0));
	assert_true(json_number(facts, "cpus", 0) == environment_cpus());
	assert_true(environment_cpus() >= 1);
	for (struct json *load = json_first(json_get(facts, "load")); load; load = json_next(load))
		assert_true(json_as_number(load, -1) >= 0);
	json_free(facts);
}

static void the_machine_id_hides_the_machine_id(void **state)
{
	(void)state;
	char a[17], b[17], text[100];
	environment_machine_id(a);
	environment_machine_id(b);
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), 16);
	assert_int_equal(strspn(a, "0123456789abcdef"), 16);
	if (fs_read_small("/etc/machine-id", text, sizeof text) > 0)
		assert_null(strstr(text, a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fact_is_there),
		cmocka_unit_test(facts_agree_with_other_programs),
		cmocka_unit_test(numbers_are_plausible),
		cmocka_unit_test(the_machine_id_hides_the_machine_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
