/**
 * How long a message to a worker and back takes while the worker holds a Go program (or a twin in
 * another language) that rests, allocates, or hashes. The worker's JavaScript answers; what delays it is
 * what the guest does to their thread.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 */

/** @param {Harness} harness */
export async function prepare(harness) {
	const { guestStartMs } = await harness.latency.start();
	await harness.latency.warmUp();
	return { guest_start_ms: guestStartMs };
}

/** @param {Harness} harness */
export async function measure(harness) {
	return harness.latency.run();
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.latency.upload();
}
