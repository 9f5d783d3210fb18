/**
 * Modules that are made here: one with a memory of which the first part is data and the rest is not, big enough that its pages
 * can be told from all else that a process has in RAM; and copies of a module of which no two are the same. Pure.
 */

const PAGE_BYTES = 65536;

/**
 * @param {number} number
 * @returns {number[]} LEB128, unsigned
 */
export function leb(number) {
	const bytes = [];
	do {
		const rest = Math.floor(number / 128);
		bytes.push(number % 128 | (rest > 0 ? 0x80 : 0));
		number = rest;
	} while (number > 0);
	return bytes;
}

/**
 * @param {number} dataBytes of data, none of them zero, at address 0
 * @param {number} memoryBytes of the whole memory
 * @returns {Uint8Array<ArrayBuffer>} the module; it exports "memory"
 */
export function bigModule(dataBytes, memoryBytes) {
	const memory = [1, 0, ...leb(memoryBytes / PAGE_BYTES)];
	const exported = [1, 6, ...new TextEncoder().encode('memory'), 2, 0];
	// One active segment at i32.const 0.
	const segment = [1, 0, 0x41, 0, 0x0b, ...leb(dataBytes)];
	const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, ...leb(memory.length), ...memory, 7, ...leb(exported.length), ...exported,
		11, ...leb(segment.length + dataBytes), ...segment];
	const module = new Uint8Array(head.length + dataBytes).fill(0xa5);
	module.set(head);
	return module;
}

/**
 * A browser compiles the same bytes once, as long as what it made of them is in use: a custom section at the end, which means
 * nothing, makes them others.
 * @param {ArrayBuffer} module
 * @param {number} number another one for each copy
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function copyOf(module, number) {
	const content = [1, 0x23, ...leb(number)];
	const section = [0, ...leb(content.length), ...content];
	const copy = new Uint8Array(module.byteLength + section.length);
	copy.set(new Uint8Array(module));
	copy.set(section, module.byteLength);
	return copy;
}
