/**
 * The pacer worker: is given due times on its own clock, sleeps until each, and posts its index.
 * While a schedule runs, this thread never returns to its event loop; it is stopped by being terminated.
 */

import { noteNap, wakeOf } from '../web/naps.js';

/** Nobody writes here: the wait always ends by its time limit. */
const never = new Int32Array(new SharedArrayBuffer(4));

/** Two steps of the isolated clock: what timeOrigin differences may be wrong by, so as not to come early. */
const MARGIN_MS = 0.01;

/**
 * `late` is shared: how late each message was posted, ms, for the sender to tell its own delay from this thread's. So are
 * the naps (web/naps.js).
 * @param {MessageEvent<{due: Float64Array, late: Float64Array, naps: Float64Array}>} event
 */
function onSchedule(event) {
	const { due, late, naps } = event.data;
	for (let i = 0; i < due.length; i++) {
		sleepUntil(wakeOf(naps, due[i]) + MARGIN_MS);
		const now = performance.now();
		late[i] = now - due[i];
		postMessage(i);
		noteNap(naps, due[i], now);
	}
}

/** @param {number} time */
function sleepUntil(time) {
	for (let wait = time - performance.now(); wait > 0; wait = time - performance.now())
		Atomics.wait(never, 0, 0, wait);
}

addEventListener('message', onSchedule);
postMessage({ timeOrigin: performance.timeOrigin });
