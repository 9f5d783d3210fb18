import { startExports } from './guest_exports.js';
import { startGo } from './guest_go.js';
import { startModule } from './guest_module.js';

/**
 * Loads a guest and starts it, in the way its toolchain asks for.
 * @param {import('../web/manifest.js').ManifestGuest} guest
 * @returns {Promise<import('./guest.js').StartedGuest>}
 */
export function startGuest(guest) {
	switch (guest.start) {
	case 'go-js':
		return startGo(guest);
	case 'js-module':
		return startModule(guest);
	case 'wasm-exports':
		return startExports(guest);
	default:
		throw new Error(`guest host has no start '${guest.start}'; it has go-js, js-module and wasm-exports`);
	}
}
