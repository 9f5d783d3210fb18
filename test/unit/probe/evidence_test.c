/* Every rule of "evidence" in probe.json. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/manifest.h"

static struct probe *read_probe(const char *evidence, struct err *err)
{
	char *text = mem_format("{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\",\"arms\":[\"none/main/a\"],"
		"\"parameters\":[{\"name\":\"share_ms\",\"unit\":\"ms\",\"default\":60,\"least\":1,\"most\":10000,\"help\":\"h\"}]%s}",
		evidence);
	struct probe *probe = probe_parse("/probes/p", text, strlen(text), err);
	free(text);
	return probe;
}

static const struct {
	const char *evidence;
	int blocks[EVIDENCE_MODES], most[EVIDENCE_MODES];
	const char *parameter[EVIDENCE_MODES]; /* the only one; NULL: none */
} efforts[] = {
	{ "", { 6, 2, 6 }, { 6, 2, 6 }, { NULL } },
	{ ",\"evidence\":{}", { 6, 2, 6 }, { 6, 2, 6 }, { NULL } },
	{ ",\"evidence\":{\"blocks\":2}", { 2, 2, 2 }, { 2, 2, 2 }, { NULL } },
	{ ",\"evidence\":{\"blocks\":8}", { 8, 2, 8 }, { 8, 2, 8 }, { NULL } },
	{ ",\"evidence\":{\"blocks\":6,\"most_blocks\":9}", { 6, 2, 6 }, { 9, 2, 9 }, { NULL } },
	{ ",\"evidence\":{\"blocks\":6,\"most_blocks\":9,\"quick\":{\"blocks\":3,\"parameters\":{\"share_ms\":300}}}",
		{ 6, 3, 6 }, { 9, 3, 9 }, { NULL, "share_ms=300", NULL } },
	{ ",\"evidence\":{\"blocks\":6,\"most_blocks\":9,\"full\":{\"blocks\":7}}", { 6, 2, 7 }, { 9, 2, 7 }, { NULL } },
	{ ",\"evidence\":{\"parameters\":{\"share_ms\":70},\"full\":{\"blocks\":20,\"parameters\":{\"share_ms\":5000}}}",
		{ 6, 2, 20 }, { 6, 2, 20 }, { "share_ms=70", NULL, "share_ms=5000" } },
};

static void what_is_asked_for_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof efforts / sizeof *efforts; i++) {
		struct err err = { 0 };
		struct probe *probe = read_probe(efforts[i].evidence, &err);
		if (!probe)
			fail_msg("%s", err.text);
		for (int m = 0; m < EVIDENCE_MODES; m++) {
			const struct evidence_effort *effort = &probe->evidence.modes[m];
			assert_int_equal(effort->blocks, efforts[i].blocks[m]);
			assert_int_equal(effort->most_blocks, efforts[i].most[m]);
			assert_int_equal(effort->parameter_count, efforts[i].parameter[m] != NULL);
			if (efforts[i].parameter[m])
				assert_string_equal(effort->parameters[0], efforts[i].parameter[m]);
		}
		probe_free(probe);
	}
}

static const struct {
	const char *evidence, *says;
} mistakes[] = {
	{ "\"blocks\":0", "evidence.blocks" },
	{ "\"blocks\":2.5", "evidence.blocks must be a whole number from 1 to 1000" },
	{ "\"blocks\":1001", "evidence.blocks must be a whole number from 1 to 1000" },
	{ "\"blocks\":\"6\"", "evidence.blocks" },
	{ "\"blocks\":6,\"most_blocks\":5", "evidence.most_blocks must not be less than the blocks" },
	{ "\"block\":6", "evidence" },
	{ "\"parameters\":{\"share_ms\":0}", "evidence.parameters" },
	{ "\"parameters\":{\"share\":5}", "evidence.parameters" },
	{ "\"parameters\":5", "evidence.parameters" },
	{ "\"quick\":{\"block\":6}", "evidence.quick" },
	{ "\"quick\":{\"blocks\":4,\"most_blocks\":3}", "evidence.quick.most_blocks" },
	{ "\"full\":{\"parameters\":{\"share_ms\":10001}}", "evidence.full.parameters" },
	{ "\"full\":6", "evidence.full" },
	{ "\"determinate\":[\"none/main/b\"]", "evidence.determinate holds \"none/main/b\", which matches no arm" },
	{ "\"determinate\":\"*\"", "evidence.determinate" },
	{ "\"quick\":{\"determinate\":[]}", "evidence.quick" },
};

static void what_is_wrong_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		struct err err = { 0 };
		char *text = mem_format(",\"evidence\":{%s}", mistakes[i].evidence);
		struct probe *probe = read_probe(text, &err);
		if (probe || !strstr(err.text, mistakes[i].says))
			fail_msg("%s: '%s' lacks '%s'", text, err.text, mistakes[i].says);
		free(text);
	}
}

static void determinate_arms_are_marked(void **state)
{
	(void)state;
	static const char *const evidence[] = { "", ",\"evidence\":{}", ",\"evidence\":{\"determinate\":[\"none/*/a\"]}" };
	for (size_t i = 0; i < 3; i++) {
		struct err err = { 0 };
		struct probe *probe = read_probe(evidence[i], &err);
		assert_non_null(probe);
		assert_int_equal(probe->arms[0].determinate, i == 2);
		probe_free(probe);
	}
}

static void modes_have_names(void **state)
{
	(void)state;
	assert_string_equal(evidence_mode_name(EVIDENCE_DEFAULT), "default");
	assert_string_equal(evidence_mode_name(EVIDENCE_QUICK), "quick");
	assert_string_equal(evidence_mode_name(EVIDENCE_FULL), "full");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_for_is_read),
		cmocka_unit_test(determinate_arms_are_marked),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(modes_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
