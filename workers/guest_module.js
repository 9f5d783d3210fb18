import { ENDLESS } from './guest.js';
import { guestUrl } from './guest_file.js';

/**
 * Loads a guest that is a JavaScript module and exports init, step, result and perhaps answer.
 * @param {import('../web/manifest.js').ManifestGuest} guest
 * @param {import('../web/thread_trace.js').ThreadTrace | null} trace
 * @returns {Promise<import('./guest.js').StartedGuest>}
 */
export async function startModule(guest, trace) {
	const { object } = await startModuleFile(guest);
	for (const name of /** @type {const} */ (['init', 'step', 'result'])) {
		if (typeof object[name] !== 'function')
			throw new Error(`${guest.module} exports no function '${name}'`);
	}
	return { object: trace ? timedFunctions(object, trace) : object, memory: null, ...ENDLESS };
}

/**
 * The same of one that exports what its probe wants.
 * @param {import('../web/manifest.js').ManifestGuest} guest
 * @returns {Promise<import('./guest.js').StartedGuest>}
 */
export async function startModuleFile(guest) {
	return { object: await import(guestUrl(guest.module, 'module')), memory: null, ...ENDLESS };
}

/**
 * @param {Record<string, any>} module
 * @param {import('../web/thread_trace.js').ThreadTrace} trace
 * @returns {any} the same functions, measured
 */
function timedFunctions(module, trace) {
	return Object.fromEntries(Object.entries(module)
		.flatMap(([name, value]) => typeof value === 'function' ? [[name, trace.timed(value)]] : []));
}
