import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sampler } from '../../web/sampler.js';

/**
 * A sampler of 6 samples due at 10, 20, … 60, with a clock that a test sets.
 */
function fixture() {
	const clock = { time: 0, now: () => clock.time };
	/** @type {number[]} */
	const posted = [];
	const sampler = new Sampler(6, (index) => posted.push(index), clock);
	sampler.due.set([10, 20, 30, 40, 50, 60]);
	return { clock, posted, sampler };
}

/** @param {Promise<void>} promise */
async function isKept(promise) {
	const now = new Promise((resolve) => setImmediate(() => resolve(false)));
	return await Promise.race([promise.then(() => true), now]);
}

/** Each row: the clock at one tick, what is posted by then, what the tick returns. */
const TICKS = [
	{ at: 5, posted: [], next: 10 },
	{ at: 10, posted: [0], next: 20 },
	{ at: 19.9, posted: [0], next: 20 },
	{ at: 47, posted: [0, 1, 2, 3], next: 50 },
	{ at: 90, posted: [0, 1, 2, 3, 4, 5], next: Infinity },
	{ at: 91, posted: [0, 1, 2, 3, 4, 5], next: Infinity },
];

test('a tick sends all that is due by now, and says what is next', () => {
	const { clock, posted, sampler } = fixture();
	sampler.open(0, 6);
	for (const tick of TICKS) {
		clock.time = tick.at;
		assert.equal(sampler.sendDue(), tick.next, `at ${tick.at}`);
		assert.deepEqual(posted, tick.posted, `at ${tick.at}`);
	}
	assert.deepEqual([...sampler.sent], [10, 47, 47, 47, 90, 90]);
	assert.deepEqual([...sampler.due], [10, 20, 30, 40, 50, 60]);
});

test('is answered when every opened sample is, in any order; cold ones do not count', async () => {
	const { clock, sampler } = fixture();
	sampler.open(0, 2);
	clock.time = 100;
	sampler.sendDue();
	const answered = sampler.open(2, 6);
	sampler.sendDue();
	for (const index of [5, 0, 3, 1, 2]) {
		sampler.take(index, 100 + index);
		assert.equal(await isKept(answered), false);
	}
	sampler.take(4, 104);
	assert.equal(await isKept(answered), true);
	assert.deepEqual([...sampler.returned], [100, 101, 102, 103, 104, 105]);
	assert.equal(sampler.close().unanswered, 0);
});

test('a missing reply stays missing after the end, and is counted', () => {
	const { clock, sampler } = fixture();
	sampler.open(0, 6);
	clock.time = 70;
	sampler.sendDue();
	[0, 1, 2, 3].forEach((index) => sampler.take(index, 71));
	clock.time = 200;
	assert.deepEqual(sampler.close(), { endMs: 200, unanswered: 2 });
	sampler.take(4, 201);
	assert.deepEqual([...sampler.returned], [71, 71, 71, 71, NaN, NaN]);
});

test('no samples are answered at once', async () => {
	assert.equal(await isKept(fixture().sampler.open(3, 3)), true);
});
