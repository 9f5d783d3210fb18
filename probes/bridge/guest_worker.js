/**
 * The worker that holds the guest, and answers in the way that it is told. A module of its own and no part of
 * harness.calls: it has to be handed ports, and to block in shared memory.
 */
import { ANSWER, END, LENGTH, PAGE, TURN } from './ways.js';

/** @type {any} */
let guest;
let transfers = false;

/** @param {MessagePort} port */
function serveChannel(port) {
	port.onmessage = ({ data }) => {
		const sum = guest.sum(data);
		if (transfers)
			port.postMessage({ sum, payload: data }, [data.buffer]);
		else
			port.postMessage(sum);
	};
}

/**
 * @param {Int32Array} control
 * @param {Uint8Array} shared
 */
function serveShared(control, shared) {
	for (;;) {
		Atomics.wait(control, TURN, PAGE);
		if (Atomics.load(control, TURN) === END)
			return;
		Atomics.store(control, ANSWER, guest.sum(shared.subarray(0, Atomics.load(control, LENGTH))));
		Atomics.store(control, TURN, PAGE);
		Atomics.notify(control, TURN);
	}
}

/** @param {any} manifest */
async function start(manifest) {
	const { Place } = await import(new URL('../web/place.js', import.meta.url).href);
	const started = await new Place(manifest).startGuest();
	guest = started.object;
	transfers = manifest.load === 'transfer';
	return started.memory && started.memory.buffer instanceof SharedArrayBuffer;
}

globalThis.onmessage = async (/** @type {MessageEvent} */ { data }) => {
	if (data.manifest)
		globalThis.postMessage(await start(data.manifest).then((sharedMemory) => ({ sharedMemory }), (error) => ({ failed: String(error) })));
	else if (data.way === 'channel')
		serveChannel(data.port);
	else if (data.way === 'shared')
		serveShared(data.control, data.shared);
	else if (data.memory)
		globalThis.postMessage({ bytes: data.memory.byteLength });
};
