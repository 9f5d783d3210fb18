import { sleep } from '../web/deadline.js';
import { errorText } from './guest.js';
import { GcPhase } from './gc_phase.js';
import { guestUrl, instantiateFile } from './guest_file.js';
import { traceGo } from './guest_go_trace.js';
import { exportedMemory, growBeforehand } from './guest_memory.js';

const POLL_MS = 2;

/**
 * Starts a Go program, of either compiler, by its toolchain's own wasm_exec.js. The program sets
 * globalThis.wasmographGuest and then blocks for ever. run() is not awaited: it ends when the program does, and
 * under TinyGo not even then.
 * @param {import('../web/manifest.js').ManifestGuest} guest
 * @param {import('../web/thread_trace.js').ThreadTrace | null} trace
 * @param {number} [leastMemoryMb] before its main begins
 * @returns {Promise<import('./guest.js').StartedGuest>}
 */
export async function startGo(guest, trace, leastMemoryMb = 0) {
	await import(guestUrl(guest.glue, 'glue'));
	const go = new globalThis.Go();
	const phase = new GcPhase(trace ? (startMs, endMs) => trace.measure('h:guestgc', startMs, endMs) : () => {});
	phase.watch(go.importObject);
	quietFinalizer(go.importObject);
	go.env = { ...guest.environment };
	if (trace)
		traceGo(go, trace);
	const instance = await instantiateFile(guest.wasm, go.importObject);
	growBeforehand(instance, leastMemoryMb);
	const collector = phase.attach(instance) ? phase : null;
	const { end, ended } = run(go, instance);
	while (globalThis.wasmographGuest === undefined) {
		const why = ended();
		if (why !== null)
			throw new Error(`it ended before it set wasmographGuest: ${why}`);
		await sleep(POLL_MS);
	}
	return { object: globalThis.wasmographGuest, memory: exportedMemory(instance), collector, ended, end, instance };
}

/**
 * TinyGo's glue answers a reference that is given up by a console message, "finalizeRef not implemented", and does
 * nothing: so does this, without the message. gc's glue implements it; only TinyGo's has "runtime.ticks".
 * @param {Record<string, any>} importObject
 */
export function quietFinalizer({ gojs }) {
	if (gojs?.['runtime.ticks'])
		gojs['syscall/js.finalizeRef'] = () => {};
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
