/**
 * Small wasm modules, written byte by byte: no compiler is needed, and each can be another module than the last, which
 * nobody has compiled yet.
 */

const I32 = 0x7f;
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/**
 * Unsigned LEB128.
 * @param {number} value
 * @returns {number[]}
 */
function leb(value) {
	const bytes = [];
	for (; value > 127; value >>>= 7)
		bytes.push(value & 127 | 128);
	return [...bytes, value];
}

/**
 * @param {number} id
 * @param {number[]} content
 */
function section(id, content) {
	return [id, ...leb(content.length), ...content];
}

/**
 * @param {number} kind 0 function, 2 memory
 * @param {string} name
 * @param {number} index
 */
function exported(kind, name, index) {
	return [name.length, ...[...name].map((letter) => letter.charCodeAt(0)), kind, ...leb(index)];
}

/** @param {number[]} code with its locals */
function body(code) {
	return [...leb(code.length + 1), ...code, 0x0b];
}

/** @param {number[][]} parts */
function vector(parts) {
	return [...leb(parts.length), ...parts.flat()];
}

/**
 * @param {number[]} memory the memory section, or nothing
 * @param {number[][]} exports
 * @param {number[][]} bodies of functions from i32 to i32
 * @returns {Uint8Array<ArrayBuffer>}
 */
function moduleOf(memory, exports, bodies) {
	const type = [0x60, 1, I32, 1, I32];
	return new Uint8Array([...HEADER, ...section(1, vector([type])), ...section(3, vector(bodies.map(() => [0]))), ...memory,
		...section(7, vector(exports)), ...section(10, vector(bodies))]);
}

/**
 * loop(n) goes round n times; grow(pages) grows the memory by so many and touches each 4 KiB of what is new.
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function workModule() {
	const loop = [1, 1, I32, 0x03, 0x40, 0x20, 1, 0x20, 0, 0x6a, 0x21, 1, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 1];
	// at = memory.grow(pages) << 16; do { store(at, at); at += 4096 } while (at < memory.size << 16)
	const grow = [1, 1, I32, 0x20, 0, 0x40, 0, 0x41, 16, 0x74, 0x21, 1,
		0x03, 0x40, 0x20, 1, 0x20, 1, 0x36, 2, 0, 0x20, 1, 0x41, 0x80, 0x20, 0x6a, 0x22, 1, 0x3f, 0, 0x41, 16, 0x74, 0x49, 0x0d, 0, 0x0b, 0x20, 1];
	return moduleOf(section(5, [1, 0, 1]), [exported(0, 'loop', 0), exported(0, 'grow', 1)], [body(loop), body(grow)]);
}

/**
 * Many functions f0 … that nothing has called yet, so that each is compiled at its first call.
 * @param {number} functions
 * @param {number} additions in each; modules of different numbers share no code
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function lazyModule(functions, additions) {
	const code = [0, ...Array.from({ length: additions }, (_, i) => [0x20, 0, 0x41, i & 63, 0x6a, 0x21, 0]).flat(), 0x20, 0];
	const one = body(code);
	const names = Array.from({ length: functions }, (_, i) => exported(0, `f${i}`, i));
	return moduleOf([], names, names.map(() => one));
}

/**
 * Functions f0 … whose loops run so long that the browser compiles them again, better, on threads of its own.
 * @param {number} functions
 * @param {number} additions in each loop
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function hotModule(functions, additions) {
	const sums = Array.from({ length: additions }, (_, i) => [0x20, 1, 0x41, i & 63, 0x6a, 0x20, 0, 0x73, 0x21, 1]).flat();
	const one = body([1, 1, I32, 0x03, 0x40, ...sums, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 1]);
	const names = Array.from({ length: functions }, (_, i) => exported(0, `f${i}`, i));
	return moduleOf([], names, names.map(() => one));
}
