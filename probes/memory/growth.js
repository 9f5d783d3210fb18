/**
 * What the steps of a linear memory's growth say. Pure.
 *
 * @typedef {Object} Growth one growth of the memory
 * @property {number} allocation during which, from 0; −1: before the first, at the program's start
 * @property {number} from bytes
 * @property {number} to bytes
 */

/**
 * @param {Growth[]} growths
 * @returns {number[]} bytes of each
 */
export function steps(growths) {
	return growths.map(({ from, to }) => to - from);
}

/**
 * @param {Growth[]} growths
 * @returns {{atStart: Growth[], whileKept: Growth[]}} before anything was kept, and then
 */
export function byTime(growths) {
	return { atStart: growths.filter(({ allocation }) => allocation < 0), whileKept: growths.filter(({ allocation }) => allocation >= 0) };
}

/**
 * @param {number[]} values at least one
 * @returns {number} the middle one, the lower of two
 */
export function middle(values) {
	return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

/** @param {number[]} values */
export function allEqual(values) {
	return values.every((value) => value === values[0]);
}

/**
 * @param {number[]} values
 * @returns {Record<string, number>} how many there are of each, by size
 */
export function histogram(values) {
	/** @type {Record<string, number>} */
	const counts = {};
	for (const value of [...values].sort((a, b) => a - b))
		counts[value] = (counts[value] ?? 0) + 1;
	return counts;
}

/**
 * "The first allocation grows the memory, all later ones take from the free list."
 * @param {Growth[]} growths
 */
export function onlyFirstAllocationGrows(growths) {
	return growths.every(({ allocation }) => allocation <= 0);
}

/** Imports that tell the time, and gc's notice that the memory has grown already: none of them makes it grow. */
const HARMLESS = new Set(['runtime.nanotime1', 'runtime.walltime', 'runtime.ticks', 'runtime.resetMemoryDataView']);

/**
 * @param {Record<string, number>} calls by import
 * @returns {string[]} imports that might give memory to a guest that allocates
 */
export function suspects(calls) {
	return Object.keys(calls).filter((name) => !HARMLESS.has(name) && /malloc|alloc|memory|grow|brk|mmap/i.test(name));
}
