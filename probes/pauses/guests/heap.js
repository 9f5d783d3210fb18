/** The same live heap in JavaScript, and V8's full collection of it, which the flag --expose-gc lets a page ask for. */
const NODE_BYTES = 64;
/** So many are young and alive when a scavenge comes: half a MiB, which fits into the smallest young generation. */
const YOUNG = 8192;

/** With V8's compressed pointers: a map, two empty tables, and 13 fields of 4 bytes. */
class Node {
	/** @param {Node | null} next */
	constructor(next) {
		this.next = next;
		this.a = this.b = this.c = this.d = this.e = this.f = 0;
		this.g = this.h = this.i = this.j = this.k = this.l = 0;
	}
}

/** @type {Node | null} */
let first = null;
/** @type {Node[]} */
let young = [];

/** @param {number} bytes */
export function build(bytes) {
	first = null;
	for (let i = Math.floor(bytes / NODE_BYTES); i > 0; i--)
		first = new Node(first);
}

export function collect() {
	/** @type {any} */ (globalThis).gc();
}

/**
 * What a scavenge has to copy; what the last one copied is dropped, so that each has the same to do.
 * @returns {number} how many objects
 */
export function litter() {
	young = Array.from({ length: YOUNG }, () => new Node(null));
	return young.length;
}

/** A collection of the young generation alone. */
export function scavenge() {
	/** @type {any} */ (globalThis).gc({ type: 'minor' });
}

export function count() {
	let count = 0;
	for (let at = first; at !== null; at = at.next)
		count++;
	return count;
}
