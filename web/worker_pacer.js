import { ROOT } from './manifest.js';
import { napsTaken, packNaps } from './naps.js';
import { taskDelay } from './task_delay.js';

/**
 * Paces by a worker that sleeps in timed Atomics.wait and posts one message per due time
 * (workers/pacer.js): no timer queue is involved. Needs cross-origin isolation.
 *
 * @typedef {import('./pacer.js').Pacer} Pacer
 * @implements {Pacer}
 */
export class WorkerPacer {
	/** @type {Worker | undefined} */
	#worker;
	#clockOffset = 0;
	/** @type {Float64Array | null} of the last run */
	#late = null;
	#naps = packNaps([]);

	/** @returns {Float64Array | null} */
	get late() {
		return this.#late;
	}

	async start() {
		if (typeof SharedArrayBuffer === 'undefined')
			throw new Error('pacer "worker" needs cross-origin isolation; use --param pacer=task');
		const worker = new Worker(new URL('workers/pacer.js', ROOT), { type: 'module', name: 'wasmograph-pacer' });
		this.#worker = worker;
		const origin = await new Promise((resolve, reject) => {
			worker.onmessage = (event) => resolve(event.data.timeOrigin);
			worker.onerror = () => reject(new Error('workers/pacer.js could not be started'));
		});
		this.#clockOffset = performance.timeOrigin - origin;
	}

	/** @returns {({begin: number, end: number} | null)[]} of the last run */
	get naps() {
		const here = (/** @type {number} */ time) => time - this.#clockOffset;
		return napsTaken(this.#naps).map((nap) => nap && { begin: here(nap.begin), end: here(nap.end) });
	}

	/**
	 * @param {Float64Array} due
	 * @param {() => number} tick
	 * @param {{from: number, to: number}[]} [naps]
	 * @returns {Promise<void>}
	 */
	run(due, tick, naps = []) {
		const worker = this.#worker;
		if (!worker)
			throw new Error('the pacer was not started');
		return new Promise((resolve, reject) => {
			const finished = () => {
				worker.onmessage = null;
				resolve();
			};
			worker.onmessage = (event) => {
				const next = tick();
				if (next === Infinity)
					finished();
				else if (event.data === due.length - 1)
					finishByTask(next, tick).then(finished, reject);
			};
			worker.onerror = (event) => reject(new Error(`the pacer worker failed: ${event.message}`));
			this.#late = new Float64Array(new SharedArrayBuffer(8 * due.length));
			const there = (/** @type {number} */ time) => time + this.#clockOffset;
			this.#naps = packNaps(naps.map(({ from, to }) => ({ from: there(from), to: there(to) })));
			worker.postMessage({ due: due.map(there), late: this.#late, naps: this.#naps });
			if (due.length === 0)
				finished();
		});
	}

	stop() {
		this.#worker?.terminate();
	}
}

/**
 * The last message of the worker came before the last due time, which the two threads' clocks (timeOrigin is a
 * sampled figure) do not quite exclude: nothing else would send that sample.
 * @param {number} next
 * @param {() => number} tick
 */
async function finishByTask(next, tick) {
	while (next !== Infinity)
		next = await scheduler.postTask(tick, { delay: taskDelay(next - performance.now()) });
}
