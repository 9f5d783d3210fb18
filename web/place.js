/**
 * The thread that a probe of calls does its work on: the page, or a worker of its own. The same code serves both.
 *
 * @typedef {Object} Repeated
 * @property {number} n calls that were made
 * @property {number} planned calls that were asked for
 * @property {number} total_ms all of them together
 * @property {Float64Array} each ms, of each call
 *
 * @typedef {Object} RepeatOptions
 * @property {number} count
 * @property {number} share_ms no further call begins when so much time has gone by
 * @property {number} [warmup] calls before the first that is timed
 */
import { errorText } from '../workers/guest.js';
import { memoryClue } from '../workers/guest_memory.js';
import { startModuleFile } from '../workers/guest_module.js';
import { GuestOutput } from '../workers/guest_output.js';
import { startGuest } from '../workers/guest_start.js';
import { numberParameter } from './manifest.js';

export class Place {
	/** What was printed on this thread since the place was made: panics are only ever printed. */
	output = new GuestOutput();
	/** @type {import('../workers/guest.js').StartedGuest[]} */
	#started = [];

	/** @param {import('./manifest.js').Manifest} manifest */
	constructor(manifest) {
		this.manifest = manifest;
		this.output.capture(console);
	}

	/**
	 * @param {string} name
	 * @param {number} [least]
	 * @returns {number}
	 */
	number(name, least = -Infinity) {
		return numberParameter(this.manifest, name, least);
	}

	/**
	 * A parameter that is a word.
	 * @param {string} name
	 * @returns {string}
	 */
	text(name) {
		const value = this.manifest.parameters[name];
		if (typeof value !== 'string')
			throw new Error(`parameter ${name} of probe ${this.manifest.probe} is no text`);
		return value;
	}

	/**
	 * A fresh instance of the launch's guest. A Go program sets globalThis.wasmographGuest anew; a guest in JavaScript may
	 * export what it likes.
	 * @returns {Promise<import('../workers/guest.js').StartedGuest>}
	 */
	async startGuest() {
		const { guest } = this.manifest;
		if (guest === null)
			throw new Error(`arm ${this.manifest.arm} has no guest`);
		delete globalThis.wasmographGuest;
		const started = await (guest.start === 'js-module' ? startModuleFile(guest) : startGuest(guest, null));
		this.#started.push(started);
		return started;
	}

	/**
	 * @returns {string} how the first guest that no longer runs ended, though no call of it failed (a Go program that panics
	 *   leaves the call without an exception); "" while all run
	 */
	lost() {
		const lost = this.#started.find(({ ended }) => ended() !== null);
		return lost ? `guest ended: ${lost.ended()}${this.output.clue()}${memoryClue(lost.memory)}` : '';
	}

	/**
	 * @param {unknown} error of the part
	 * @returns {Error} it, or what tells of it and of the guest
	 */
	explain(error) {
		const clue = this.lost() || this.output.clue().trim();
		const plain = error instanceof Error && error.name === 'Error';
		if (clue === '' && plain)
			return error;
		return new Error([plain ? error.message : errorText(error), clue].filter((text) => text !== '').join(' '), { cause: error });
	}

	/**
	 * Calls until `count` calls were made or `share_ms` have gone by, and times each.
	 * @param {RepeatOptions} options
	 * @param {(index: number) => unknown} call what returns a promise is awaited
	 * @returns {Promise<Repeated>}
	 */
	async repeat({ count, share_ms, warmup = 0 }, call) {
		for (let i = 0; i < warmup; i++)
			await call(i);
		const each = new Float64Array(count);
		const startMs = performance.now();
		let n = 0;
		for (let nowMs = startMs; n < count && (n === 0 || nowMs - startMs < share_ms);) {
			const beforeMs = performance.now();
			const pending = call(n);
			if (pending instanceof Promise)
				await pending;
			nowMs = performance.now();
			each[n++] = nowMs - beforeMs;
		}
		return { n, planned: count, total_ms: performance.now() - startMs, each: each.slice(0, n) };
	}
}

/**
 * Runs one part of a probe on this thread.
 * @param {import('./manifest.js').Manifest} manifest
 * @param {string} url of a module that exports run(place, input)
 * @param {unknown} input
 * @returns {Promise<{result: unknown, lost: string}>} lost: how a guest ended meanwhile, or ""
 */
export async function runPart(manifest, url, input) {
	const part = await import(url);
	if (typeof part.run !== 'function')
		throw new Error(`${url.slice(url.lastIndexOf('/') + 1)} exports no function 'run'`);
	const place = new Place(manifest);
	try {
		const result = await part.run(place, input);
		return { result, lost: place.lost() };
	} catch (error) {
		throw place.explain(error);
	}
}
