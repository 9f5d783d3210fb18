/**
 * One thread's plants in a launch: does each when it is due, and writes down when it happened, by this thread's clock.
 *
 * @typedef {[number, number]} Span begin and end, ms
 * @typedef {(plant: import('./manifest.js').Plant) => void | Span | Promise<Span>} Act does it; without a span it lasted
 *   for as long as the call
 * @typedef {{id: number, begin: number, end: number} | {id: number, failed: string}} Planted
 */
import { errorText } from '../workers/guest.js';

export class Planter {
	#list;
	#acts;
	#clock;
	/** @type {Planted[]} */
	#log = [];
	#next = 0;
	#startMs = 0;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;

	/**
	 * @param {import('./manifest.js').Plant[]} list in the order of their times
	 * @param {Record<string, Act>} acts by the word that a plant's `do` is
	 * @param {{now(): number}} [clock]
	 */
	constructor(list, acts, clock = performance) {
		for (const { do: act } of list) {
			if (typeof acts[act] !== 'function')
				throw new Error(`the probe's plants have no act '${act}' on this thread`);
		}
		this.#list = list;
		this.#acts = acts;
		this.#clock = clock;
	}

	/** @param {number} startMs when the schedule of samples begins, on this thread's clock */
	begin(startMs) {
		this.#startMs = startMs;
		this.#arm();
	}

	/** @returns {Planted[]} what was done; nothing more is */
	end() {
		clearTimeout(this.#timer);
		return this.#log;
	}

	#arm() {
		const plant = this.#list[this.#next];
		if (plant)
			this.#timer = setTimeout(this.#onDue, Math.max(0, this.#startMs + plant.at_ms - this.#clock.now()));
	}

	#onDue = () => {
		const plant = this.#list[this.#next++];
		this.#run(plant);
		this.#arm();
	};

	/** @param {import('./manifest.js').Plant} plant */
	#run(plant) {
		const begin = this.#clock.now();
		try {
			const span = this.#acts[plant.do](plant);
			if (span instanceof Promise)
				span.then((known) => this.#done(plant.id, known), (error) => this.#failed(plant.id, error));
			else
				this.#done(plant.id, span ?? [begin, this.#clock.now()]);
		} catch (error) {
			this.#failed(plant.id, error);
		}
	}

	/**
	 * @param {number} id
	 * @param {Span} span
	 */
	#done(id, [begin, end]) {
		this.#log.push({ id, begin, end });
	}

	/**
	 * @param {number} id
	 * @param {unknown} error
	 */
	#failed(id, error) {
		this.#log.push({ id, failed: errorText(error) });
	}
}
