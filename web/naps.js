/**
 * Planted lateness of a pacer: what is due while it naps is asked for when it wakes. Shared with the pacer's thread as one
 * array of four numbers a nap: from, to, and what came of it: the first due time in it and the waking; 0 if there was none.
 */
const FIELDS = 4;

/**
 * @param {{from: number, to: number}[]} naps on the pacer's clock, in order
 * @returns {Float64Array}
 */
export function packNaps(naps) {
	const packed = new Float64Array(new SharedArrayBuffer(8 * FIELDS * naps.length));
	naps.forEach(({ from, to }, i) => packed.set([from, to], i * FIELDS));
	return packed;
}

/**
 * When the pacer wakes for a due time.
 * @param {Float64Array} packed
 * @param {number} due
 * @returns {number} due, or the end of the nap that it lies in
 */
export function wakeOf(packed, due) {
	const at = napAt(packed, due);
	return at < 0 ? due : packed[at + 1];
}

/**
 * Notes that what was due was asked for.
 * @param {Float64Array} packed
 * @param {number} due
 * @param {number} now
 */
export function noteNap(packed, due, now) {
	const at = napAt(packed, due);
	if (at >= 0 && packed[at + 2] === 0)
		packed.set([due, now], at + 2);
}

/**
 * @param {Float64Array} packed
 * @returns {({begin: number, end: number} | null)[]} of each nap; null: nothing was due in it
 */
export function napsTaken(packed) {
	return Array.from({ length: packed.length / FIELDS }, (_, i) => {
		const [begin, end] = packed.subarray(i * FIELDS + 2, i * FIELDS + 4);
		return begin === 0 ? null : { begin, end };
	});
}

/**
 * @param {Float64Array} packed
 * @param {number} due
 * @returns {number} where the nap begins that it lies in, or −1
 */
function napAt(packed, due) {
	for (let at = 0; at < packed.length; at += FIELDS) {
		if (due >= packed[at] && due < packed[at + 1])
			return at;
	}
	return -1;
}
