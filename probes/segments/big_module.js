/**
 * A module with a memory of which the first part is data and the rest is not, big enough that its pages can be told from
 * all else that a process has in RAM. Pure.
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
