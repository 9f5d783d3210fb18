/**
 * Plants of wasm: computing, compiling at the first call, growing memory. Calls go by the harness's exports.
 *
 * @typedef {import('../../web/thread_plants.js').PlantPlace} PlantPlace
 * @typedef {import('../../web/planter.js').Act} Act
 * @typedef {import('../../web/planter.js').Span} Span
 * @typedef {Record<string, (...values: any[]) => any>} Exports
 */
import { lazyModule, workModule } from './wasm.js';

/** One trial of the loop, to find out how often it goes round in a millisecond. */
const TRIAL_ROUNDS = 20000000;

const LAZY_FUNCTIONS = 400, LAZY_ADDITIONS = 1500;

/** 64 KiB each: what a millisecond of growing and touching takes, about. */
const PAGES_PER_MS = 25;

export class Modules {
	#place;
	/** @type {WebAssembly.Module | undefined} */
	#work;
	/** @type {Exports} */
	#exports = {};
	#roundsPerMs = 1;
	/** @type {WebAssembly.Module[]} one for each plant: what is compiled stays compiled */
	#lazy = [];
	/** @type {Exports[]} where memories do not grow: one for each plant, grown to the largest before the window */
	#grown = [];

	/** @param {PlantPlace} place */
	constructor(place) {
		this.#place = place;
	}

	async prepare() {
		this.#work = await WebAssembly.compile(workModule());
		this.#exports = this.#instance(this.#work);
		this.#exports.loop(TRIAL_ROUNDS);
		const begin = performance.now();
		this.#exports.loop(TRIAL_ROUNDS);
		this.#roundsPerMs = TRIAL_ROUNDS / (performance.now() - begin);
		if (this.#place.parameters.memory === 'grown')
			this.#growBeforehand();
		const { length } = this.#place.list.filter((plant) => plant.do === 'compile');
		// The two threads' modules differ, for a process compiles the same bytes but once.
		const other = this.#place.thread === 'main' ? 1 : 0;
		for (let i = 0; i < length; i++)
			this.#lazy.push(await WebAssembly.compile(lazyModule(LAZY_FUNCTIONS, LAZY_ADDITIONS + 2 * i + other)));
	}

	/** @returns {Record<string, Act>} */
	acts() {
		return {
			compute: ({ ms }) => void this.#exports.loop(Math.round(ms * this.#roundsPerMs)),
			compile: ({ ms }) => this.#compile(ms),
			grow: ({ ms }) => this.#grow(Math.round(ms * PAGES_PER_MS)),
		};
	}

	/**
	 * @param {number} ms
	 * @returns {Span}
	 */
	#compile(ms) {
		const module = this.#lazy.pop();
		if (!module)
			throw new Error('no module is left that was not compiled');
		const functions = this.#instance(module);
		const begin = performance.now();
		for (let i = 0; i < LAZY_FUNCTIONS && performance.now() < begin + ms; i++)
			functions[`f${i}`](i);
		return [begin, performance.now()];
	}

	#growBeforehand() {
		for (const { ms } of this.#place.list.filter((plant) => plant.do === 'grow')) {
			const fresh = this.#instance(/** @type {WebAssembly.Module} */ (this.#work));
			fresh.grow(Math.round(ms * PAGES_PER_MS));
			this.#grown.push(fresh);
		}
	}

	/**
	 * @param {number} pages
	 * @returns {Span}
	 */
	#grow(pages) {
		const ready = this.#grown.pop();
		const fresh = ready ?? this.#instance(/** @type {WebAssembly.Module} */ (this.#work));
		const begin = performance.now();
		fresh.grow(ready ? 0 : pages);
		return [begin, performance.now()];
	}

	/**
	 * @param {WebAssembly.Module} module
	 * @returns {Exports}
	 */
	#instance(module) {
		return this.#place.exportsOf(new WebAssembly.Instance(module));
	}
}
