import { ENDLESS } from './guest.js';
import { instantiateFile } from './guest_file.js';
import { exportedMemory, growBeforehand } from './guest_memory.js';

/** The loads as a guest that takes only i32 knows them. */
const LOAD_CODES = { idle: 0, churn: 1, hash: 2 };

const RESULT_PREFIX = 'result_';

/**
 * Starts a plain wasm module without imports that exports init(load, w0, w1, w2, w3, size), step() and,
 * without parameters, result_steps(), result_digest() and any other result_NAME(): all i32, results unsigned. An
 * exported _initialize runs first. An exported answer(index), whose result is the index to reply to, makes it a responder.
 * @param {import('../web/manifest.js').ManifestGuest} guest
 * @param {import('../web/thread_trace.js').ThreadTrace | null} trace
 * @param {number} [leastMemoryMb] before any of its code runs
 * @returns {Promise<import('./guest.js').StartedGuest>}
 */
export async function startExports(guest, trace, leastMemoryMb = 0) {
	const instance = await instantiateFile(guest.wasm, {});
	growBeforehand(instance, leastMemoryMb);
	const functions = exportedFunctions(instance, trace);
	for (const name of ['init', 'step', 'result_steps', 'result_digest']) {
		if (!(name in functions))
			throw new Error(`${guest.wasm} exports no function '${name}'`);
	}
	functions._initialize?.();
	return { object: { ...functions, ...guestObject(functions) }, memory: exportedMemory(instance), ...ENDLESS };
}

/**
 * @param {WebAssembly.Instance} instance
 * @param {import('../web/thread_trace.js').ThreadTrace | null} trace
 * @returns {Record<string, (...values: any[]) => any>}
 */
export function exportedFunctions(instance, trace) {
	/** @param {(...values: any[]) => any} call */
	const timed = (call) => trace ? trace.timed(call) : call;
	return Object.fromEntries(Object.entries(instance.exports)
		.flatMap(([name, value]) => typeof value === 'function' ? [[name, timed(/** @type {any} */ (value))]] : []));
}

/**
 * @param {Record<string, (...values: any[]) => any>} functions
 * @returns {import('./guest.js').GuestObject}
 */
function guestObject(functions) {
	const results = Object.entries(functions).filter(([name]) => name.startsWith(RESULT_PREFIX));
	const { answer } = functions;
	return {
		answer: answer && ((index, reply) => reply(answer(index) >>> 0)),
		init: (load, ...numbers) => functions.init(LOAD_CODES[/** @type {keyof typeof LOAD_CODES} */ (load)], ...numbers),
		step: () => functions.step(),
		result: () => Object.fromEntries(results
			.map(([name, read]) => [name.slice(RESULT_PREFIX.length), read() >>> 0])),
	};
}
