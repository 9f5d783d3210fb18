import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { functionLines, hasPrintedPattern, reportedEscapes, roomGrows, score, SIGNS, stackMoves, wilsonLow } from '../../../probes/escape/fates.js';
import { OP, readFunctions } from '../../../probes/escape/wasm_code.js';
import { ByteReader } from '../../../workers/byte_reader.js';

const text = (/** @type {string} */ value) => [value.length, ...new TextEncoder().encode(value)];
/** @param {number} id @param {number[]} body */
const section = (id, body) => [id, body.length, ...body];

/** One import, two functions: "a" makes room and ends, "b" sets a table. */
const MODULE = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
	...section(1, [1, 0x60, 0, 0]),
	...section(2, [1, ...text('m'), ...text('f'), 0, 0]),
	...section(3, [2, 0, 0]),
	...section(10, [2,
		16, 1, 1, 0x7f, 0x23, 0, 0x41, 0x90, 0x7f, 0x6b, 0x22, 0, 0x24, 0, 0x10, 0, 0x0b,
		12, 0, 0x41, 1, 0xd0, 0x70, 0x26, 0, 0xfc, 0x0b, 0, 0x01, 0x0b]),
	...section(0, [...text('name'), 1, 7, 2, 1, ...text('a'), 2, ...text('b')])]);

test('functions are found by name and read to their ends', () => {
	/** @param {(name: string) => boolean} wanted */
	const read = (wanted) => readFunctions(new ByteReader(MODULE, 'the module'), wanted);
	const code = read(() => true);
	assert.deepEqual([...code.keys()], ['a', 'b']);
	const a = code.get('a') ?? [], b = code.get('b') ?? [];
	assert.deepEqual(a.map(({ op }) => op), [OP.global_get, OP.i32_const, OP.i32_sub, OP.local_tee, OP.global_set, 0x10, 0x0b]);
	assert.deepEqual(a[1].values, [-112]);
	assert.deepEqual(stackMoves(a), [112]); // − −112
	assert.deepEqual([SIGNS.set(a), SIGNS.set_beside_stack_pointer(a)], [true, false]);
	assert.deepEqual(stackMoves(b), []);
	assert.deepEqual([SIGNS.set(b), SIGNS.set_beside_stack_pointer(b)], [true, true]);
	assert.deepEqual([...read((name) => name === 'b').keys()], ['b']);
});

test("both compilers' reports are read by line", () => {
	const source = ['package main', '', 'func stayA(n int) int { return n }', 'func other() {}', 'func escapeB(n int) *int {', '\tm := n', '\treturn &m', '}'].join('\n');
	const functions = functionLines(source, /^(?:stay|escape)/);
	assert.deepEqual(functions, [{ name: 'stayA', from: 3, to: 3 }, { name: 'escapeB', from: 5, to: 8 }]);
	for (const line of ['./fates.go:6:2: moved to heap: m', './fates.go:6:2: &m escapes to heap', '/tmp/x/fates.go:6:2: object allocated on the heap: escapes at line 7']) {
		const found = reportedEscapes(`${line}\n./fates.go:3:5: n does not escape\n./main.go:3:1: moved to heap: x`, 'fates.go', functions);
		assert.deepEqual([...found], [['stayA', false], ['escapeB', true]]);
	}
});

test('a classifier is scored by its lower bounds', () => {
	assert.ok(Math.abs(wilsonLow(10, 10) - 0.7225) < 1e-3);
	assert.equal(wilsonLow(0, 0), 0);
	const truth = new Map(Array.from({ length: 40 }, (_, i) => [`f${i}`, i % 2 === 0]));
	assert.equal(score(truth, truth).works, true);
	const all = score(truth, new Map([...truth.keys()].map((name) => [name, true])));
	assert.deepEqual([all.precision, all.recall, all.works], [0.5, 1, false]);
});

/**
 * @param {number} op
 * @param {number[]} values
 */
const one = (op, ...values) => ({ op, values });
/** @param {number} bytes @param {number} op */
const move = (bytes, op) => [one(OP.local_get, 1), one(OP.i32_const, bytes), one(op), one(OP.local_tee, 1), one(OP.global_set, 0)];

test('which way the stack pointer is moved', () => {
	const down = move(32, OP.i32_sub), up = move(32, OP.i32_add), back = move(40, OP.i32_add);
	assert.deepEqual(stackMoves([...down, ...up]), [-32, 32]);
	/** @type {[ReturnType<typeof roomGrows>, any[]][]} */
	const rows = [
		['down', [...down, ...down, ...back]],
		['down', [...move(-64, OP.i32_add), ...move(-64, OP.i32_sub)]], // wasm-opt's −64 is shorter than 64
		['up', [...up, ...down]],
		['none', up], // a return takes back what its caller pushed
		['none', down],
		['none', []],
	];
	for (const [grows, code] of rows)
		assert.equal(roomGrows(code), grows);
	// A sum that is kept in a local and read again at once is followed; another local's value is not.
	const kept = [one(OP.i32_const, 16), one(OP.i32_sub), one(OP.local_set, 3)];
	assert.deepEqual(stackMoves([...kept, one(OP.local_get, 3), one(OP.global_set, 0)]), [-16]);
	assert.deepEqual(stackMoves([...kept, one(OP.local_get, 4), one(OP.global_set, 0)]), []);
	assert.deepEqual(stackMoves([one(OP.local_get, 4), one(OP.global_set, 0)]), []);
	assert.deepEqual(stackMoves([...down.slice(0, -1), one(OP.global_set, 2)]), [], 'another global');
});

test('the four instructions as they are printed', () => {
	const printed = [one(OP.local_get, 2), one(OP.i32_const, 16), one(OP.i32_add), one(OP.local_set, 2)];
	assert.equal(hasPrintedPattern(printed), true);
	assert.equal(hasPrintedPattern(printed.toSpliced(3, 1, one(OP.local_set, 3))), false, 'of another local');
	assert.equal(hasPrintedPattern(printed.toSpliced(1, 1, one(OP.i32_const, -16))), false, 'downwards');
	assert.equal(hasPrintedPattern(printed.slice(1)), false);
});

test('the other signs that the article names', () => {
	const load = one(0x28, 2, 0), indirect = one(OP.call_indirect, 0, 0);
	assert.equal(SIGNS.load_by_local([one(OP.local_get, 0), load]), true);
	assert.equal(SIGNS.load_by_local([one(OP.i32_const, 1024), load]), false);
	assert.equal(SIGNS.call_indirect([indirect]), true);
	assert.equal(SIGNS.call_indirect([load]), false);
});

test('a classifier that never errs could be confirmed', () => {
	const source = readFileSync(new URL('../../../probes/escape/guests/escape/fates.go', import.meta.url), 'utf8');
	for (const fate of [/^stay/, /^escape/]) {
		const count = functionLines(source, fate).length;
		assert.ok(wilsonLow(count, count) > 0.8, `${count} functions of fate ${fate} are too few`);
	}
	assert.equal(score(new Map([['a', false]]), new Map([['a', false]])).precision, null, 'nothing was said to be');
});
