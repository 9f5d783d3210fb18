import { ENDLESS } from './guest.js';
import { guestUrl } from './guest_file.js';

/**
 * Loads a guest that is a JavaScript module and exports init, step and result.
 * @param {import('../web/manifest.js').ManifestGuest} guest
 * @returns {Promise<import('./guest.js').StartedGuest>}
 */
export async function startModule(guest) {
	const object = await import(guestUrl(guest.module, 'module'));
	for (const name of ['init', 'step', 'result']) {
		if (typeof object[name] !== 'function')
			throw new Error(`${guest.module} exports no function '${name}'`);
	}
	return { object, memory: null, ...ENDLESS };
}
