import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../web/random.js';
import { drawOffsets, placeSchedule } from '../../web/schedule.js';

const SEED = [0x964D4A0C, 0xD40AB895, 0xAD7FDECB, 0x3006F0F0];

test('due_i = t0 + (i + u_i)·Δ, with u from the stream', () => {
	const { measured } = drawOffsets(SEED, 0, 50);
	const due = new Float64Array(50);
	placeSchedule(due, measured, 1234.5, 5);
	const random = new Random(SEED);
	due.forEach((time, i) => assert.equal(time, 1234.5 + (i + random.unit()) * 5));
});

test('the measured schedule does not depend on the warm-up', () => {
	const short = drawOffsets(SEED, 10, 100);
	const long = drawOffsets(SEED, 400, 100);
	assert.deepEqual(short.measured, long.measured);
	assert.deepEqual(short.cold, long.cold.subarray(0, 10));
	assert.notDeepEqual(short.cold, short.measured.subarray(0, 10));
});

test('due times grow and stay in their own interval', () => {
	const due = new Float64Array(10000);
	placeSchedule(due, drawOffsets(SEED, 0, due.length).measured, 0, 5);
	due.forEach((time, i) => {
		assert.ok(time >= 5 * i && time < 5 * (i + 1));
		assert.ok(i === 0 || time > due[i - 1]);
	});
});
