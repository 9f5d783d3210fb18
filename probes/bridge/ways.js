/**
 * Ways of a payload from the page to a guest in a worker and of the answer back: the page's half.
 *
 * @typedef {Object} Way
 * @property {(payload: Uint8Array) => Promise<number>} ask the guest's sum of the payload
 */

/** Words of the shared control block: whose turn it is, the payload's length, the answer. */
export const TURN = 0, LENGTH = 1, ANSWER = 2, WORDS = 4;
export const PAGE = 0, WORKER = 1, END = 2;

/**
 * One message there, one back, over a port of the worker's own.
 * @param {Worker} worker
 * @param {boolean} transfer the payload's buffer is handed over and comes back, instead of being cloned
 * @returns {Way}
 */
export function channelWay(worker, transfer) {
	const { port1, port2 } = new MessageChannel();
	worker.postMessage({ way: 'channel', port: port2 }, [port2]);
	/** @type {(answer: any) => void} */
	let answered = () => {};
	port1.onmessage = ({ data }) => answered(data);
	/** @type {Uint8Array | null} what came back last */
	let handed = null;
	return {
		async ask(payload) {
			const sent = transfer ? handed ?? payload.slice() : payload;
			const answer = await new Promise((resolve) => {
				answered = resolve;
				port1.postMessage(sent, transfer ? [sent.buffer] : []);
			});
			if (!transfer)
				return answer;
			handed = answer.payload;
			return answer.sum;
		},
	};
}

/** For an answer that the page spins for. */
const SPIN_MS = 20000;

/**
 * Waits for the page's turn without the event loop, which a page may: Atomics.wait it may not call.
 * @param {Int32Array} control
 */
function spin(control) {
	const endMs = performance.now() + SPIN_MS;
	while (Atomics.load(control, TURN) !== PAGE) {
		if (performance.now() > endMs)
			throw new Error(`the worker did not answer within ${SPIN_MS / 1000} s`);
	}
}

/**
 * Shared memory: the page copies the payload in, wakes the worker, and waits for its turn: by Atomics.waitAsync, or spinning.
 * @param {Worker} worker
 * @param {number} size bytes of the largest payload
 * @param {boolean} spins
 * @returns {Way}
 */
export function sharedWay(worker, size, spins) {
	const control = new Int32Array(new SharedArrayBuffer(4 * WORDS));
	const shared = new Uint8Array(new SharedArrayBuffer(size));
	worker.postMessage({ way: 'shared', control, shared });
	return {
		async ask(payload) {
			shared.set(payload);
			Atomics.store(control, LENGTH, payload.length);
			Atomics.store(control, TURN, WORKER);
			Atomics.notify(control, TURN);
			if (spins) {
				spin(control);
				return Atomics.load(control, ANSWER);
			}
			const waited = /** @type {any} */ (Atomics).waitAsync(control, TURN, WORKER);
			if (waited.async)
				await waited.value;
			return Atomics.load(control, ANSWER);
		},
	};
}
