import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportedMemory, growBeforehand, memoryClue } from '../../workers/guest_memory.js';

/** @param {Record<string, unknown>} exports */
function instanceOf(exports) {
	return /** @type {WebAssembly.Instance} */ ({ exports });
}

test('finds the memory under any name', () => {
	const memory = new WebAssembly.Memory({ initial: 1 });
	assert.equal(exportedMemory(instanceOf({ run: () => {}, mem: memory })), memory);
	assert.equal(exportedMemory(instanceOf({ memory })), memory);
	assert.equal(exportedMemory(instanceOf({ table: new WebAssembly.Table({ element: 'anyfunc', initial: 1 }) })), null);
	assert.equal(exportedMemory(instanceOf({})), null);
});

/** @type {[number, number, string][]} pages there are, and at most */
const MEMORIES = [
	[1, 8192, ''],
	[16, 16, '; its memory of 1 MiB cannot grow by 0.0625 MiB'],
	[0, 0, '; its memory of 0 MiB cannot grow by 0.0625 MiB'],
	[7937, 8192, '; its memory of 496.0625 MiB cannot grow by 16 MiB'],
	[16, 600, '; its memory of 1 MiB cannot grow by 64 MiB'],
];

for (const [initial, maximum, clue] of MEMORIES) {
	test(`clue from ${initial} of ${maximum} pages`, () => {
		assert.equal(memoryClue(new WebAssembly.Memory({ initial, maximum })), clue);
	});
}

test('no memory, no clue', () => {
	assert.equal(memoryClue(null), '');
});

test('a module has its memory beforehand, and never less than it asked for', () => {
	const memory = new WebAssembly.Memory({ initial: 10 });
	const instance = /** @type {WebAssembly.Instance} */ (/** @type {unknown} */ ({ exports: { memory } }));
	growBeforehand(instance, 0);
	growBeforehand(instance, 0.5);
	assert.equal(memory.buffer.byteLength, 10 * 65536);
	growBeforehand(instance, 1);
	assert.equal(memory.buffer.byteLength, 16 * 65536);
	growBeforehand(/** @type {WebAssembly.Instance} */ (/** @type {unknown} */ ({ exports: {} })), 1);
});
