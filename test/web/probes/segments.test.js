import assert from 'node:assert/strict';
import test from 'node:test';
import { bigModule, leb } from '../../../probes/segments/big_module.js';
import { bytesInFile, median, savedPercent } from '../../../probes/segments/bytes_in_file.js';
import { dataSegments } from '../../../workers/data_segments.js';

test('how much of an array stands in the file', () => {
	const segments = [{ offset: 100, start: 0, bytes: 50 }, { offset: 200, start: 50, bytes: 10 }, { offset: null, start: 60, bytes: 999 }];
	for (const [at, bytes, expected] of [[100, 50, 50], [140, 100, 20], [0, 1000, 60], [150, 50, 0], [120, 10, 10]])
		assert.equal(bytesInFile(segments, { at, bytes }), expected);
});

test('unsigned LEB128', () => {
	assert.deepEqual([0, 127, 128, 624485].map(leb), [[0], [127], [128, 1], [0xe5, 0x8e, 0x26]]);
});

test('the module with data and memory beside it', async () => {
	const bytes = bigModule(100000, 4 * 65536);
	const { instance } = await WebAssembly.instantiate(bytes);
	const memory = new Uint8Array(/** @type {WebAssembly.Memory} */ (instance.exports.memory).buffer);
	assert.equal(memory.length, 4 * 65536);
	assert.deepEqual([memory[0], memory[99999], memory[100000]], [0xa5, 0xa5, 0]);
	assert.deepEqual(dataSegments(bytes.buffer), [{ offset: 0, start: bytes.length - 100000, bytes: 100000 }]);
});

test('medians and shares', () => {
	assert.equal(median([5, 1, 3]), 3);
	assert.equal(median([-4, 1]), -4);
	assert.equal(savedPercent(200, 50), 75);
});
