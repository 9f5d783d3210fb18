/* The reader against modules written out by hand, against wasm-objdump (Debian package wabt) on what the Go
 * compiler really writes, and against broken bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "guest/build.h"
#include "guest/wasm.h"
#include "probe/registry.h"
#include "scratch.h"

#define HEADER "\0asm\1\0\0\0"
#define BYTES(text) text, sizeof(text) - 1

/* One module with one of everything that is read. */
static const char everything[] = HEADER
	"\x00\x08\x04" "meta" "\xFF\xFE\xFD"           /* custom, contents of any kind */
	"\x01\x04\x01\x60\x00\x00"                     /* type */
	"\x02\x3A\x06"                                 /* import: six */
	"\x04" "gojs" "\x08" "runtime." "\x00\x00"     /*   function */
	"\x01" "m" "\x01" "t" "\x01\x63\x70\x00\x05"   /*   table of (ref null func), at least 5 */
	"\x01" "m" "\x03" "mem" "\x02\x03\x01\x10"     /*   memory, shared, 1 … 16 */
	"\x01" "m" "\x01" "g" "\x03\x7F\x01"           /*   mutable i32 */
	"\x01" "m" "\x01" "r" "\x03\x64\x00\x00"       /*   global of (ref 0) */
	"\x01" "m" "\x01" "e" "\x04\x00\x00"           /*   tag */
	"\x03\x03\x02\x00\x00"                         /* function: two */
	"\x04\x04\x01\x70\x00\x01"                     /* table: one */
	"\x05\x05\x01\x05\x02\x80\x02"                 /* memory: 64-bit, 2 … 256 */
	"\x06\x06\x01\x7F\x00\x41\x07\x0B"             /* global: one */
	"\x07\x0A\x02\x03" "run" "\x00\x01\x00\x02\x00" /* export: "run" function 1, "" memory 0 */
	"\x08\x01\x01"                                 /* start: 1 */
	"\x0C\x01\x04"                                 /* data count */
	"\x0A\x07\x02\x02\x00\x0B\x02\x00\x0B"         /* code: two */
	"\x0B\x26\x04"                                 /* data: four */
	"\x00\x41\x80\x08\x0B\x03" "abc"               /*   active at an i32.const */
	"\x01\x02" "de"                                /*   passive */
	"\x02\x00\x23\x00\x41\x01\x6A\x0B\x01" "f"     /*   memory 0 at global + 1 */
	"\x00\x42\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x0B\x00" /* at a long i64.const */
	"\x00\x06\x04" "name" "\x00";

static struct json *describe(const void *bytes, size_t length, struct err *err)
{
	void *copy = malloc(length ? length : 1); /* exact, so that a read beyond is found */
	memcpy(copy, bytes, length);
	struct json *described = wasm_describe(copy, length, err);
	free(copy);
	return described;
}

static void test_everything(void **state)
{
	static const char wanted[] = "{\"version\":1,\"sections\":["
		"{\"id\":0,\"name\":\"meta\",\"offset\":8,\"bytes\":8},"
		"{\"id\":1,\"name\":\"type\",\"offset\":18,\"bytes\":4},"
		"{\"id\":2,\"name\":\"import\",\"offset\":24,\"bytes\":58},"
		"{\"id\":3,\"name\":\"function\",\"offset\":84,\"bytes\":3},"
		"{\"id\":4,\"name\":\"table\",\"offset\":89,\"bytes\":4},"
		"{\"id\":5,\"name\":\"memory\",\"offset\":95,\"bytes\":5},"
		"{\"id\":6,\"name\":\"global\",\"offset\":102,\"bytes\":6},"
		"{\"id\":7,\"name\":\"export\",\"offset\":110,\"bytes\":10},"
		"{\"id\":8,\"name\":\"start\",\"offset\":122,\"bytes\":1},"
		"{\"id\":12,\"name\":\"data_count\",\"offset\":125,\"bytes\":1},"
		"{\"id\":10,\"name\":\"code\",\"offset\":128,\"bytes\":7},"
		"{\"id\":11,\"name\":\"data\",\"offset\":137,\"bytes\":38},"
		"{\"id\":0,\"name\":\"name\",\"offset\":177,\"bytes\":6}],"
		"\"imports\":["
		"{\"module\":\"gojs\",\"name\":\"runtime.\",\"kind\":\"function\"},"
		"{\"module\":\"m\",\"name\":\"t\",\"kind\":\"table\"},"
		"{\"module\":\"m\",\"name\":\"mem\",\"kind\":\"memory\"},"
		"{\"module\":\"m\",\"name\":\"g\",\"kind\":\"global\"},"
		"{\"module\":\"m\",\"name\":\"r\",\"kind\":\"global\"},"
		"{\"module\":\"m\",\"name\":\"e\",\"kind\":\"tag\"}],"
		"\"exports\":[{\"name\":\"run\",\"kind\":\"function\",\"index\":1},"
		"{\"name\":\"\",\"kind\":\"memory\",\"index\":0}],"
		"\"memories\":["
		"{\"initial_pages\":1,\"maximum_pages\":16,\"shared\":true,\"imported\":true},"
		"{\"initial_pages\":2,\"maximum_pages\":256,\"shared\":false,\"imported\":false}],"
		"\"functions\":2,\"tables\":1,\"globals\":1,\"data_segments\":4,\"data_bytes\":6,"
		"\"code_bytes\":7,\"custom_bytes\":14,\"has_names\":true,\"start\":1}";
	struct err err = { 0 };
	struct json *described = describe(BYTES(everything), &err);
	(void)state;
	if (!described)
		fail_msg("%s", err.text);
	char *text = json_print(described, false);
	assert_string_equal(text, wanted);
	free(text);
	json_free(described);
}

static void test_empty(void **state)
{
	struct err err = { 0 };
	struct json *described = describe(BYTES(HEADER), &err);
	(void)state;
	assert_non_null(described);
	assert_int_equal(json_length(json_get(described, "sections")), 0);
	assert_false(json_bool(described, "has_names", true));
	assert_int_equal(json_type(json_get(described, "start")), JSON_NULL);
	json_free(described);
}

static void test_broken(void **state)
{
	static const struct { const char *bytes; size_t length; const char *says; } rows[] = {
		{ BYTES(""), "at byte 0 of 0" },
		{ BYTES("\0asm"), "does not begin" },
		{ BYTES("\0asn\1\0\0\0"), "does not begin" },
		{ BYTES("\0asm\2\0\0\0"), "does not begin" },
		{ BYTES("\x7F" "ELF\1\1\1\0"), "does not begin" },
		{ BYTES(HEADER "\x01"), "end too early (at byte 9 of 9)" },
		{ BYTES(HEADER "\x01\x05\x00"), "end too early" },
		{ BYTES(HEADER "\x01\xFF\xFF\xFF\xFF\x0F"), "end too early" },
		{ BYTES(HEADER "\x01\xFF\xFF\xFF\xFF\xFF\x0F"), "number is too long" },
		{ BYTES(HEADER "\x00\x01\x05"), "end too early" },
		{ BYTES(HEADER "\x00\x02\x01\xFF"), "a name is not UTF-8" },
		{ BYTES(HEADER "\x02\x02\x01\x00"), "end too early" },
		{ BYTES(HEADER "\x02\x04\x01\x00\x00\x09"), "unknown kind" },
		{ BYTES(HEADER "\x02\x05\xFF\xFF\xFF\xFF\x0F"), "more than 100000 entries" },
		{ BYTES(HEADER "\x02\x02\x00\x00"), "longer than its contents" },
		{ BYTES(HEADER "\x05\x03\x01\x08\x00"), "unknown flags" },
		{ BYTES(HEADER "\x07\x04\x01\x00\x05\x00"), "unknown kind" },
		{ BYTES(HEADER "\x0B\x03\x01\x03\x00"), "unknown mode" },
		{ BYTES(HEADER "\x0B\x04\x01\x00\x10\x00"), "unknown instruction" },
		{ BYTES(HEADER "\x0B\x06\x01\x00\x41\x00\x0B\x01"), "end too early" },
		{ BYTES(HEADER "\x0B\x05\xFF\xFF\xFF\xFF\x0F"), "end too early" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		if (describe(rows[i].bytes, rows[i].length, &err))
			fail_msg("accepted: row %zu (%s)", i, rows[i].says);
		assert_int_equal(err.code, ERR_INVALID);
		if (!strstr(err.text, rows[i].says))
			fail_msg("row %zu: %s", i, err.text);
	}
}

/* What a truncated module gives is an error, or, cut between two sections, a shorter module. */
static void test_truncated(void **state)
{
	size_t whole = 0;
	(void)state;
	for (size_t length = 0; length < sizeof everything - 1; length++) {
		struct err err = { 0 };
		struct json *described = describe(everything, length, &err);
		whole += described != NULL;
		json_free(described);
	}
	assert_int_equal(whole, 13); /* the header and 12 sections before the last */
}

static void mutate(const char *bytes, size_t length, size_t rounds, uint64_t seed)
{
	struct rng rng;
	rng_seed(&rng, seed, "wasm mutations");
	char *copy = malloc(length);
	size_t refused = 0;
	for (size_t round = 0; round < rounds; round++) {
		struct err err = { 0 };
		memcpy(copy, bytes, length);
		for (uint32_t k = rng_below(&rng, 4) + 1; k > 0; k--)
			copy[rng_below(&rng, (uint32_t)length)] = (char)rng_next(&rng);
		struct json *described = wasm_describe(copy, length, &err);
		refused += described == NULL;
		assert_true(described || err.code == ERR_INVALID);
		json_free(described);
	}
	assert_true(refused > 0);
	free(copy);
}

static void test_mutations(void **state)
{
	(void)state;
	mutate(BYTES(everything), 50000, 1);
}

/* ---- what the Go compiler writes ---- */

struct real {
	struct guest_build build;
	struct buf bytes;
	struct json *described;
};

static int build_real(void **state)
{
	struct err err = { 0 };
	struct real *real = mem_alloc_zero(1, sizeof(*real));
	char *root = registry_root(NULL, &err);
	struct toolchain *toolchain = root ? toolchain_load(root, "gc", &err) : NULL;
	char *folder = root ? fs_join3(root, "probes", "ping/guests/go") : NULL;
	struct guest_source source = { .data_root = root, .name = "gc", .folder = folder };
	if (!toolchain || guest_build(toolchain, &source, &real->build, &err)
	    || fs_read(real->build.output, 64 << 20, &real->bytes, &err))
		fail_msg("%s", err.text);
	toolchain_free(toolchain);
	free(folder);
	free(root);
	real->described = wasm_describe(real->bytes.data, real->bytes.length, &err);
	*state = real;
	return 0;
}

static int release_real(void **state)
{
	struct real *real = *state;
	guest_build_release(&real->build);
	buf_release(&real->bytes);
	json_free(real->described);
	free(real);
	return 0;
}

static FILE *objdump(const struct real *real, const char *options)
{
	char *command = mem_format("wasm-objdump %s '%s'", options, real->build.output);
	FILE *out = popen(command, "r");
	free(command);
	assert_non_null(out);
	return out;
}

/* " Import start=0x000000c4 end=0x000002f5 (size=0x00000231) count: 19", custom sections with their name */
static void test_real_sections(void **state)
{
	struct real *real = *state;
	const struct json *section = json_first(json_get(real->described, "sections"));
	FILE *out = objdump(real, "-h");
	char line[400];
	size_t seen = 0;
	while (fgets(line, sizeof line, out)) {
		unsigned start, end, size, count = 0;
		char kind[20], name[100] = "";
		if (sscanf(line, " %19s start=%x end=%x (size=%x) count: %u", kind, &start, &end, &size,
			    &count) < 4)
			continue;
		seen++;
		assert_non_null(section);
		assert_true(json_number(section, "bytes", -1) == size);
		/* ours is where the id stands: before the length, of one to five bytes */
		double before = start - json_number(section, "offset", -1);
		assert_true(before >= 2 && before <= 6);
		if (sscanf(line, " Custom %*s %*s (%*s \"%99[^\"]", name) == 1)
			assert_string_equal(json_text(section, "name", ""), name);
		if (strcmp(kind, "Function") == 0)
			assert_true(json_number(real->described, "functions", -1) == count);
		if (strcmp(kind, "Global") == 0)
			assert_true(json_number(real->described, "globals", -1) == count);
		if (strcmp(kind, "Table") == 0)
			assert_true(json_number(real->described, "tables", -1) == count);
		if (strcmp(kind, "Data") == 0)
			assert_true(json_number(real->described, "data_segments", -1) == count);
		if (strcmp(kind, "Code") == 0)
			assert_true(json_number(real->described, "code_bytes", -1) == size);
		section = json_next(section);
	}
	assert_int_equal(pclose(out), 0);
	assert_null(section);
	assert_true(seen > 10);
}

static void test_real_imports(void **state)
{
	struct real *real = *state;
	const struct json *import = json_first(json_get(real->described, "imports"));
	FILE *out = objdump(real, "-x -j Import");
	char line[400], wanted[400];
	while (fgets(line, sizeof line, out)) {
		char *arrow = strstr(line, " <- ");
		if (!arrow)
			continue;
		assert_non_null(import);
		snprintf(wanted, sizeof wanted, " <- %s.%s\n", json_text(import, "module", ""),
			json_text(import, "name", ""));
		assert_string_equal(arrow, wanted);
		assert_string_equal(json_text(import, "kind", ""), "function");
		import = json_next(import);
	}
	assert_int_equal(pclose(out), 0);
	assert_null(import);
	assert_true(json_length(json_get(real->described, "imports")) > 10);
}

static void test_real_exports(void **state)
{
	struct real *real = *state;
	const struct json *export = json_first(json_get(real->described, "exports"));
	FILE *out = objdump(real, "-x -j Export");
	char line[400], wanted[400];
	while (fgets(line, sizeof line, out)) {
		unsigned index;
		char *arrow = strstr(line, " -> ");
		if (!arrow || (sscanf(line, " - func[%u]", &index) != 1
			&& sscanf(line, " - memory[%u]", &index) != 1))
			continue;
		assert_non_null(export);
		snprintf(wanted, sizeof wanted, " -> \"%s\"\n", json_text(export, "name", ""));
		assert_string_equal(arrow, wanted);
		assert_true(json_number(export, "index", -1) == index);
		export = json_next(export);
	}
	assert_int_equal(pclose(out), 0);
	assert_null(export);
	assert_int_equal(json_length(json_get(real->described, "exports")), 4);
}

static void test_real_memory_and_data(void **state)
{
	struct real *real = *state;
	FILE *out = objdump(real, "-x -j Memory");
	char line[400];
	unsigned pages = 0, size;
	double total = 0;
	while (fgets(line, sizeof line, out))
		sscanf(line, " - memory[0] pages: initial=%u", &pages);
	assert_int_equal(pclose(out), 0);
	const struct json *memory = json_first(json_get(real->described, "memories"));
	assert_true(json_number(memory, "initial_pages", -1) == pages);
	assert_int_equal(json_type(json_get(memory, "maximum_pages")), JSON_NULL);
	out = objdump(real, "-x -j Data");
	while (fgets(line, sizeof line, out)) {
		if (sscanf(line, " - segment[%*u] memory=0 size=%u", &size) == 1)
			total += size;
	}
	assert_int_equal(pclose(out), 0);
	assert_true(total > 0 && json_number(real->described, "data_bytes", -1) == total);
	assert_true(json_bool(real->described, "has_names", false));
}

static void test_real_mutations(void **state)
{
	struct real *real = *state;
	mutate(real->bytes.data, real->bytes.length, 30, 2);
	mutate(real->bytes.data, 4096, 3000, 3);
	for (size_t cut = 1; cut < 60; cut++) {
		struct err err = { 0 };
		json_free(describe(real->bytes.data, real->bytes.length * cut / 60, &err));
	}
}

int main(void)
{
	const struct CMUnitTest hand[] = {
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_mutations),
	};
	const struct CMUnitTest real[] = {
		cmocka_unit_test(test_real_sections),
		cmocka_unit_test(test_real_imports),
		cmocka_unit_test(test_real_exports),
		cmocka_unit_test(test_real_memory_and_data),
		cmocka_unit_test(test_real_mutations),
	};
	return cmocka_run_group_tests(hand, NULL, NULL)
	     + cmocka_run_group_tests(real, build_real, release_real);
}
