import { startExports } from './guest_exports.js';
import { startGo } from './guest_go.js';
import { startModule } from './guest_module.js';

/**
 * Loads a guest and starts it, in the way its toolchain asks for.
 * @param {import('../web/manifest.js').ManifestGuest} guest
 * @param {import('../web/thread_trace.js').ThreadTrace | null} trace of a traced launch: calls into the guest are measured
 * @param {number} [leastMemoryMb] its linear memory has so much from the beginning, 10^6 bytes
 * @returns {Promise<import('./guest.js').StartedGuest>}
 */
export function startGuest(guest, trace, leastMemoryMb = 0) {
	switch (guest.start) {
	case 'go-js':
		return startGo(guest, trace, leastMemoryMb);
	case 'js-module':
		return startModule(guest, trace);
	case 'wasm-exports':
		return startExports(guest, trace, leastMemoryMb);
	default:
		throw new Error(`guest host has no start '${guest.start}'; it has go-js, js-module and wasm-exports`);
	}
}
