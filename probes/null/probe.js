/**
 * The annotated skeleton of a probe, and a real one: it measures the instrument itself. There is no guest;
 * a worker answers each message by JavaScript and has nothing else to do, so what this probe finds is the
 * floor under every other latency.
 *
 * A probe is a folder: probe.json says what there is to measure (arms, parameters, metrics, claims) and this file
 * how. The page (web/harness.js) imports it and calls the three functions once each, in order, when the daemon
 * says so. Each returns a promise; what it resolves to is logged, and a rejection's message becomes the reason
 * why the launch failed, so say in one sentence what was wrong and where.
 *
 * `harness` offers the manifest (probe, arm, load, seeds, …), `harness.number(name)` for parameters, and
 * `harness.latency`, the open-loop measurement. A file beside this one can be imported as './name.js'.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 */

/**
 * Everything slow: fetching, compiling, starting, warming up. Takes as long as it needs, and leaves
 * the load running, so that measure() finds the state it is to measure.
 * @param {Harness} harness
 */
export async function prepare(harness) {
	// The worker, the guest in it if the arm has one, and the pacer. Refuses a page that is
	// hidden or whose clock is coarse.
	const { guestStartMs } = await harness.latency.start();
	// Begins the load and samples it for warmup_ms and a seeded bit more: the "cold" samples.
	await harness.latency.warmUp();
	return { guest_start_ms: guestStartMs };
}

/**
 * The measured window. While it is open the daemon sleeps: no network, no console, no change of the
 * page, nothing allocated per sample.
 * @param {Harness} harness
 */
export async function measure(harness) {
	return harness.latency.run();
}

/**
 * Collects what both sides recorded and uploads it: one POST, the only one that is accepted.
 * @param {Harness} harness
 */
export async function finish(harness) {
	return harness.latency.upload();
}
