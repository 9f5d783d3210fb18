/**
 * Causes of slow messages, brought about on purpose at random seeded times (probe.json, "plants"; plants.js does them), so
 * that what `wasmograph explain` says can be held against what is known. The measurement itself is that of any latency
 * probe; the plants run beside it.
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
