import { Calls } from './calls.js';
import { Latency } from './latency.js';
import { numberParameter } from './manifest.js';

/** What a probe's three functions are given: the launch's manifest and the measurements there are. */
export class Harness {
	/** @type {Latency | undefined} */
	#latency;
	/** @type {Calls | undefined} */
	#calls;

	/** @param {import('./manifest.js').Manifest} manifest */
	constructor(manifest) {
		this.manifest = manifest;
	}

	/**
	 * A parameter of the probe that is a number.
	 * @param {string} name
	 * @param {number} [least]
	 * @returns {number}
	 */
	number(name, least = -Infinity) {
		return numberParameter(this.manifest, name, least);
	}

	/**
	 * The launch's latency measurement; made at the first use, which is in prepare().
	 * @returns {Latency}
	 */
	get latency() {
		this.#latency ??= new Latency(this.manifest);
		return this.#latency;
	}

	/**
	 * What a probe of kind "calls" measures and reports with.
	 * @returns {Calls}
	 */
	get calls() {
		this.#calls ??= new Calls(this.manifest);
		return this.#calls;
	}
}
