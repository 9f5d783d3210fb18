/** The same live heap in JavaScript, and V8's full collection of it, which the flag --expose-gc lets a page ask for. */
const NODE_BYTES = 64;

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

/** @param {number} bytes */
export function build(bytes) {
	first = null;
	for (let i = Math.floor(bytes / NODE_BYTES); i > 0; i--)
		first = new Node(first);
}

export function collect() {
	/** @type {any} */ (globalThis).gc();
}

export function count() {
	let count = 0;
	for (let at = first; at !== null; at = at.next)
		count++;
	return count;
}
