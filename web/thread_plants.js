/**
 * What a thread of a launch with plants does for them: loads the probe's module, and lets it act.
 *
 * @typedef {Object} PlantPlace what the module's createActs() is given of its thread, to go by the very paths of the harness
 * @property {'main' | 'worker'} thread
 * @property {import('./manifest.js').Plant[]} list this thread's plants
 * @property {import('./manifest.js').Manifest['parameters']} parameters the probe's
 * @property {import('./line.js').Line} line this thread's end of the line between the two parties
 * @property {(worker: Worker) => import('./line.js').Line} open a line to another worker; in a traced launch it is measured
 *   like the parties', but its messages are not counted: they are not between the two
 * @property {(instance: WebAssembly.Instance) => Record<string, (...values: any[]) => any>} exportsOf calls into them are
 *   measured like those into a guest
 * @property {(name: string, ...values: unknown[]) => unknown} callGuest a function of the guest that lives on this thread
 *
 * @typedef {{createActs(place: PlantPlace): Promise<Record<string, import('./planter.js').Act>>}} PlantModule
 */
import { exportedFunctions } from '../workers/guest_exports.js';
import { ROOT } from './manifest.js';
import { Planter } from './planter.js';
import { createLine } from './traced_line.js';
import { Uncounted } from './thread_trace.js';

export class ThreadPlants {
	#plants;
	#place;
	/** @type {Planter | undefined} */
	#planter;

	/**
	 * @param {import('./manifest.js').ManifestPlants} plants
	 * @param {import('./manifest.js').Manifest['parameters']} parameters
	 * @param {'main' | 'worker'} thread
	 * @param {import('./line.js').Line} line
	 * @param {import('./thread_trace.js').ThreadTrace | null} trace
	 * @param {{callGuest?(name: string, values: unknown[]): unknown}} party of this thread
	 */
	constructor(plants, parameters, thread, line, trace, party) {
		this.#plants = plants;
		const on = thread === 'main' ? 'page' : 'worker';
		/** @type {PlantPlace} */
		this.#place = {
			thread,
			parameters,
			list: plants.list.filter((plant) => plant.on === on),
			line,
			open: (/** @type {Worker} */ worker) => createLine(worker, trace && new Uncounted(trace)),
			exportsOf: (/** @type {WebAssembly.Instance} */ instance) => exportedFunctions(instance, trace),
			callGuest: (/** @type {string} */ name, /** @type {unknown[]} */ ...values) => party.callGuest?.(name, values),
		};
	}

	async prepare() {
		/** @type {PlantModule} */
		const module = await import(new URL(this.#plants.module, ROOT).href);
		this.#planter = new Planter(this.#place.list, await module.createActs(this.#place));
	}

	/** @param {number} startMs when the schedule of samples begins, since the epoch: the two threads' clocks differ */
	begin(startMs) {
		this.#planter?.begin(startMs - performance.timeOrigin);
	}

	/** @returns {import('./planter.js').Planted[]} */
	end() {
		return this.#planter?.end() ?? [];
	}
}
