import assert from 'node:assert/strict';
import test from 'node:test';

import { ANSWER, LENGTH, PAGE, sharedWay, TURN, WORKER } from '../../../probes/bridge/ways.js';

/** A worker of this thread: it takes its turn when the event loop does. */
class Neighbour {
	/** @type {any} */
	control;
	/** @type {any} */
	shared;

	/** @param {{way: string, control: Int32Array, shared: Uint8Array}} message */
	postMessage({ way, control, shared }) {
		assert.equal(way, 'shared');
		this.control = control;
		this.shared = shared;
	}

	answer() {
		assert.equal(this.control[TURN], WORKER);
		this.control[ANSWER] = 0;
		for (const byte of this.shared.subarray(0, this.control[LENGTH]))
			this.control[ANSWER] += byte;
		Atomics.store(this.control, TURN, PAGE);
		Atomics.notify(this.control, TURN);
	}
}

test('a payload goes there by shared memory and its answer back, more than once', async () => {
	const worker = new Neighbour();
	const way = sharedWay(/** @type {any} */ (worker), 4, false);
	for (const [payload, sum] of [[[1, 2, 3], 6], [[9], 9], [[1, 1, 1, 1], 4]]) {
		const asked = way.ask(Uint8Array.from(/** @type {number[]} */ (payload)));
		setTimeout(() => worker.answer(), 1);
		assert.equal(await asked, sum);
	}
});

test('the page that spins takes an answer that is there at once', async () => {
	const worker = new Neighbour();
	const way = sharedWay(/** @type {any} */ (worker), 4, true);
	const { notify } = Atomics;
	try {
		Atomics.notify = (/** @type {any} */ control, /** @type {number} */ index) => {
			Atomics.notify = notify;
			worker.answer();
			return notify(control, index);
		};
		assert.equal(await way.ask(Uint8Array.of(4, 5)), 9);
	} finally {
		Atomics.notify = notify;
	}
});
