import assert from 'node:assert/strict';
import test from 'node:test';
import { callsOfSwitching, dataIsLowAndFixed, deepest, fieldsWithPlaces, segmentOf } from '../../../probes/layout/findings.js';

const LOW = { offset: 20000, start: 0, bytes: 5000 };
const HIGH = { offset: 60000, start: 0, bytes: 100 };

test('data is low and fixed', () => {
	/** @type {[import('../../../workers/data_segments.js').Segment[], number, boolean][]} */
	const rows = [
		[[LOW, HIGH], 70000, true],
		[[LOW, HIGH], 60050, false],                             // an object of the heap lies in it
		[[{ ...LOW, offset: null }, HIGH], 70000, false],        // one has no constant address
		[[{ ...LOW, offset: 2 * 65536 }], 1e6, false],           // not low
		[[], 70000, false],
	];
	for (const [segments, heap, expected] of rows)
		assert.equal(dataIsLowAndFixed(segments, heap), expected);
});

test('the segment of an address', () => {
	assert.equal(segmentOf([LOW, HIGH], 60099), HIGH);
	assert.equal(segmentOf([LOW, HIGH], 60100), null);
	assert.equal(segmentOf([{ ...LOW, offset: null }], 0), null);
});

test('what more switches call more often, but for clocks', () => {
	assert.deepEqual(callsOfSwitching({ 'runtime.nanotime1': 5, 'syscall/js.valueGet': 4 },
		{ 'runtime.nanotime1': 15, 'syscall/js.valueGet': 4, 'runtime.switchStack': 10 }), { 'runtime.switchStack': 10 });
});

test('fields that could hold where a segment is', () => {
	assert.deepEqual(fieldsWithPlaces(['Alloc uint64', 'EnableGC bool', 'Roots []uintptr', 'Segment uint64']), ['Roots []uintptr', 'Segment uint64']);
});

test('the deepest recursion, to a 32nd part', async () => {
	for (const limit of [64, 1000, 12345, 60000]) {
		const found = await deepest(async (depth) => depth <= limit, 64, 65536);
		assert.ok(found <= limit && found > limit - limit / 16, `${found} of ${limit}`);
	}
	assert.equal(await deepest(async () => true, 64, 1000), 512);
});
