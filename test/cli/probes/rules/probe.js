/* Each arm reports numbers that are known beforehand, a little scattered over the blocks, or what is to go wrong. Nothing
 * voids a launch here, so that its number tells its block. */
const ARMS = 3;
const SCATTER = [1.01, 0.99, 1.02, 0.98, 1, 1.015];

/** @param {import('../../../../web/context.js').Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function measure(harness) {
	const { calls, manifest } = harness;
	const block = Math.ceil(Number(manifest.launch.split(':').pop()) / ARMS);
	if (manifest.load === 'fail')
		throw new Error('this arm fails on purpose');
	const base = manifest.load === 'slow' ? 40 : 10;
	const turn = manifest.load === 'slow' ? block + 2 : block;
	calls.metric('time_ms', base * SCATTER[turn % SCATTER.length]);
	calls.series('time_ms', 'ms', SCATTER.map((part) => base * part));
	calls.metric('items', base);
	calls.observe('always', true);
	calls.observe('never', false);
	calls.observe('sometimes', manifest.load !== 'slow' || block % 2 === 0);
	return {};
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}
