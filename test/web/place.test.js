import assert from 'node:assert/strict';
import test from 'node:test';

import { Place } from '../../web/place.js';

/** @type {any} */
const manifest = { probe: 'p', arm: 'none/main/x', guest: null, parameters: { share_ms: 5, word: 'w' } };

/** @returns {Place} without taking the test runner's console away */
function place() {
	const { log, warn, error } = console;
	const made = new Place(manifest);
	Object.assign(console, { log, warn, error });
	return made;
}

test('each call is timed, and warm-up is not', async () => {
	/** @type {number[]} */
	const calls = [];
	const repeated = await place().repeat({ count: 5, share_ms: Infinity, warmup: 2 }, (i) => calls.push(i));
	assert.deepEqual(calls, [0, 1, 0, 1, 2, 3, 4]);
	assert.equal(repeated.n, 5);
	assert.equal(repeated.planned, 5);
	assert.equal(repeated.each.length, 5);
	assert.ok(repeated.each.every((ms) => ms >= 0));
});

test('no call begins when the share of time is used, but one is made', async () => {
	let calls = 0;
	const repeated = await place().repeat({ count: 1e6, share_ms: 0 }, () => calls++);
	assert.equal(calls, 1);
	assert.equal(repeated.n, 1);
	assert.equal(repeated.planned, 1e6);
});

test('a promise is awaited before the next call', async () => {
	let open = 0;
	await place().repeat({ count: 3, share_ms: Infinity }, async () => {
		assert.equal(open++, 0);
		await new Promise((resolve) => setImmediate(resolve));
		open--;
	});
});

test('parameters are numbers or words', () => {
	assert.equal(place().number('share_ms', 1), 5);
	assert.equal(place().text('word'), 'w');
	assert.throws(() => place().text('share_ms'), /parameter share_ms of probe p is no text/);
});

test('without a guest none can be started', () => {
	return assert.rejects(place().startGuest(), /arm none\/main\/x has no guest/);
});

test("an error of a part tells what the guest printed, and keeps its own words", () => {
	const made = place();
	const plain = new Error('this part fails');
	assert.equal(made.explain(plain), plain, 'nothing to add');
	assert.equal(made.explain(new RangeError('too deep')).message, 'RangeError: too deep');
	assert.equal(made.explain('a text').message, 'a text');
	made.output.add('panic: runtime error: out of memory');
	assert.equal(made.explain(new Error('x')).message, 'x (it printed: panic: runtime error: out of memory)');
	assert.equal(made.lost(), '', 'no guest ended');
});
