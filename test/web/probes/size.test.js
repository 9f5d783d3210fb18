import assert from 'node:assert/strict';
import test from 'node:test';
import { acceptedByTinyGo0281, goMinor, shippedBytes, sizeMetrics } from '../../../probes/size/sizes.js';

const BYTES = { raw: 1500000, gzip: 500000, brotli: 400000 };

test('sizes are those of the compiler\'s own output', () => {
	const own = { raw: 1, gzip: 2, brotli: 3 };
	assert.equal(shippedBytes({ bytes: BYTES, compiled: null, versions: [] }), BYTES);
	assert.equal(shippedBytes({ bytes: BYTES, compiled: { bytes: own }, versions: [] }), own);
	assert.throws(() => shippedBytes({ bytes: null, compiled: null, versions: [] }), /no output/);
});

test('units are decimal', () => {
	assert.deepEqual(sizeMetrics(BYTES), { file_mb: 1.5, file_kb: 1500, gzip_mb: 0.5, brotli_mb: 0.4 });
});

test('the release of Go is in what the tools say', () => {
	for (const [says, minor] of /** @type {[string, number][]} */ ([
		['go version go1.22.12 linux/amd64', 22],
		['tinygo version 0.31.2 linux/amd64 (using go version go1.19 and LLVM version 15.0.7)', 19],
	]))
		assert.equal(goMinor([{ command: 'x', says: 'clang 15' }, { command: 'y', says }]), minor);
	assert.throws(() => goMinor([{ command: 'x', says: 'clang 15' }]), /no version/);
});

test('TinyGo 0.28.1 takes Go 1.18 to 1.20', () => {
	assert.deepEqual([17, 18, 19, 20, 21, 22].map(acceptedByTinyGo0281), [false, true, true, true, false, false]);
});
