import assert from 'node:assert/strict';
import { test } from 'node:test';
import { napsTaken, noteNap, packNaps, wakeOf } from '../../web/naps.js';
import { Planter } from '../../web/planter.js';

/** @param {number} id @param {string} act @param {number} at_ms @returns {import('../../web/manifest.js').Plant} */
const plant = (id, act, at_ms) => ({ id, on: 'page', do: act, at_ms, ms: 10, count: 1 });

test('each plant is done once, in order, and its span is written down', async (context) => {
	context.mock.timers.enable(['setTimeout']);
	const clock = { time: 1000, now: () => clock.time };
	/** @type {number[]} */
	const done = [];
	/** @type {(span: [number, number]) => void} */
	let answer = () => {};
	const acts = {
		spin: (/** @type {{id: number, ms: number}} */ { id, ms }) => {
			done.push(id);
			clock.time += ms;
		},
		known: () => /** @type {[number, number]} */ ([7, 8]),
		later: () => /** @type {Promise<[number, number]>} */ (new Promise((resolve) => {
			answer = resolve;
		})),
		broken: () => {
			throw new RangeError('no way');
		},
	};
	const list = [plant(0, 'spin', 100), plant(1, 'later', 150), plant(2, 'known', 200), plant(3, 'broken', 250), plant(4, 'spin', 900)];
	const planter = new Planter(list, acts, clock);
	const pass = (/** @type {number} */ ms) => {
		clock.time += ms;
		context.mock.timers.tick(ms);
	};
	planter.begin(1000);
	pass(99);
	assert.deepEqual(done, []);
	for (let i = 0; i < 40; i++)
		pass(10);
	answer([1, 2]);
	await Promise.resolve();
	const log = planter.end();
	for (let i = 0; i < 100; i++)
		pass(10);
	assert.deepEqual(done, [0], 'the last one was not due before the end');
	assert.deepEqual(log.map(({ id }) => id).sort(), [0, 1, 2, 3]);
	const of = (/** @type {number} */ id) => /** @type {any} */ (log.find((entry) => entry.id === id));
	assert.equal(of(0).end - of(0).begin, 10);
	assert.ok(of(0).begin >= 1100);
	assert.deepEqual(of(1), { id: 1, begin: 1, end: 2 });
	assert.deepEqual(of(2), { id: 2, begin: 7, end: 8 });
	assert.deepEqual(of(3), { id: 3, failed: 'RangeError: no way' });
});

test('a plant that nobody knows is told before anything is measured', () => {
	assert.throws(() => new Planter([plant(0, 'dance', 1)], {}), { message: "the probe's plants have no act 'dance' on this thread" });
});

test('a pacer naps from the first due time in the nap until its end', () => {
	const naps = packNaps([{ from: 100, to: 120 }, { from: 300, to: 301 }]);
	const dues = [99, 104, 111, 120, 250];
	assert.deepEqual(dues.map((due) => wakeOf(naps, due)), [99, 120, 120, 120, 250]);
	for (const due of dues)
		noteNap(naps, due, due + 30);
	assert.deepEqual(napsTaken(naps), [{ begin: 104, end: 134 }, null], 'nothing was due in the second');
	assert.deepEqual(napsTaken(packNaps([])), []);
});
