import assert from 'node:assert/strict';
import test from 'node:test';
import { dataSegments } from '../../workers/data_segments.js';

const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** @param {number[][]} sections id, then contents */
function module(sections) {
	return new Uint8Array([...HEAD, ...sections.flatMap(([id, ...contents]) => [id, contents.length, ...contents])]).buffer;
}

test('active, passive and computed addresses', () => {
	const segments = dataSegments(module([
		[5, 1, 0, 1],                                    // a memory, which is skipped
		[11, 4,
			0, 0x41, 0x80, 0x80, 0x04, 0x0b, 2, 7, 8,    // i32.const 65536
			2, 0, 0x41, 0x7f, 0x0b, 1, 9,                // of memory 0, i32.const −1
			1, 3, 1, 2, 3,                               // passive
			0, 0x23, 0, 0x0b, 1, 4],                     // global.get 0
	]));
	assert.deepEqual(segments.map(({ offset, bytes }) => [offset, bytes]), [[65536, 2], [0xffffffff, 1], [null, 3], [null, 1]]);
	assert.equal(segments[0].start, HEAD.length + 2 + 3 + 2 + 1 + 7);
});

test('a module without data', () => {
	assert.deepEqual(dataSegments(module([[5, 1, 0, 1]])), []);
});

test('a module that is cut off', () => {
	const whole = module([[11, 1, 0, 0x41, 0, 0x0b, 2, 7, 8]]);
	assert.throws(() => dataSegments(whole.slice(0, 13)), /the module ends inside/);
});
