/**
 * Ways of a payload into a Go program, and what they cost in time and bytes, against its size.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 */

import { isFlat } from './flat.js';

/** What the metrics of each size end in: the published one, 1 MB, is nothing beside. */
const SUFFIXES = ['_64kib', '', '_8mib'];

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
		calls.observe('memory_has_read', found.memoryHasRead);
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
	timed.forEach((one, index) => reportSize(calls, one, SUFFIXES[index]));
	calls.observe('time_is_flat', isFlat(timed[0].median_ms, timed[timed.length - 1].median_ms));
	if (timed[0].allocated !== null)
		calls.observe('allocates_nothing', timed.every(({ allocated }) => Number(allocated) < 1));
	calls.fact('by size', timed.map(({ each, ...rest }) => rest));
}

/**
 * @param {import('../../web/calls.js').Calls} calls
 * @param {import('./part.js').Timed} one
 * @param {string} suffix
 */
function reportSize(calls, { bytes, n, planned, mean_ms, each, allocated }, suffix) {
	calls.metric(`call_us${suffix}`, 1000 * mean_ms);
	calls.series(`call_us${suffix}`, 'us', each.map((ms) => 1000 * ms));
	if (allocated !== null)
		calls.metric(`allocated_mb${suffix}`, allocated / 1e6);
	calls.ran(`${bytes} bytes`, n, planned);
}
