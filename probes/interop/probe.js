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
	const found = [];
	const instances = manifest.load.startsWith('first') ? harness.number('instances', 1) : 1;
	for (let i = 0; i < instances; i++)
		found.push(await calls.onThread('part.js', manifest.load));
	if (manifest.load === 'heap')
		reportHeap(calls, found[0]);
	else if (instances > 1 || manifest.load.startsWith('first'))
		reportFirst(calls, found);
	else
		reportCalls(calls, found[0]);
	return {};
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
	calls.metric('call_ms', found.total_ms / found.n);
	if (found.counted) {
		calls.metric('collections', found.collections.length);
		calls.observe('no_collection', found.collections.length === 0);
	}
	if (found.references) {
		calls.observe('references_released', found.references.byCalls < FEW);
		calls.observe('references_released_by_collection', found.references.afterCollection < FEW);
	}
	calls.series('call_ms', 'ms', found.each);
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
	const pauses = found.flatMap(({ pauses: own }) => own.slice(0, 1));
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

/** @param {number[]} values */
function mean(values) {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
