import assert from 'node:assert/strict';
import { test } from 'node:test';
import { senderDelayP95 } from '../../web/sender_delay.js';

const of = (/** @type {number[]} */ ...values) => Float64Array.from(values);
const series = (/** @type {number} */ count, /** @type {(i: number) => number} */ value) => Float64Array.from({ length: count }, (_, i) => value(i));

test("the pacer's lateness is not the sender's", () => {
	assert.equal(senderDelayP95(of(100), of(112), of(10)), 2);
});

test('a sample that an earlier tick sent waited for nobody', () => {
	assert.equal(senderDelayP95(of(100, 105), of(112, 112), of(1, 30)), 11);
});

test('the nearest rank of 95 %', () => {
	const due = series(100, (i) => 5 * i);
	const sent = series(100, (i) => 5 * i + i + 1);
	assert.equal(senderDelayP95(due, sent, new Float64Array(100)), 95);
});

test('samples that were never sent have no delay that is known', () => {
	assert.equal(senderDelayP95(of(1, 2), of(1, NaN), of(0, 0)), null);
});
