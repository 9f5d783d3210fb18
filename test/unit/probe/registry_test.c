#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "probe/registry.h"
#include "scratch.h"

static const char minimal[] = "{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\","
	"\"arms\":[\"none/worker/idle\"]}";

static char *make_tree(void)
{
	char *root = scratch_make("registry");
	scratch_write(root, "probes/beta/probe.json", minimal);
	scratch_write(root, "probes/alpha/probe.json", minimal);
	scratch_write(root, "probes/broken/probe.json", "{\"schema\":1,}");
	scratch_write(root, "probes/plans/quick.json", "{}");
	scratch_write(root, "probes/README", "no folder");
	scratch_write(root, "elsewhere/own/probe.json", minimal);
	return root;
}

static void test_names(void **state)
{
	struct err err = { 0 };
	size_t count;
	char *root = make_tree();
	char **names = registry_probe_names(root, &count, &err);
	(void)state;
	assert_int_equal(count, 3);
	assert_string_equal(names[0], "alpha");
	assert_string_equal(names[1], "beta");
	assert_string_equal(names[2], "broken");
	fs_list_free(names, count);
	scratch_remove(root);
}

static void test_found(void **state)
{
	struct err err = { 0 };
	char *root = make_tree();
	char *path = fs_join3(root, "elsewhere", "own/");
	struct probe *probe = registry_probe(root, "beta", &err);
	(void)state;
	assert_non_null(probe);
	assert_string_equal(probe->name, "beta");
	assert_true(probe->folder[0] == '/' && strstr(probe->folder, "/probes/beta"));
	probe_free(probe);
	probe = registry_probe(root, path, &err);
	assert_non_null(probe);
	assert_string_equal(probe->name, "own");
	probe_free(probe);
	free(path);
	scratch_remove(root);
}

static void test_not_found(void **state)
{
	static const char *const names[] = { "gamma", "plans", "README", "", ".", "..", "alpha/nothing" };
	char *root = make_tree();
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct err err = { 0 };
		assert_null(registry_probe(root, names[i], &err));
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, "alpha, beta, broken"));
	}
	scratch_remove(root);
}

static void test_broken(void **state)
{
	struct err err = { 0 };
	char *root = make_tree();
	(void)state;
	assert_null(registry_probe(root, "broken", &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.text, "probes/broken/probe.json"));
	scratch_remove(root);
}

static void test_given_root(void **state)
{
	struct err err = { 0 };
	char *root = make_tree();
	char *found = registry_root(root, &err);
	(void)state;
	assert_non_null(found);
	assert_true(found[0] == '/');
	free(found);
	char *wrong = fs_join(root, "elsewhere");
	assert_null(registry_root(wrong, &err));
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.text, "--data"));
	free(wrong);
	scratch_remove(root);
}

/* This test's own executable stands in the source tree's build folder, like build/wasmograph. Every probe that
 * is shipped is read. */
static void test_source_tree(void **state)
{
	struct err err = { 0 };
	size_t count;
	char *root = registry_root(NULL, &err);
	(void)state;
	if (!root)
		fail_msg("%s", err.text);
	char **names = registry_probe_names(root, &count, &err);
	assert_true(count >= 2);
	for (size_t i = 0; i < count; i++) {
		struct probe *probe = registry_probe(root, names[i], &err);
		if (!probe)
			fail_msg("%s", err.text);
		probe_free(probe);
	}
	fs_list_free(names, count);
	free(root);
}

/* PREFIX/bin/PROGRAM with PREFIX/share/wasmograph/probes: a copy of this executable prints what it finds. */
static void test_installed(void **state)
{
	struct err err = { 0 };
	char found[400];
	char *prefix = scratch_make("prefix");
	char *self = fs_self_path(), *program = fs_join3(prefix, "bin", "program");
	(void)state;
	scratch_write(prefix, "bin/program", "");
	scratch_write(prefix, "share/wasmograph/probes/x/probe.json", minimal);
	assert_int_equal(fs_copy(self, program, 0755, &err), 0);
	char *command = mem_format("%s --print-root", program);
	FILE *out = popen(command, "r");
	assert_non_null(fgets(found, sizeof found, out));
	assert_int_equal(pclose(out), 0);
	char *wanted = fs_join3(prefix, "share", "wasmograph");
	assert_string_equal(found, wanted);
	free(wanted);
	free(command);
	free(program);
	free(self);
	scratch_remove(prefix);
}

static int print_root(void)
{
	struct err err = { 0 };
	char *root = registry_root(NULL, &err);
	fputs(root ? root : err.text, stdout);
	free(root);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_given_root),
		cmocka_unit_test(test_source_tree),
		cmocka_unit_test(test_installed),
	};
	if (argc > 1 && strcmp(argv[1], "--print-root") == 0)
		return print_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
