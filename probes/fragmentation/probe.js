/**
 * How scattered the free memory of a guest is after three patterns of allocation, by the runtimes' own block structures; and
 * what a heap snapshot of the page, looked through as published, says of it.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 */
import { countNodes, holdsText, publishedScript, statesTotalSize } from './snapshot.js';

/** Put together here and in the guest, so that no file holds them: what has them is a heap. */
const planted = (/** @type {string} */ where) => ['planted', 'inside', 'the', where].join('~');

/** @param {Harness} harness */
export async function prepare(harness) {
	return { pattern: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure(harness) {
	const { calls, manifest } = harness;
	/** @type {any} */ (globalThis).plantedOnPage = { text: planted('page') };
	report(calls, await calls.onThread('part.js', manifest.load));
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	const { calls } = harness;
	const snapshot = await (await calls.capture('heapsnapshot')).json();
	const printed = publishedScript(snapshot), free = countNodes(snapshot, '(free)');
	calls.observe('script_gives_a_number', Number.isFinite(Number(printed)));
	calls.observe('snapshot_has_free_nodes', free > 0 && statesTotalSize(snapshot));
	calls.observe('snapshot_sees_guest_heap', seesGuest(snapshot));
	calls.fact('snapshot', { printed: `${printed}%`, free_nodes: free, states_total_size: statesTotalSize(snapshot), nodes: snapshot.snapshot.node_count });
	return calls.upload();
}

/**
 * @param {Calls} calls
 * @param {{asItIs: Point[], collected: Point[], lifetimes: number[], finalized: number, account: object[]}} found
 *
 * @typedef {{scattered: number, unused: number}} Point %
 */
function report(calls, { asItIs, collected, lifetimes, finalized, account }) {
	/** @type {[string, Point[]][]} */
	const readings = [['', collected], ['_uncollected', asItIs]];
	for (const [suffix, points] of readings) {
		calls.metric(`scattered_free${suffix}`, mean(points.map(({ scattered }) => scattered)));
		calls.metric(`unused_heap${suffix}`, mean(points.map(({ unused }) => unused)));
		calls.series(`scattered_free${suffix}`, '%', points.map(({ scattered }) => scattered));
		calls.series(`unused_heap${suffix}`, '%', points.map(({ unused }) => unused));
	}
	calls.observe('finalizers_run', finalized > 0);
	calls.fact('after collections', account);
	calls.metric('lifetime_ms', mean(lifetimes));
	calls.series('lifetime_ms', 'ms', lifetimes);
}

/** @param {number[]} values */
function mean(values) {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * That a text of the page's is found, and that the guest's is in its memory, shows that the search can find either.
 * @param {any} snapshot
 */
function seesGuest(snapshot) {
	if (!holdsText(snapshot, planted('page')))
		throw new Error('a text that the page holds is not in the snapshot');
	const memory = /** @type {any} */ (globalThis).fragmentedMemory;
	if (!new TextDecoder('latin1').decode(memory.buffer).includes(planted('guest')))
		throw new Error('the text that the guest holds is not in its memory');
	return holdsText(snapshot, planted('guest'));
}
