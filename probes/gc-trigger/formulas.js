/**
 * Formulas for Go's heap goal and for where a collection is triggered, bytes.
 *
 * @typedef {Object} HeapReading of the runtime's metrics, after a full collection
 * @property {number} goal /gc/heap/goal
 * @property {number} marked /gc/heap/live
 * @property {number} stacks /gc/scan/stack
 * @property {number} globals /gc/scan/globals
 */

const MIN_HEAP = 4 << 20; // defaultHeapMinimum, runtime/mgcpacer.go
/** Where a collection may be triggered between what is live and the goal, in 64ths: minTriggerRatioNum, maxTriggerRatioNum. */
const EARLIEST = 45, LATEST = 61, PARTS = 64;
const MIN_SWEEP_DISTANCE = 1 << 20; // sweepMinHeapDistance, runtime/mgcpacer.go

/**
 * As the article has it.
 * @param {HeapReading} heap
 * @param {number} gogc percent
 */
export function claimedGoal(heap, gogc) {
	return heap.marked * (1 + gogc / 100);
}

/**
 * As Go 1.22 computes it (runtime/mgcpacer.go, gcControllerState.commit): stacks and globals count as work too, and the goal
 * is not below 4 MiB × GOGC ÷ 100, nor nearer than 1 MiB to what is live.
 * @param {HeapReading} heap
 * @param {number} gogc percent
 */
export function sourceGoal(heap, gogc) {
	const grown = heap.marked + Math.floor((heap.marked + heap.stacks + heap.globals) * gogc / 100);
	return Math.max(Math.floor(MIN_HEAP * gogc / 100), grown, heap.marked + MIN_SWEEP_DISTANCE);
}

/**
 * Between which sizes of the heap Go 1.22 triggers a collection (runtime/mgcpacer.go, gcControllerState.trigger): where, depends
 * on how fast the program allocates and the collector marks.
 * @param {HeapReading} heap
 * @param {number} gogc percent
 * @returns {{earliest: number, latest: number}}
 */
export function sourceTrigger(heap, gogc) {
	const goal = sourceGoal(heap, gogc), part = Math.floor((goal - heap.marked) / PARTS);
	const earliest = heap.marked + Math.max(MIN_SWEEP_DISTANCE, part * EARLIEST);
	return { earliest, latest: Math.max(earliest, heap.marked + part * LATEST, goal > MIN_HEAP ? goal - MIN_HEAP : 0) };
}
