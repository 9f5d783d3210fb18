import assert from 'node:assert/strict';
import test from 'node:test';
import { bigModule, copyOf, leb } from '../../../probes/segments/big_module.js';
import { bytesInFile, median, savedPercent } from '../../../probes/segments/bytes_in_file.js';
import { measure } from '../../../probes/segments/probe.js';
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

test('copies of a module are the module, and no two of them are the same bytes', async () => {
	const { buffer } = bigModule(1000, 65536);
	const copies = [0, 1, 200, 20000].map((number) => copyOf(buffer, number));
	assert.equal(new Set(copies.map((copy) => copy.join())).size, copies.length);
	for (const copy of copies) {
		assert.deepEqual(WebAssembly.Module.exports(await WebAssembly.compile(copy)), [{ name: 'memory', kind: 'memory' }]);
		assert.deepEqual(dataSegments(copy.buffer), dataSegments(buffer));
	}
});

/** @param {number[][]} stages ms of each load's three */
function loads(stages) {
	return stages.map(([fetched, compiled, instantiated]) => ({ fetched, compiled, instantiated }));
}

test('each stage of loading is told, and what compression takes less than none is below 0', async () => {
	/** @type {Record<string, number>} */
	const metrics = {};
	const all = { plain: loads([[5, 2, 1], [5, 2, 1]]), gzip: loads([[4, 2, 1], [3, 2, 1]]), brotli: loads([[7, 3, 1], [7, 3, 1]]) };
	const calls = { ran: () => {}, series: () => {}, metric: (/** @type {string} */ name, /** @type {number} */ value) => { metrics[name] = value; },
		onThread: async () => ({ all, n: 2, planned: 2, decompress: [3] }) };
	await measure(/** @type {any} */ ({ calls, manifest: { load: 'loading' } }));
	assert.deepEqual([metrics.plain_fetched_ms, metrics.plain_compiled_ms, metrics.plain_loaded_ms], [5, 7, 8]);
	assert.deepEqual([metrics.gzip_extra_fetched_ms, metrics.gzip_extra_compiled_ms, metrics.gzip_extra_loaded_ms], [-2, -2, -2]);
	assert.deepEqual([metrics.brotli_extra_fetched_ms, metrics.brotli_extra_compiled_ms, metrics.brotli_extra_loaded_ms], [2, 3, 3]);
});

test('medians and shares', () => {
	assert.equal(median([5, 1, 3]), 3);
	assert.equal(median([-4, 1]), -4);
	assert.equal(savedPercent(200, 50), 75);
});
