import { sleep } from '../web/deadline.js';
import { errorText } from './guest.js';
import { guestUrl, instantiateFile } from './guest_file.js';
import { exportedMemory } from './guest_memory.js';

const POLL_MS = 2;

/**
 * Starts a Go program, of either compiler, by its toolchain's own wasm_exec.js. The program sets
 * globalThis.wasmographGuest and then blocks for ever. run() is not awaited: it ends when the program does, and
 * under TinyGo not even then.
 * @param {import('../web/manifest.js').ManifestGuest} guest
 * @returns {Promise<import('./guest.js').StartedGuest>}
 */
export async function startGo(guest) {
	await import(guestUrl(guest.glue, 'glue'));
	const go = new globalThis.Go();
	const instance = await instantiateFile(guest.wasm, go.importObject);
	go.env = { ...guest.environment };
	const { end, ended } = run(go, instance);
	while (globalThis.wasmographGuest === undefined) {
		const why = ended();
		if (why !== null)
			throw new Error(`it ended before it set wasmographGuest: ${why}`);
		await sleep(POLL_MS);
	}
	return { object: globalThis.wasmographGuest, memory: exportedMemory(instance), ended, end };
}

/**
 * @param {InstanceType<typeof globalThis.Go>} go
 * @param {WebAssembly.Instance} instance
 * @returns {{ended: () => string | null, end: Promise<string>}}
 */
function run(go, instance) {
	/** @type {string | null} */
	let why = null;
	/** @type {Promise<string>} */
	const end = new Promise((resolve) => {
		/** @param {string} text */
		const finish = (text) => resolve(why ??= text);
		// Only gc's glue calls it, inside the call that ends the program. It replaces a console message.
		go.exit = (code) => finish(`exit code ${code}`);
		go.run(instance).then(() => finish('its main returned'), (error) => finish(errorText(error)));
	});
	return { ended: () => why, end };
}
