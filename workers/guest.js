import { memoryClue } from './guest_memory.js';

/**
 * What every guest offers, however it was started. `load` is the load's name, w0 … w3 the input's seed, size
 * the bytes of one step; docs/PROBES.md describes the work.
 *
 * @typedef {Object} GuestObject
 * @property {(load: string, w0: number, w1: number, w2: number, w3: number, size: number) => void} init
 * @property {() => void} step
 * @property {() => Record<string, unknown>} result steps, digest, and what the guest knows of its memory
 * @property {(index: number, reply: (index: number) => void) => void} [answer] calls reply(index) once, at once or
 *   later; needed where the guest is the responder
 *
 * @typedef {Object} Collector what its host sees of a guest's garbage collector, since the program started
 * @property {number} collections
 * @property {number} pauseMs all of them together
 *
 * @typedef {Object} StartedGuest
 * @property {GuestObject} object
 * @property {WebAssembly.Memory | null} memory its linear memory, if it has one
 * @property {Collector | null} collector kept up to date; null where the host sees nothing and the guest may know
 * @property {() => string | null} ended why it no longer runs, though no call failed: "exit code 2"
 * @property {Promise<string>} end kept when that happens
 * @property {WebAssembly.Instance} [instance] of a guest that is a module
 */

/** Of a guest that is called and cannot end by itself. */
export const ENDLESS = { collector: null, ended: () => null, end: /** @type {Promise<string>} */ (new Promise(() => {})) };

/** A guest that is being measured: counts its steps and turns every way of dying into one sentence. */
export class Guest {
	/** @type {StartedGuest} */
	#started;
	/** @type {import('./guest_output.js').GuestOutput} */
	#output;
	#steps = 0;
	#lost = false;
	/** @type {Collector | null} as it was when the load was set up */
	#before = null;

	/**
	 * @param {StartedGuest} started
	 * @param {import('./guest_output.js').GuestOutput} output
	 */
	constructor(started, output) {
		this.#started = started;
		this.#output = output;
	}

	/**
	 * @param {import('./load.js').Load} load
	 * @param {number[]} seed four words
	 */
	init(load, seed) {
		this.#call('init', () => this.#started.object.init(load.name, seed[0], seed[1], seed[2], seed[3], load.size));
		this.#before = this.#started.collector && { ...this.#started.collector };
	}

	step() {
		this.#steps++;
		try {
			this.#started.object.step();
		} catch (error) {
			throw this.#trap(`step ${this.#steps}`, error);
		}
		this.#checkAlive(`step ${this.#steps}`);
	}

	/** @throws when the guest cannot answer samples */
	checkAnswers() {
		if (typeof this.#started.object.answer !== 'function')
			throw new Error("the guest has no function 'answer', which responder 'guest' needs");
	}

	/**
	 * @param {number} index
	 * @param {(index: number) => void} reply
	 */
	answer(index, reply) {
		try {
			this.#started.object.answer?.(index, reply);
		} catch (error) {
			throw this.#trap('answer', error);
		}
		this.#checkAlive('answer');
	}

	/**
	 * Any other function of the guest's, for a probe of its own.
	 * @param {string} name
	 * @param {unknown[]} values
	 * @returns {unknown}
	 */
	call(name, values) {
		const object = /** @type {Record<string, any>} */ (this.#started.object);
		if (typeof object[name] !== 'function')
			throw new Error(`the guest has no function '${name}'`);
		return this.#call(name, () => object[name](...values));
	}

	/**
	 * Tells of an end between calls, of a goroutine's panic for example; one inside a call is that call's error.
	 * @param {(error: Error) => void} onLost
	 */
	watch(onLost) {
		this.#started.end.then((why) => {
			if (!this.#lost)
				onLost(this.#ending('between calls', why));
		});
	}

	/** @returns {Record<string, unknown>} plain data */
	result() {
		// Before the call, which may itself collect.
		const collected = this.#collected();
		const result = this.#call('result', () => this.#started.object.result());
		if (typeof result !== 'object' || result === null)
			throw new Error(`the guest's result() is ${typeof result} and no object`);
		return { ...JSON.parse(JSON.stringify(result)), ...collected };
	}

	/**
	 * @returns {{collections: number, pause_ns: number, gc_ns: number} | null} since the load was set up; what the host sees
	 *   is the whole collection, in which the guest does nothing else
	 */
	#collected() {
		const { collector } = this.#started;
		if (!collector || !this.#before)
			return null;
		const ns = Math.round((collector.pauseMs - this.#before.pauseMs) * 1e6);
		return { collections: collector.collections - this.#before.collections, pause_ns: ns, gc_ns: ns };
	}

	/**
	 * @template T
	 * @param {string} where
	 * @param {() => T} call
	 * @returns {T}
	 */
	#call(where, call) {
		try {
			const value = call();
			this.#checkAlive(where);
			return value;
		} catch (error) {
			throw this.#trap(where, error);
		}
	}

	/**
	 * A Go program that panics leaves the call without an exception.
	 * @param {string} where
	 */
	#checkAlive(where) {
		const why = this.#started.ended();
		if (why !== null)
			throw this.#ending(`in ${where}`, why);
	}

	/**
	 * @param {string} when
	 * @param {string} why
	 * @returns {Error}
	 */
	#ending(when, why) {
		this.#lost = true;
		return new GuestLost(`guest ended ${when}: ${why}${this.#clues()}`);
	}

	/**
	 * @param {string} where
	 * @param {unknown} error
	 * @returns {Error}
	 */
	#trap(where, error) {
		if (error instanceof GuestLost)
			return error;
		this.#lost = true;
		return new GuestLost(`guest trapped in ${where}: ${errorText(error)}${this.#clues()}`);
	}

	#clues() {
		return this.#output.clue() + memoryClue(this.#started.memory);
	}
}

class GuestLost extends Error {}

/**
 * @param {unknown} error anything thrown; TinyGo's glue throws strings
 * @returns {string} one line: "RuntimeError: unreachable"
 */
export function errorText(error) {
	const text = error instanceof Error && error.message === '' ? error.name : String(error);
	return text.replace(/\s*\n\s*/g, ' ');
}
