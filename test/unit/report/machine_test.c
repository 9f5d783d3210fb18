/* Machines as people read them. */
#include "report/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void is_a_sentence(void **state)
{
	(void)state;
	static const struct { const char *environment, *says, *cpus_by; } rows[] = {
		{ "{\"browser\":{\"version\":\"Chromium 156.0.8078.79 built on Debian 12\",\"mode\":\"shell\"},\"host\":\"lab1\","
		  "\"cpu_model\":\"AMD EPYC\",\"cpus\":2,\"kernel\":\"6.1.0-18-amd64\",\"hypervisor\":true}",
			"Chromium 156.0.8078.79 shell on lab1: AMD EPYC × 2, Linux 6.1.0-18-amd64, virtual machine" },
		{ "{\"kernel\":\"Linux 6.1.0 #1 SMP\",\"cpus_asked\":{\"browser\":\"1\",\"daemon\":\"0\"}}",
			"browser unknown headless on this machine: CPU unknown × 0, Linux 6.1.0, browser on CPUs 1, daemon on CPUs 0" },
		{ "{\"kernel\":\"6.1\",\"cpus_asked\":{\"browser\":\"1\",\"daemon\":null}}",
			"browser unknown headless on this machine: CPU unknown × 0, Linux 6.1, browser on CPUs 1 (cpuset)", "cpuset" },
		{ "{\"kernel\":\"6.1\",\"cpus_asked\":{\"browser\":null,\"daemon\":\"0\"}}",
			"browser unknown headless on this machine: CPU unknown × 0, Linux 6.1, daemon on CPUs 0", "cpuset" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct err err = { 0 };
		struct json *environment = json_parse(rows[i].environment, strlen(rows[i].environment), 1 << 16, "the environment", &err);
		assert_non_null(environment);
		char *text = machine_text(environment, rows[i].cpus_by);
		assert_string_equal(text, rows[i].says);
		free(text);
		json_free(environment);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(is_a_sentence) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
