/* A data root with one toolchain, `sh`, whose compiler is a shell script that is the guest's source: so a test says
 * in one line what the compiler does. Include after <cmocka.h>. */
#ifndef WASMOGRAPH_TEST_GUEST_FIXTURE_H
#define WASMOGRAPH_TEST_GUEST_FIXTURE_H

#include "guest/build.h"
#include "scratch.h"

struct fixture {
	char *root, *source, *cache;
};

/* %s: "glue" and "deadline_s". */
#define SH_TOOLCHAIN "{\"schema\":1,\"name\":\"sh\",\"title\":\"t\"," \
	"\"programs\":{\"sh\":{\"paths\":[\"/nonexistent/sh\",\"/bin/sh\"],\"package\":\"the package dash\"}}," \
	"\"files\":{\"part\":{\"paths\":[\"{root}/part.txt\"],\"package\":\"it\"}}," \
	"\"variables\":{\"word\":[\"{sh}\",\"-c\",\"echo first; echo second\"]}," \
	"\"command\":[\"{sh}\",\"build.sh\",\"{output}\",\"{options}\",\"{word}\"]," \
	"\"environment\":{\"PATH\":\"/usr/bin:/bin\",\"CACHE\":\"{cache}\"},\"glue\":%s," \
	"\"start\":\"go-js\",\"output\":\"guest.wasm\",\"inputs\":[\"*.sh\",\"data/*.txt\"]," \
	"\"options\":{\"opt\":{\"default\":null,\"command\":[\"-opt\",\"{value}\"]}," \
	"\"debug\":{\"default\":true,\"command\":[\"-g\"]}}," \
	"\"runtime_environment\":[],\"versions\":[[\"{sh}\",\"-c\",\"echo sh 1\"]]," \
	"\"reports\":{\"words\":[\"{sh}\",\"-c\",\"echo $0 $*; ls; echo $CACHE | wc -l >&2; exit 3\",\"{options}\",\"{word}\"]}," \
	"\"deadline_s\":%s}"

static inline void fixture_toolchain(const struct fixture *fixture, const char *glue,
	const char *deadline_s)
{
	char *text = mem_format(SH_TOOLCHAIN, glue, deadline_s);
	scratch_write(fixture->root, "probes/toolchains/sh.json", text);
	free(text);
}

static inline void fixture_script(const struct fixture *fixture, const char *script)
{
	scratch_write(fixture->source, "build.sh", script);
}

static inline int fixture_set_up(void **state)
{
	struct fixture *fixture = mem_alloc_zero(1, sizeof(*fixture));
	fixture->root = scratch_make("guest");
	fixture->source = fs_join(fixture->root, "source");
	fixture->cache = fs_join(fixture->root, "cache");
	fixture_toolchain(fixture, "null", "30");
	scratch_write(fixture->root, "part.txt", "part");
	fixture_script(fixture, "printf made > \"$1\"");
	*state = fixture;
	return 0;
}

static inline int fixture_tear_down(void **state)
{
	struct fixture *fixture = *state;
	free(fixture->source);
	free(fixture->cache);
	scratch_remove(fixture->root);
	free(fixture);
	return 0;
}

static inline int fixture_build_with(const struct fixture *fixture, const char *toolchain_name,
	const struct json *options, struct guest_build *build, struct err *err)
{
	struct guest_source source = { .data_root = fixture->root, .cache = fixture->cache,
		.name = "g", .folder = fixture->source, .options = options };
	struct toolchain *toolchain = toolchain_load(fixture->root, toolchain_name, err);
	if (!toolchain)
		fail_msg("%s", err->text);
	int result = guest_build(toolchain, &source, build, err);
	toolchain_free(toolchain);
	return result;
}

static inline int fixture_build(const struct fixture *fixture, struct guest_build *build,
	struct err *err)
{
	return fixture_build_with(fixture, "sh", NULL, build, err);
}

/* Builds, which must succeed in the sense that there is a result. */
static inline struct guest_build fixture_result(const struct fixture *fixture)
{
	struct guest_build build;
	struct err err = { 0 };
	if (fixture_build(fixture, &build, &err))
		fail_msg("%s", err.text);
	return build;
}

/* Entries of the cache but for its lock. */
static inline size_t fixture_cached(const struct fixture *fixture)
{
	size_t count, kept = 0;
	char **names = fs_list(fixture->cache, &count, NULL);
	for (size_t i = 0; names && i < count; i++)
		kept += strcmp(names[i], ".lock") != 0 && strcmp(names[i], ".toolchains") != 0;
	if (names)
		fs_list_free(names, count);
	return kept;
}

#endif
