/* The rewriter: modules written as text, assembled by wat2wasm, instrumented, validated by wasm-validate and run by node,
 * which prints each call of the import with the phase it saw; what is refused; and broken bytes. The real output of
 * TinyGo is in build_tinygo_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "guest/instrument.h"
#include "guest/wasm.h"
#include "scratch.h"

static int run(const char *command_taken)
{
	int status = system(command_taken);
	free((char *)command_taken);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct module {
	char *folder;
	struct buf bytes;
};

/* `names`: with a name section. */
static struct module assemble(const char *text, bool names)
{
	struct err err = { 0 };
	struct module module = { .folder = scratch_make("instrument") };
	scratch_write(module.folder, "a.wat", text);
	assert_int_equal(run(mem_format("wat2wasm --enable-threads %s -o '%s/a.wasm' '%s/a.wat'",
		names ? "--debug-names" : "", module.folder, module.folder)), 0);
	char *path = fs_join(module.folder, "a.wasm");
	assert_int_equal(fs_read(path, 1 << 20, &module.bytes, &err), 0);
	free(path);
	return module;
}

static void module_release(struct module *module)
{
	buf_release(&module->bytes);
	scratch_remove(module->folder);
}

/* A copy of exactly these bytes, so that a read beyond them is found. */
static int instrument_bytes(const void *bytes, size_t length, const char *callers, struct buf *out,
	struct instrument_facts *facts, struct err *err)
{
	struct json *list = json_parse(callers, strlen(callers), 1000, "callers", NULL);
	const struct instrument wanted = { "collect", list, "env", "tick" };
	void *copy = malloc(length ? length : 1);
	memcpy(copy, bytes, length);
	int result = instrument_module(copy, length, &wanted, out, facts, err);
	free(copy);
	json_free(list);
	return result;
}

/* Each call of the import and what each export returns, one word each. */
static const char script[] =
	"const fs = require('fs');\n"
	"const words = []; let phase = { value: '?' };\n"
	"const env = { tick: () => { words.push('t' + phase.value); return 1.5; }, other: () => words.push('o'),\n"
	"  base: new WebAssembly.Global({ value: 'i32', mutable: false }, 40) };\n"
	"const compiled = new WebAssembly.Module(fs.readFileSync(process.argv[2]));\n"
	"const instance = new WebAssembly.Instance(compiled, { env });\n"
	"phase = instance.exports['wasmograph.phase'];\n"
	"for (const [name, value] of Object.entries(instance.exports))\n"
	"  if (typeof value === 'function') words.push(name + '=' + [value(7, 8n, 2.5)].flat().join('/'));\n"
	"console.log(words.join(' '));\n";

static char *answer(const struct module *module, const struct buf *bytes)
{
	struct err err = { 0 };
	struct buf out;
	char *path = fs_join(module->folder, "b.wasm"), *words = fs_join(module->folder, "words");
	scratch_write(module->folder, "run.cjs", script);
	assert_int_equal(fs_write_atomic(path, bytes->data, bytes->length, 0644, &err), 0);
	assert_int_equal(run(mem_format("wasm-validate --enable-threads '%s'", path)), 0);
	assert_int_equal(run(mem_format("node '%s/run.cjs' '%s' > '%s' 2>&1", module->folder, path, words)), 0);
	assert_int_equal(fs_read(words, 100000, &out, &err), 0);
	free(path);
	free(words);
	return buf_detach(&out);
}

#define IMPORTS "(import \"env\" \"other\" (func $other)) (import \"env\" \"tick\" (func $tick (result f64)))"

static const struct { const char *what, *text, *callers, *words; } shapes[] = {
	{ "as TinyGo's: called by two, beside calls of its own to the import",
		"(module " IMPORTS "(global $g (mut i32) (i32.const 5))"
		"(func $collect (result i32) (local i32) call $other global.get $g i32.const 1 i32.add global.set $g"
		" i32.const 1000 local.set 0 local.get 0 global.get $g i32.add)"
		"(func $alloc (result i32) call $collect drop call $collect)"
		"(func $gc (result i32) call $tick drop call $collect)"
		"(export \"alloc\" (func $alloc)) (export \"gc\" (func $gc)))", "[\"alloc\",\"gc\"]",
		"t1 o t2 t1 o t2 alloc=1007 t0 t1 o t2 gc=1008" },
	{ "parameters and several results",
		"(module " IMPORTS "(global $g (mut i32) (i32.const 0))"
		"(func $collect (param $a i32) (param $b i64) (param $c f64) (result f64 i64 i32) (local $d i32)"
		" local.get $c local.get $b local.get $a i32.const 1 i32.add)"
		"(export \"collect\" (func $collect)))", "[]", "t1 t2 collect=2.5/8/8" },
	{ "shorter than its wrapper, and no global before",
		"(module " IMPORTS "(func $collect) (func $last (result i32) i32.const 3)"
		"(export \"collect\" (func $collect)) (export \"last\" (func $last)))", "[]",
		"t1 t2 collect= last=3" },
	{ "behind an imported global, in a table, and first thing by start",
		"(module (import \"env\" \"base\" (global i32))" IMPORTS
		"(table 2 funcref) (elem (i32.const 1) $collect) (global (mut i64) (i64.const 9))"
		"(func $collect (result i32) global.get 0) (func $begin call $collect drop)"
		"(func $by_table (result i32) i32.const 1 call_indirect (result i32))"
		"(start $begin) (export \"by_table\" (func $by_table)))", "[\"begin\"]",
		"t? t? t1 t2 by_table=40" },
	{ "an import without result",
		"(module (import \"env\" \"tick\" (func $tick)) (func $collect (result f32) f32.const 4)"
		"(export \"collect\" (func $collect)))", "[]", "t1 t2 collect=4" },
	{ "instructions of every kind in a caller",
		"(module " IMPORTS "(memory 1) (table $t 1 funcref) (data $d \"x\") (elem $e func $collect)"
		"(func $collect (result i32) i32.const 6)"
		"(func $alloc (result i32) (local i64 v128)"
		" (block (br_table 0 0 (i32.const 1))) (drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 0)))"
		" i64.const -9223372036854775808 local.set 0 f32.const 1 drop f64.const 2 drop"
		" i32.const 16 i64.load offset=65500 drop (drop (i32.trunc_sat_f32_s (f32.const 1)))"
		" (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0)) data.drop $d"
		" (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)) (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))"
		" (table.init $e (i32.const 0) (i32.const 0) (i32.const 0)) elem.drop $e (drop (table.size $t))"
		" v128.const i32x4 16 16 16 16 local.tee 1 local.get 1 i8x16.shuffle 0 1 2 3 4 5 6 7 16 16 16 16 16 16 16 16"
		" i8x16.extract_lane_u 3 drop (drop (v128.load offset=16 (i32.const 0)))"
		" (drop (v128.load8_lane 5 (i32.const 0) (local.get 1))) atomic.fence"
		" (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1))) (drop (ref.is_null (ref.null func)))"
		" (if (result i32) (i32.const 1) (then call $collect) (else (memory.size))))"
		"(export \"alloc\" (func $alloc)))", "[\"alloc\"]", "t1 t2 alloc=6" },
};

static void test_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct module module = assemble(shapes[i].text, true);
		struct instrument_facts facts;
		struct err err = { 0 };
		struct buf out;
		if (instrument_bytes(module.bytes.data, module.bytes.length, shapes[i].callers, &out, &facts, &err))
			fail_msg("%s: %s", shapes[i].what, err.text);
		char *words = answer(&module, &out);
		words[strcspn(words, "\n")] = '\0';
		if (strcmp(words, shapes[i].words) != 0)
			fail_msg("%s: %s", shapes[i].what, words);
		free(words);
		buf_release(&out);
		module_release(&module);
	}
}

/* 126 functions and the two wrapped ones' neighbours: every count and index grows by a byte on the way. */
static void test_numbers_grow_longer(void **state)
{
	struct buf text;
	(void)state;
	for (int functions = 123; functions < 131; functions++) {
		buf_init(&text, 1 << 20);
		buf_append_text(&text, "(module " IMPORTS "(func $collect (result i32) i32.const 1)");
		for (int i = 1; i < functions; i++)
			buf_append_format(&text, "(func $f%d (export \"f%d\") (result i32) call $collect)"
				"(global (mut i32) (i32.const 0))", i, i);
		buf_append_text(&text, ")");
		struct module module = assemble(text.data, true);
		struct instrument_facts facts;
		struct err err = { 0 };
		struct buf out;
		assert_int_equal(instrument_bytes(module.bytes.data, module.bytes.length, "[\"f1\",\"f100\"]", &out,
			&facts, &err), 0);
		assert_int_equal(facts.function, 2);
		assert_int_equal(facts.moved_to, functions + 2);
		char *words = answer(&module, &out);
		assert_int_equal(strncmp(words, "t1 t2 f1=1 t1 t2 f2=1 ", 22), 0);
		free(words);
		buf_release(&out);
		module_release(&module);
		buf_release(&text);
	}
}

static struct json *described(const struct buf *bytes)
{
	struct err err = { 0 };
	struct json *description = wasm_describe(bytes->data, bytes->length, &err);
	if (!description)
		fail_msg("%s", err.text);
	return description;
}

/* Contents of a section without the number that it begins with (here always one byte). */
static const char *contents(const struct buf *bytes, const char *name, size_t *length)
{
	struct json *description = described(bytes);
	const struct json *sections = json_get(description, "sections");
	const char *at = NULL;
	for (const struct json *m = json_first(sections); m; m = json_next(m)) {
		if (strcmp(json_text(m, "name", ""), name) != 0)
			continue;
		size_t offset = (size_t)json_number(m, "offset", 0) + 1;
		while (bytes->data[offset] & 0x80)
			offset++;
		at = bytes->data + offset + 2;
		*length = (size_t)json_number(m, "bytes", 0) - 1;
	}
	json_free(description);
	assert_non_null(at);
	return at;
}

/* All that was in the module is in the new one, in its place: the functions around a wrapped one that is longer than
 * its wrapper lie where they lay, sections that need no change are the same bytes, and the others only grow. */
static void test_nothing_else_changes(void **state)
{
	static const char *const longer[] = { "function", "global", "export", "code" };
	static const char *const same[] = { "type", "import", "memory", "data", "producers" };
	struct module module = assemble("(module " IMPORTS "(memory 1) (global (mut i32) (i32.const 0))"
		"(func $before (result i32) i32.const 77)"
		"(func $collect (param i32) (result i32) (local i32 i64) i32.const 111111 local.get 0 i32.add i32.const 222222"
		" i32.add i32.const 333333 i32.add i32.const 444444 i32.add i32.const 1 i32.add i32.const 1 i32.add)"
		"(func $after (result i32) i32.const 78)"
		"(export \"collect\" (func $collect)) (export \"after\" (func $after)) (data (i32.const 5) \"data\"))", true);
	struct instrument_facts facts;
	struct err err = { 0 };
	struct buf out;
	(void)state;
	/* custom sections of all kinds are passed on */
	assert_int_equal(buf_append(&module.bytes, "\0\x0D\x09producers\x00\x01\x02", 15), 0);
	assert_int_equal(instrument_bytes(module.bytes.data, module.bytes.length, "[]", &out, &facts, &err), 0);
	for (size_t i = 0; i < sizeof(longer) / sizeof(longer[0]); i++) {
		size_t before, after;
		const char *a = contents(&module.bytes, longer[i], &before), *b = contents(&out, longer[i], &after);
		assert_true(after > before);
		if (strcmp(longer[i], "code") != 0)
			assert_memory_equal(a, b, before);
	}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		size_t before, after;
		const char *a = contents(&module.bytes, same[i], &before), *b = contents(&out, same[i], &after);
		assert_int_equal(before, after);
		assert_memory_equal(a, b, before);
	}
	size_t before, after;
	const char *a = contents(&module.bytes, "code", &before), *b = contents(&out, "code", &after);
	/* $before: 6 bytes with its size; then the wrapper, as long as $collect; then $after; then $collect */
	assert_memory_equal(a, b, 6);
	size_t length = before - 6 - 6; /* of $collect's entry */
	assert_memory_equal(a + 6 + length, b + 6 + length, 6);
	assert_memory_equal(a + 6, b + 6 + length + 6, length);
	assert_int_equal(after, before + length);
	assert_memory_equal(a + 6, b + 6, 1); /* the entry's size is the same */
	buf_release(&out);
	module_release(&module);
}

/* What wasm-objdump reads of the names: the moved function has taken its own along, locals included. */
static void test_names(void **state)
{
	static const char *const lines[] = {
		" - func[1] <tick>\n", " - func[2] <wasmograph:collect>\n", " - func[3] <after>\n", " - func[4] <collect>\n",
		" - func[3] local[0] <x>\n", " - func[4] local[0] <a>\n", " - func[4] local[1] <b>\n",
		" - global[1] <wasmograph.phase>\n",
	};
	struct module module = assemble("(module " IMPORTS "(global $g (mut i32) (i32.const 0))"
		"(func $collect (param $a i32) (local $b i32)) (func $after (param $x i32))"
		"(export \"collect\" (func $collect)))", true);
	struct instrument_facts facts;
	struct err err = { 0 };
	struct buf out, text;
	(void)state;
	assert_int_equal(instrument_bytes(module.bytes.data, module.bytes.length, "[]", &out, &facts, &err), 0);
	char *path = fs_join(module.folder, "b.wasm"), *listing = fs_join(module.folder, "names");
	assert_int_equal(fs_write_atomic(path, out.data, out.length, 0644, &err), 0);
	assert_int_equal(run(mem_format("wasm-objdump -x -j name '%s' > '%s'", path, listing)), 0);
	assert_int_equal(fs_read(listing, 10000, &text, &err), 0);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (!strstr(text.data, lines[i]))
			fail_msg("no \"%.*s\" in:\n%s", (int)strlen(lines[i]) - 1, lines[i], text.data);
	}
	assert_null(strstr(text.data, "func[2] local"));
	free(path);
	free(listing);
	buf_release(&text);
	buf_release(&out);
	module_release(&module);
}

static void test_refused(void **state)
{
	static const struct { bool names; const char *text, *callers, *says; } rows[] = {
		{ false, "(module " IMPORTS "(func $collect (export \"c\")))", "[]", "it has no function named collect" },
		{ true, "(module " IMPORTS "(func $other_one (export \"c\")))", "[]", "it has no function named collect" },
		{ true, "(module (import \"env\" \"tock\" (func)) (func $collect (export \"c\")))", "[]",
			"it does not import tick from env" },
		{ true, "(module (import \"evn\" \"tick\" (func)) (func $collect (export \"c\")))", "[]",
			"it does not import tick from env" },
		{ true, "(module (import \"env\" \"tick\" (memory 1)) (func $collect (export \"c\")))", "[]",
			"it does not import tick from env" },
		{ true, "(module (func $collect (export \"c\")))", "[]", "it does not import tick from env" },
		{ true, "(module (import \"env\" \"tick\" (func (param i32))) (func $collect (export \"c\")))", "[]",
			"its import tick takes parameters" },
		{ true, "(module (import \"env\" \"collect\" (func $collect)) (import \"env\" \"tick\" (func)) (func $f)"
			"(export \"c\" (func $f)))", "[]", "its function collect is not its own" },
		{ true, "(module " IMPORTS "(func $collect))", "[]", "it exports nothing" },
		{ true, "(module " IMPORTS "(func $collect) (memory (export \"wasmograph.phase\") 1))", "[]",
			"it exports wasmograph.phase already" },
		{ true, "(module " IMPORTS "(func $collect (export \"c\")) (func $alloc call $other))", "[\"alloc\"]",
			"its function alloc does not call collect" },
		{ true, "(module " IMPORTS "(func $collect (export \"c\")) (func $alloc i32.const 2 drop))", "[\"alloc\"]",
			"its function alloc does not call collect" }, /* 2 is the index of collect */
		{ true, "(module " IMPORTS "(func $collect (export \"c\")) (func $gc call $collect))", "[\"gc\",\"alloc\"]",
			"it has no function named alloc" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct module module = assemble(rows[i].text, rows[i].names);
		struct instrument_facts facts;
		struct err err = { 0 };
		struct buf out;
		if (!instrument_bytes(module.bytes.data, module.bytes.length, rows[i].callers, &out, &facts, &err))
			fail_msg("accepted: %s", rows[i].text);
		assert_int_equal(err.code, ERR_NOT_FOUND);
		assert_string_equal(err.text, rows[i].says);
		buf_release(&out);
		module_release(&module);
	}
}

/* Twice the same is refused, not wrapped twice. */
static void test_instrumented_already(void **state)
{
	struct module module = assemble(shapes[0].text, true);
	struct instrument_facts facts;
	struct err err = { 0 };
	struct buf out, again;
	(void)state;
	assert_int_equal(instrument_bytes(module.bytes.data, module.bytes.length, "[]", &out, &facts, &err), 0);
	assert_int_equal(instrument_bytes(out.data, out.length, "[]", &again, &facts, &err), -1);
	assert_string_equal(err.text, "it exports wasmograph.phase already");
	buf_release(&out);
	buf_release(&again);
	module_release(&module);
}

/* Whatever the bytes, it says what is wrong, or makes a module that can be read again if the given one could. */
static void check_any(const char *bytes, size_t length, const char *callers)
{
	struct instrument_facts facts;
	struct err err = { 0 };
	struct buf out;
	if (instrument_bytes(bytes, length, callers, &out, &facts, &err)) {
		assert_true(err.code == ERR_INVALID || err.code == ERR_NOT_FOUND);
		assert_true(err.text[0] != '\0');
	} else {
		struct json *given = wasm_describe(bytes, length, NULL);
		struct json *made = wasm_describe(out.data, out.length, &err);
		if (given && !made)
			fail_msg("%s", err.text);
		json_free(given);
		json_free(made);
	}
	buf_release(&out);
}

static void test_broken_bytes(void **state)
{
	struct rng rng;
	(void)state;
	rng_seed(&rng, 1, "instrument mutations");
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct module module = assemble(shapes[i].text, true);
		char *copy = malloc(module.bytes.length);
		for (size_t length = 0; length <= module.bytes.length; length++)
			check_any(module.bytes.data, length, shapes[i].callers);
		for (int round = 0; round < 20000; round++) {
			memcpy(copy, module.bytes.data, module.bytes.length);
			for (uint32_t k = rng_below(&rng, 4) + 1; k > 0; k--)
				copy[rng_below(&rng, (uint32_t)module.bytes.length)] = (char)rng_next(&rng);
			check_any(copy, module.bytes.length, shapes[i].callers);
		}
		free(copy);
		module_release(&module);
	}
}

static void test_not_a_module(void **state)
{
	static const struct { const char *bytes; size_t length; const char *says; } rows[] = {
		{ "", 0, "does not begin with the header" },
		{ "\0asm\1\0\0\0", 8, "it does not import tick from env" },
		{ "\0asm\1\0\0\0\1", 9, "(at byte 9 of 9)" },
		{ "\0asm\1\0\0\0\1\1\0\1\1\0", 14, "a section stands there twice" },
		{ "\0asm\1\0\0\0\0\5\4name\0\5\4name", 22, "a section stands there twice" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct instrument_facts facts;
		struct err err = { 0 };
		struct buf out;
		assert_int_equal(instrument_bytes(rows[i].bytes, rows[i].length, "[]", &out, &facts, &err), -1);
		if (!strstr(err.text, rows[i].says))
			fail_msg("row %zu: %s", i, err.text);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_numbers_grow_longer),
		cmocka_unit_test(test_nothing_else_changes),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_instrumented_already),
		cmocka_unit_test(test_broken_bytes),
		cmocka_unit_test(test_not_a_module),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
