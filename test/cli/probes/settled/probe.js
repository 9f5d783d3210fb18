/* Each arm reports the same in every launch. */
const SIZES_KB = /** @type {Record<string, number>} */ ({ small: 10, large: 40, timed: 10 });

/** @param {import('../../../../web/context.js').Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function measure({ calls, manifest }) {
	calls.metric('size_kb', SIZES_KB[manifest.load]);
	calls.observe('always', true);
	calls.observe('never', false);
	return {};
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}
