/**
 * Ways of a payload into a Go program, and what they cost in time and bytes, against its size.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 */

import { isFlat } from './flat.js';

/** The published size: 1 MB. */
const PUBLISHED = 1;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure({ calls, manifest }) {
	const found = await calls.onThread('part.js', manifest.load);
	if (manifest.load === 'struct') {
		calls.observe('struct_is_passed', found.passed);
		calls.fact('what happened', { error: found.error, printed: found.printed });
		return {};
	}
	report(calls, found.timed);
	if ('detached' in found) {
		calls.observe('sender_is_detached', found.detached);
		calls.observe('sample_posts', found.sample === null);
		calls.fact("the article's line", found.sample);
	}
	if ('arrayIsShared' in found)
		calls.observe('array_is_shared', found.arrayIsShared);
	if ('viewIsShared' in found) {
		calls.observe('view_is_shared', found.viewIsShared);
		calls.observe('sample_is_shared', found.sampleIsShared);
	}
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}

/**
 * @param {import('../../web/calls.js').Calls} calls
 * @param {import('./part.js').Timed[]} timed by size
 */
function report(calls, timed) {
	const published = timed[PUBLISHED];
	calls.metric('call_ms', published.mean_ms);
	calls.observe('time_is_flat', isFlat(timed[0].median_ms, timed[timed.length - 1].median_ms));
	calls.series('call_ms', 'ms', published.each);
	for (const { bytes, n, planned } of timed)
		calls.ran(`${bytes} bytes`, n, planned);
	calls.fact('by size', timed.map(({ each, ...rest }) => rest));
	if (published.allocated !== null) {
		calls.metric('allocated_mb', published.allocated / 1e6);
		calls.observe('allocates_nothing', published.allocated < 1);
	}
}
