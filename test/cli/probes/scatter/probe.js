/* Far apart in the first blocks, close together in the later ones: the first look cannot decide, the last can. With
 * one arm, and nothing that voids a launch, the launch's number is its block's. */
const VALUES = [8.5, 11.5, 10, 10.1, 9.9, 10, 10.05];

/** @param {import('../../../../web/context.js').Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function measure(harness) {
	const number = Number(harness.manifest.launch.split(':').pop());
	harness.calls.metric('time_ms', VALUES[(number - 1) % VALUES.length] * Number(harness.manifest.parameters.scale));
	return {};
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}
