import assert from 'node:assert/strict';
import test from 'node:test';
import { ByteReader } from '../../workers/byte_reader.js';

/** @param {number[]} bytes */
const of = (...bytes) => new ByteReader(Uint8Array.from(bytes), 'the file');

test('numbers, as LEB128 has them', () => {
	/** @type {[number[], number, number][]} bytes, unsigned, signed */
	const rows = [
		[[0], 0, 0],
		[[0x3f], 63, 63],
		[[0x40], 64, -64],
		[[0x7f], 127, -1],
		[[0xe5, 0x8e, 0x26], 624485, 624485],
		[[0xc0, 0xbb, 0x78], 1973696, -123456],
		[[0x80, 0x80, 0x04], 65536, 65536],
		[[0x80, 0x80, 0x80, 0x80, 0x78], 2 ** 35 - 2 ** 31, -(2 ** 31)],
		[[0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 32 - 1, 2 ** 32 - 1],
		[[0xff, 0xff, 0xff, 0xff, 0x7f], 2 ** 35 - 1, -1], // a linker fills up to five bytes
		[[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x08], 2 ** 52, 2 ** 52],
	];
	for (const [bytes, unsigned, signed] of rows) {
		const reader = of(...bytes, 7);
		assert.equal(reader.unsigned(), unsigned);
		assert.equal(reader.byte(), 7);
		assert.equal(of(...bytes).signed(), signed);
	}
});

test('stretches, and readers of a stretch', () => {
	const reader = of(3, 0x61, 0xc3, 0xa4, 2, 9, 8, 1);
	assert.equal(reader.text(reader.byte()), 'aä');
	const part = reader.part(reader.byte());
	assert.equal(reader.at, 7, 'the part is behind us');
	assert.equal(part.at, 5, 'and counts from the first byte of all');
	assert.deepEqual([reader.next, part.next], [1, 9]);
	assert.deepEqual([part.byte(), part.more, part.byte(), part.more], [9, true, 8, false]);
	assert.throws(() => part.byte(), /the file ends inside a value/);
	assert.deepEqual([...reader.take(1)], [1]);
	assert.deepEqual([reader.more, reader.next, part.next], [false, undefined, undefined]);
});

test('nothing is read beyond the end', () => {
	assert.throws(() => of(0x80).unsigned(), /the file ends inside a value/);
	assert.throws(() => of(0xff, 0xff).signed(), /the file ends inside a value/);
	for (const way of /** @type {const} */ (['take', 'skip', 'part', 'text'])) {
		assert.throws(() => of(1, 2)[way](3), /the file ends inside a stretch of 3 bytes/);
		assert.throws(() => of(1, 2, 3).part(2)[way](3), /ends inside a stretch/, 'nor beyond a part');
	}
});
