/**
 * The null probe with a guest whose memory grows without end.
 *
 * @typedef {import('../../../../web/context.js').Harness} Harness
 */

/** @param {Harness} harness */
export async function prepare(harness) {
	await harness.latency.start();
	await harness.latency.warmUp();
}

/** @param {Harness} harness */
export async function measure(harness) {
	return harness.latency.run();
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.latency.upload();
}
