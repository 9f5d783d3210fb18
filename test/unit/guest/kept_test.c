/* A guest that was measured comes back as it was, from the results alone, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "guest/kept.h"

#include "fixture.h"

/* The fixture's guest, kept under the fixture's root; returns its id. */
static void keep(struct fixture *fixture, char id[65])
{
	struct err err = { 0 };
	struct guest_build build = fixture_result(fixture);
	if (guest_build_keep(&build, fixture->root, &err))
		fail_msg("%s", err.text);
	snprintf(id, 65, "%s", build.id);
	guest_build_release(&build);
}

static void test_comes_back_as_it_was(void **state)
{
	struct fixture *fixture = *state;
	struct err err = { 0 };
	struct guest_build built = fixture_result(fixture), kept;
	char id[65];
	keep(fixture, id);
	if (guest_kept_open(fixture->root, id, "another", &kept, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kept.id, built.id);
	assert_string_equal(kept.inputs, built.inputs);
	assert_string_equal(kept.start, built.start);
	assert_string_equal(kept.toolchain, built.toolchain);
	assert_string_equal(kept.name, "another");
	assert_string_equal(strrchr(kept.output, '/'), strrchr(built.output, '/'));
	assert_string_not_equal(kept.output, built.output); /* not the cache's */
	assert_false(kept.failed);
	assert_null(kept.glue);
	guest_build_release(&kept);
	guest_build_release(&built);
}

static void assert_refused(struct fixture *fixture, const char *id, enum err_code code, const char *why)
{
	struct err err = { 0 };
	struct guest_build kept;
	assert_int_equal(guest_kept_open(fixture->root, id, "made", &kept, &err), -1);
	assert_int_equal(err.code, code);
	if (!strstr(err.text, why) || !strstr(err.text, "is not built anew"))
		fail_msg("'%s' is missing in: %s", why, err.text);
}

static void test_gone_is_said(void **state)
{
	struct fixture *fixture = *state;
	struct err err;
	char id[65];
	assert_refused(fixture, "0123", ERR_NOT_FOUND, "builds/0123");
	keep(fixture, id);
	char *folder = fs_join3(fixture->root, "builds", id), *output = fs_join(folder, "guest.wasm");
	assert_int_equal(fs_remove_tree(output, &err), 0);
	assert_refused(fixture, id, ERR_NOT_FOUND, "guest.wasm");
	free(output);
	free(folder);
}

static void test_changed_is_said(void **state)
{
	struct fixture *fixture = *state;
	char id[65];
	keep(fixture, id);
	char *path = mem_format("builds/%s/guest.wasm", id);
	scratch_write(fixture->root, path, "made otherwise");
	assert_refused(fixture, id, ERR_INVALID, "is not what was measured");
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_comes_back_as_it_was, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(test_gone_is_said, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(test_changed_is_said, fixture_set_up, fixture_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
