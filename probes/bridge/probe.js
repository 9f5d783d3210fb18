/**
 * From the page to a Go program in a worker and back: by messages, cloned or transferred, and by shared memory; and with which
 * headers there is shared memory at all.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 */
import { channelWay, sharedWay } from './ways.js';

/** For starting a guest, or for an answer: then the launch has failed. */
const DEADLINE_MS = 20000;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure(harness) {
	const worker = new Worker(new URL('guest_worker.js', import.meta.url), { type: 'module', name: 'guest' });
	try {
		await (harness.manifest.load === 'headers' ? tryMemory(harness, worker) : exchange(harness, worker));
	} finally {
		worker.terminate();
	}
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}

/**
 * The worker's next message, or a failure.
 * @param {Worker} worker
 * @returns {Promise<any>}
 */
function reply(worker) {
	return new Promise((resolve, reject) => {
		worker.onmessage = ({ data }) => ('failed' in data ? reject(new Error(data.failed)) : resolve(data));
		worker.onerror = (event) => reject(new Error(event.message || 'guest_worker.js could not be loaded'));
		setTimeout(() => reject(new Error(`the worker did not answer within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
	});
}

/**
 * @param {Harness} harness
 * @param {Worker} worker
 */
async function exchange(harness, worker) {
	const { calls, manifest } = harness;
	const size = harness.number('size', 1);
	const payload = Uint8Array.from({ length: size }, (_, i) => i * 7 & 127);
	const expected = payload.reduce((sum, byte) => sum + byte, 0);
	worker.postMessage({ manifest });
	const { sharedMemory } = await reply(worker);
	const way = manifest.load === 'shared' || manifest.load === 'spin' ? sharedWay(worker, size, manifest.load === 'spin')
		: channelWay(worker, manifest.load === 'transfer');
	const trips = await timeTrips(way, payload, expected, harness.number('count', 1), harness.number('warmup', 0), harness.number('share_ms', 1));
	calls.metric('round_trip_ms', trips.reduce((sum, ms) => sum + ms, 0) / trips.length);
	if (sharedMemory !== null)
		calls.observe('guest_memory_is_shared', sharedMemory);
	calls.series('round_trip_ms', 'ms', trips);
	calls.ran('round trips', trips.length, harness.number('count', 1));
}

/**
 * @param {import('./ways.js').Way} way
 * @param {Uint8Array} payload
 * @param {number} expected
 * @param {number} count
 * @param {number} warmup
 * @param {number} shareMs
 * @returns {Promise<number[]>} ms
 */
async function timeTrips(way, payload, expected, count, warmup, shareMs) {
	const trips = [];
	let endMs = Infinity;
	for (let i = -warmup; i < count && performance.now() < endMs; i++) {
		if (i === 0)
			endMs = performance.now() + shareMs;
		const beforeMs = performance.now();
		const sum = await way.ask(payload);
		const afterMs = performance.now();
		if (sum !== expected)
			throw new Error(`the guest adds the payload to ${sum}, and it is ${expected}`);
		if (i >= 0)
			trips.push(afterMs - beforeMs);
	}
	return trips;
}

/**
 * Shared memory that reaches a worker, under this launch's headers.
 * @param {Harness} harness
 * @param {Worker} worker
 */
async function tryMemory({ calls, manifest }, worker) {
	/** @type {string | null} */
	let error = null;
	try {
		const memory = typeof SharedArrayBuffer === 'undefined' ? new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer
			: new SharedArrayBuffer(65536);
		worker.postMessage({ memory });
		await reply(worker);
	} catch (failure) {
		error = String(failure);
	}
	const { coop, coep } = manifest.parameters;
	const usable = typeof SharedArrayBuffer !== 'undefined' && error === null;
	calls.observe('shared_memory_usable', usable);
	calls.observe('as_headers_say', usable === (coop === 'on' && coep === 'on'));
	calls.fact('tried', { coop, coep, SharedArrayBuffer: typeof SharedArrayBuffer, crossOriginIsolated, error });
}
