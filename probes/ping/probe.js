/**
 * How long a message takes to the thread of a Go program (or a twin in another language) and back, while the program
 * rests, allocates, or hashes. The thread is a worker, and the page sends, or it is the page, and a worker sends. Its
 * JavaScript answers, or the program itself; what delays them is what the program does to their thread.
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
