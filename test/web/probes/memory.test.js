import assert from 'node:assert/strict';
import test from 'node:test';
import { allEqual, byTime, histogram, middle, onlyFirstAllocationGrows, steps, suspects } from '../../../probes/memory/growth.js';

const MIB = 1 << 20;

/** @param {[number, number][]} sizes allocation and MiB of each growth */
function growths(sizes) {
	let from = MIB;
	return sizes.map(([allocation, mib]) => ({ allocation, from, to: from += mib * MIB }));
}

test('steps of growth', () => {
	const values = steps(growths([[0, 8], [4, 8], [9, 4]]));
	assert.deepEqual(values, [8 * MIB, 8 * MIB, 4 * MIB]);
	assert.deepEqual(histogram(values), { [4 * MIB]: 1, [8 * MIB]: 2 });
	assert.equal(middle(values), 8 * MIB);
	assert.equal(middle([4, 1, 3, 2]), 2);
	assert.equal(allEqual(values), false);
	assert.equal(allEqual([8, 8]), true);
});

test('growths of the start are apart from those that what is kept causes', () => {
	const [start, metadata, first, later] = growths([[-1, 8], [-1, 1], [0, 8], [3, 8]]);
	assert.deepEqual(byTime([start, metadata, first, later]), { atStart: [start, metadata], whileKept: [first, later] });
	assert.deepEqual(byTime([]), { atStart: [], whileKept: [] });
});

test('whether later allocations grow the memory', () => {
	assert.equal(onlyFirstAllocationGrows(growths([[-1, 1], [0, 8]])), true);
	assert.equal(onlyFirstAllocationGrows(growths([[0, 8], [1, 8]])), false);
	assert.equal(onlyFirstAllocationGrows([]), true);
});

test('imports that might give memory', () => {
	assert.deepEqual(suspects({ 'runtime.resetMemoryDataView': 3, 'runtime.nanotime1': 9, 'syscall/js.valueGet': 4 }), []);
	assert.deepEqual(suspects({ malloc: 1, 'env.memory_grow': 2, 'runtime.ticks': 1 }), ['malloc', 'env.memory_grow']);
});
