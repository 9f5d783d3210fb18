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

	async start() {}

	/**
	 * @param {Float64Array} due
	 * @param {() => number} tick
	 */
	async run(due, tick) {
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
