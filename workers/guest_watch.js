import { guestUrl } from './guest_file.js';

/**
 * What a guest calls of its host while it runs: for probes whose question is what goes through JavaScript at all.
 *
 * @typedef {Object} GoWatch
 * @property {() => Record<string, number>} calls by import, since the last reset()
 * @property {() => void} reset
 * @property {() => WebAssembly.Instance} instance of the guest that was started last
 * @property {(name: string, listener: () => void) => void} on called behind each call of that import
 */

/**
 * Makes every Go program that is started on this thread from now on a watched one. Both compilers' glue makes its imports
 * in the constructor of globalThis.Go, and a glue that was imported once is not run again.
 * @param {import('../web/manifest.js').ManifestGuest} guest
 * @returns {Promise<GoWatch>}
 */
export async function watchGo(guest) {
	await import(guestUrl(guest.glue, 'glue'));
	/** @type {Map<string, number>} */
	const counts = new Map();
	/** @type {Map<string, () => void>} */
	const listeners = new Map();
	/** @type {WebAssembly.Instance | null} */
	let last = null;
	globalThis.Go = class extends globalThis.Go {
		constructor() {
			super();
			// TinyGo's env is its gojs once more.
			for (const imports of new Set(Object.values(this.importObject)))
				countCalls(imports, counts, listeners);
		}

		/** @param {WebAssembly.Instance} instance */
		run(instance) {
			last = instance;
			return super.run(instance);
		}
	};
	return {
		calls: () => Object.fromEntries([...counts].sort()),
		reset: () => counts.clear(),
		on: (name, listener) => listeners.set(name, listener),
		instance: () => {
			if (last === null)
				throw new Error('no guest was started since it is watched');
			return last;
		},
	};
}

/**
 * @param {Record<string, any>} imports of one module; changed in place
 * @param {Map<string, number>} counts
 * @param {Map<string, () => void>} listeners
 */
function countCalls(imports, counts, listeners) {
	for (const [name, call] of Object.entries(imports)) {
		/** @param {...any} values */
		imports[name] = (...values) => {
			counts.set(name, (counts.get(name) ?? 0) + 1);
			const value = call.apply(imports, values);
			listeners.get(name)?.();
			return value;
		};
	}
}
