import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StepLog } from '../../workers/step_log.js';

/** @param {[number, number][]} steps start and end */
function logOf(steps, room = 2) {
	const log = new StepLog(room);
	for (const [start, end] of steps)
		log.add(start, end);
	return log;
}

const BUSY = [
	{ what: 'no step', steps: [], from: 0, to: 100, busy: 0 },
	{ what: 'inside', steps: [[10, 20], [30, 35]], from: 0, to: 100, busy: 15 },
	{ what: 'before and after', steps: [[0, 10], [100, 120]], from: 10, to: 100, busy: 0 },
	{ what: 'across both edges', steps: [[0, 15], [20, 25], [95, 130]], from: 10, to: 100, busy: 15 },
	{ what: 'one step longer than the window', steps: [[0, 500]], from: 100, to: 200, busy: 100 },
];

for (const { what, steps, from, to, busy } of BUSY) {
	test(`busy time: ${what}`, () => {
		assert.equal(logOf(/** @type {[number, number][]} */ (steps)).busyWithin(from, to), busy);
	});
}

const DURATIONS = [
	{ ends: [3], expected: { min: 3, median: 3, max: 3 } },
	{ ends: [9, 1, 10], expected: { min: 1, median: 9, max: 10 } },
	{ ends: [9, 1, 10, 100], expected: { min: 1, median: 9.5, max: 100 } },
];

for (const { ends, expected } of DURATIONS) {
	test(`durations of ${ends}`, () => {
		assert.deepEqual(logOf(ends.map((end) => [0, end])).durations(), expected);
	});
}

test('no steps have no durations', () => {
	assert.equal(logOf([]).durations(), null);
});

test('grows past its room and loses nothing', () => {
	const log = logOf(Array.from({ length: 1000 }, (_, i) => [i, i + 0.5]), 0);
	assert.equal(log.count, 1000);
	assert.equal(log.busyWithin(0, 1000), 500);
});
