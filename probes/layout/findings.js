/**
 * What addresses, counts and names say of a guest's layout. Pure.
 */

/** Two pages of WebAssembly: TinyGo's system stack takes the first (wasm-ld --stack-first). */
const LOW_BYTES = 2 * 65536;

/**
 * @param {import('../../workers/data_segments.js').Segment[]} segments
 * @param {number} heapAddress of an object of the heap
 */
export function dataIsLowAndFixed(segments, heapAddress) {
	const active = segments.filter(({ bytes }) => bytes > 0);
	return active.length > 0 && active.every(({ offset, bytes }) => offset !== null && offset + bytes <= heapAddress)
		&& Math.min(...active.map(({ offset }) => offset ?? Infinity)) < LOW_BYTES;
}

/**
 * @param {import('../../workers/data_segments.js').Segment[]} segments
 * @param {number} address
 * @returns {import('../../workers/data_segments.js').Segment | null} the one that an address lies in
 */
export function segmentOf(segments, address) {
	return segments.find(({ offset, bytes }) => offset !== null && offset <= address && address < offset + bytes) ?? null;
}

/** The goroutine's switch may ask for the time, and does nothing with it that concerns stacks. */
const CLOCKS = new Set(['runtime.nanotime1', 'runtime.walltime', 'runtime.ticks']);

/**
 * @param {Record<string, number>} few calls by import in so many switches
 * @param {Record<string, number>} many in more
 * @returns {Record<string, number>} calls that the further switches made, by import, but for clocks
 */
export function callsOfSwitching(few, many) {
	return Object.fromEntries(Object.entries(many)
		.map(([name, count]) => /** @type {[string, number]} */ ([name, count - (few[name] ?? 0)]))
		.filter(([name, count]) => count !== 0 && !CLOCKS.has(name)));
}

/**
 * @param {string[]} fields "Name kind" of the fields of runtime.MemStats
 * @returns {string[]} those that could hold where a segment is
 */
export function fieldsWithPlaces(fields) {
	return fields.filter((field) => /uintptr|\*|\[\]|map|Pointer|root|segment/i.test(field));
}

/**
 * The deepest recursion that works, to a 32nd part.
 * @param {(depth: number) => Promise<boolean>} works of a fresh instance
 * @param {number} least a depth that works
 * @param {number} most no more is tried
 * @returns {Promise<number>}
 */
export async function deepest(works, least, most) {
	let low = least;
	let high = least * 2;
	while (high <= most && await works(high)) {
		low = high;
		high *= 2;
	}
	if (high > most)
		return low;
	while (high - low > low / 32) {
		const middle = Math.floor((low + high) / 2);
		if (await works(middle))
			low = middle;
		else
			high = middle;
	}
	return low;
}
