import { taskDelay } from './task_delay.js';

/**
 * Paces by scheduler.postTask on the sender's own thread, which has no clamp of 4 ms on nested timers.
 *
 * @typedef {import('./pacer.js').Pacer} Pacer
 * @implements {Pacer}
 */
export class TaskPacer {
	#stop = new AbortController();
	late = null;
	/** @type {null[]} */
	naps = [];

	async start() {}

	/**
	 * @param {Float64Array} due
	 * @param {() => number} tick
	 * @param {{from: number, to: number}[]} [naps]
	 */
	async run(due, tick, naps = []) {
		if (naps.length > 0)
			throw new Error('pacer "task" cannot oversleep on purpose; use --param pacer=worker');
		let next = due.length > 0 ? due[0] : Infinity;
		while (next !== Infinity) {
			const options = { delay: taskDelay(next - performance.now()), signal: this.#stop.signal };
			next = await scheduler.postTask(tick, options);
		}
	}

	stop() {
		this.#stop.abort();
	}
}
