/**
 * A pacer calls a tick at, or as soon as it can after, each due time.
 *
 * @typedef {Object} Pacer
 * @property {() => Promise<void>} start once, before the first run
 * @property {(due: Float64Array, tick: () => number, naps?: {from: number, to: number}[]) => Promise<void>} run calls tick()
 *   until it returns Infinity; otherwise tick() returns the next due time, one of `due`. Between `from` and `to` it
 *   sleeps, whatever is due (planted lateness)
 * @property {({begin: number, end: number} | null)[]} naps of the last run: from the first due time until it woke; null: nothing
 *   was due
 * @property {Float64Array | null} late how late the last run's ticks were asked for, ms, by due time; null when the
 *   sender's own thread paces, whose delay cannot be told from the pacer's
 * @property {() => void} stop for good; a run under way is never kept
 */
import { TaskPacer } from './task_pacer.js';
import { WorkerPacer } from './worker_pacer.js';

/**
 * @param {unknown} kind the parameter `pacer`
 * @returns {Pacer}
 */
export function createPacer(kind) {
	if (kind === 'task')
		return new TaskPacer();
	if (kind === 'worker')
		return new WorkerPacer();
	throw new Error(`parameter pacer is ${JSON.stringify(kind)}; it must be "task" or "worker"`);
}
