import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportedMemory, memoryClue } from '../../workers/guest_memory.js';

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

test('tells a full memory from one that can grow', () => {
	assert.equal(memoryClue(null), '');
	assert.equal(memoryClue(new WebAssembly.Memory({ initial: 1, maximum: 2 })), '');
	assert.equal(memoryClue(new WebAssembly.Memory({ initial: 16, maximum: 16 })), '; its memory of 1 MiB cannot grow');
	assert.equal(memoryClue(new WebAssembly.Memory({ initial: 0, maximum: 0 })), '; its memory of 0 MiB cannot grow');
});
