import assert from 'node:assert/strict';
import test from 'node:test';

import { functionLines, looksEscaped, reportedEscapes, roomMadeBy, score, wilsonLow } from '../../../probes/escape/fates.js';
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
	assert.equal(roomMadeBy(a), 'sub');
	assert.deepEqual([looksEscaped(a, false), looksEscaped(a, true)], [true, false]);
	assert.equal(roomMadeBy(b), 'none');
	assert.deepEqual([looksEscaped(b, false), looksEscaped(b, true)], [true, true]);
	assert.deepEqual([...read((name) => name === 'b').keys()], ['b']);
});

test("both compilers' reports are read by line", () => {
	const source = ['package main', '', 'func stayA(n int) int { return n }', '', 'func escapeB(n int) *int {', '\tm := n', '\treturn &m', '}'].join('\n');
	const functions = functionLines(source);
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
