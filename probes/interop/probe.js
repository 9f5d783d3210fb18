/**
 * What a call across the boundary costs, and at which call collections come: the article's thousand calls of
 * new Date().getTime() through syscall/js, from JavaScript and in a loop inside Go.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 */
import { gaps } from './collections.js';

const MIB = 1 << 20;
/** Of references: what a few calls may leave behind, beside one a call. */
const FEW = 16;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure(harness) {
	const { calls, manifest } = harness;
	if (manifest.load.startsWith('first'))
		reportFirst(calls, await instances(harness));
	else if (manifest.load === 'heap')
		reportHeap(calls, await calls.onThread('part.js', 'heap'));
	else
		reportCalls(calls, await calls.onThread('part.js', manifest.load));
	if (manifest.load === 'loop')
		calls.fact('collections, counted in another instance', await calls.onThread('part.js', 'counted-loop'));
	return {};
}

/** @param {Harness} harness */
async function instances(harness) {
	const found = [];
	for (let i = 0; i < harness.number('instances', 1); i++)
		found.push(await harness.calls.onThread('part.js', harness.manifest.load));
	return found;
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportCalls(calls, found) {
	calls.metric('call_us', microseconds(found.total_ms) / found.n);
	calls.metric('warm_call_us', microseconds(found.warm.total_ms) / found.warm.n);
	if (found.counted) {
		calls.metric('collections', found.collections.length);
		// Fewer calls than were asked for, without one, say nothing of the rest.
		if (found.n === found.planned || found.collections.length > 0)
			calls.observe('no_collection', found.collections.length === 0);
	}
	if (found.references) {
		const few = Math.min(FEW, found.n);
		calls.observe('references_released', found.references.byCalls < few);
		calls.observe('references_released_by_collection', found.references.afterCollection < few);
	}
	calls.series('call_us', 'µs', Array.from(found.each, microseconds));
	calls.ran('calls', found.n, found.planned);
	calls.fact('collections', found.collections);
	calls.fact('references grown by', found.references ?? null);
}

/**
 * Where no collection came in the time, all calls that were made are a lower bound, and stand for it.
 * @param {Calls} calls
 * @param {any[]} found of each instance
 */
function reportFirst(calls, found) {
	const firsts = found.map(({ calls: made, collections }) => collections[0]?.call ?? made);
	const later = found.flatMap(({ collections }) => gaps(collections));
	const pauses = found.flatMap(({ pauses: all }) => all.slice(0, 1));
	calls.metric('calls_to_first_collection', mean(firsts));
	calls.series('calls_to_first_collection', 'count', firsts);
	const seen = found.every(({ collections }) => collections.length > 0);
	calls.observe('first_collection_seen', seen);
	if (!seen)
		calls.warn(`no collection in ${Math.min(...firsts)} calls or more: calls_to_first_collection is a lower bound`);
	if (later.length > 0) {
		calls.metric('calls_between_collections', mean(later));
		calls.series('calls_between_collections', 'count', later);
	}
	if (pauses.length > 0) {
		calls.metric('first_pause_ms', mean(pauses));
		calls.series('first_pause_ms', 'ms', pauses);
	}
	const own = found.flatMap(({ collections }) => collections.slice(0, 1)).flatMap(({ ms }) => ms ?? []);
	if (own.length > 0) {
		calls.metric('first_collection_ms', mean(own));
		calls.series('first_collection_ms', 'ms', own);
	}
	calls.fact('instances', found.map(({ calls: made, collections }) => ({ calls: made, collections })));
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportHeap(calls, { before, afterGarbage, afterRetained, collected }) {
	calls.observe('garbage_is_collected', collected > 0 && afterGarbage - before < 64 * MIB);
	calls.observe('heap_grows_with_make', afterRetained - afterGarbage > 0 && afterRetained - before >= 24 * MIB);
	calls.fact('memory bytes', { before, afterGarbage, afterRetained, collected });
}

/**
 * Means of many calls go below the clock's grain.
 * @param {number} ms
 */
function microseconds(ms) {
	return 1000 * ms;
}

/** @param {number[]} values */
function mean(values) {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
