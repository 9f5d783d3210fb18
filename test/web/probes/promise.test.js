import assert from 'node:assert/strict';
import test from 'node:test';

import { align, detailsIn, marksIn, sameDetails } from '../../../probes/promise/align.js';
import { readGoTrace } from '../../../probes/promise/go_trace.js';
import { ByteReader } from '../../../workers/byte_reader.js';

/** @param {number} value */
function varint(value) {
	const bytes = [];
	for (; value >= 128; value = Math.floor(value / 128))
		bytes.push(value % 128 + 128);
	return [...bytes, value];
}

/**
 * @param {number} time
 * @param {number[]} body
 */
const batch = (time, body) => [1, ...varint(1), ...varint(0), ...varint(time), ...varint(body.length), ...body];
/** @param {string} text */
const bytesOf = (text) => [...new TextEncoder().encode(text)];
const header = bytesOf('go 1.22 trace\0\0\0');
/** @param {number} id @param {string} text */
const string = (id, text) => [5, ...varint(id), ...varint(text.length), ...bytesOf(text)];

// Units of 64 ns: 15,625,000 a second.
const frequency = batch(0, [8, ...varint(15625000)]);
const strings = batch(0, [4, ...string(1, 'mark'), ...string(300, '0'), ...string(301, '1')]);
// A goroutine starts, logs "0", blocks, starts, logs "1".
const events = batch(1000, [16, ...varint(5), 1, 1, 44, ...varint(995), 0, 1, ...varint(300), 0, 20, 10, 1, 0, 16, 1, 1, 2, 44, ...varint(14), 0, 1, ...varint(301), 0]);

/** @param {number[]} bytes */
const read = (bytes) => readGoTrace(new ByteReader(Uint8Array.from(bytes), "Go's trace"));

test("Go's user logs come with their times, and blocked goroutines are counted", () => {
	const trace = read([...header, ...events, ...batch(0, [2, 3, 1, 0]), ...strings, ...frequency]);
	assert.deepEqual(trace, { blocks: 1, events: 5, logs: [
		{ category: 'mark', message: '0', ns: 2000 * 64 }, { category: 'mark', message: '1', ns: 2025 * 64 }] });
});

test('what is no whole trace of Go 1.22 is refused', () => {
	const whole = [...header, ...events, ...strings, ...frequency];
	assert.throws(() => read([...bytesOf('go 1.21 trace\0\0\0'), ...events]), /none of Go 1.22/);
	assert.throws(() => read(whole.slice(0, -1)), /ends inside/);
	assert.throws(() => read([...header, ...events]), /frequency/);
	assert.throws(() => read([...header, ...batch(0, [99, 0]), ...frequency]), /unknown type 99/);
	assert.throws(() => read([...header, 7]), /batch/);
});

test('one difference of the clocks keeps all bounds, or does not', () => {
	const before = new Map([['0', 100], ['1', 1100]]), after = new Map([['0', 110], ['1', 5000]]);
	/** @param {number} first @param {number} second */
	const logs = (first, second) => [{ message: '0', ns: first * 1000 }, { message: '1', ns: second * 1000 }, { message: 'other', ns: 0 }];
	// A thread that had to wait widens its own bounds and spoils nothing.
	assert.deepEqual(align(before, after, logs(1105, 4000)), { common: 2, slackUs: 10, widthsUs: [10, 3900] });
	assert.equal(align(before, after, logs(1105, 2080)).slackUs, -15);
	assert.equal(align(before, after, []).common, 0);
});

test('details and marks are found among other events', () => {
	const events = [
		{ name: 'm', ph: 'b', cat: 'blink.user_timing', ts: 1, args: { detail: '{"a":1}' } },
		{ name: 'm', ph: 'e', cat: 'blink.user_timing', ts: 2, args: {} },
		{ name: 'm', ph: 'b', cat: 'blink.user_timing', ts: 3, args: {} },
		{ name: 'm', ph: 'n', cat: 'blink.user_timing', ts: 3, args: { detail: '{"a":2}' } },
		{ name: 'go:7', ph: 'I', cat: 'blink.user_timing', ts: 9 },
		{ name: 'go:8', ph: 'I', cat: 'other', ts: 9 },
	];
	assert.deepEqual(detailsIn(events, 'm'), [{ a: 1 }, { a: 2 }]);
	assert.deepEqual([...marksIn(events, 'go:')], [['7', 9]]);
	assert.ok(sameDetails([{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 1 }]));
	assert.ok(!sameDetails([{ a: 1 }], [{ a: 1 }, { a: 1 }]) && !sameDetails([], []));
});
