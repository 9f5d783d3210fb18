/**
 * TinyGo's heap, read from its linear memory: blocks of 16 bytes from `__heap_base` on, and at the memory's end two bits of
 * state for each, four blocks a byte, the lowest bits first (TinyGo 0.31.2, src/runtime/gc_blocks.go).
 */
const BLOCK_BYTES = 16;
const BLOCKS_PER_BYTE = 4;
const FREE = 0;

/**
 * @typedef {Object} Blocks
 * @property {number} total
 * @property {number} free
 * @property {number} longest of the runs of free blocks
 * @property {number} runs of free blocks
 */

/**
 * @param {ArrayBuffer} buffer
 * @param {number} heapBase
 * @returns {Blocks}
 */
export function readBlocks(buffer, heapBase) {
	const share = BLOCKS_PER_BYTE * BLOCK_BYTES;
	const stateBytes = Math.floor((buffer.byteLength - heapBase + share) / (1 + share)); // calculateHeapAddresses()
	const statesAt = buffer.byteLength - stateBytes;
	const states = new Uint8Array(buffer, statesAt, stateBytes);
	const blocks = { total: Math.floor((statesAt - heapBase) / BLOCK_BYTES), free: 0, longest: 0, runs: 0 };
	for (let block = 0, run = 0; block < blocks.total; block++) {
		const state = states[Math.floor(block / BLOCKS_PER_BYTE)] >> 2 * (block % BLOCKS_PER_BYTE) & 3;
		run = state === FREE ? run + 1 : 0;
		blocks.free += state === FREE ? 1 : 0;
		blocks.runs += run === 1 ? 1 : 0;
		blocks.longest = Math.max(blocks.longest, run);
	}
	return blocks;
}

/**
 * How much of the free space no single object could have.
 * @param {Blocks} blocks
 * @returns {number} %
 */
export function scatteredFree({ free, longest }) {
	return free === 0 ? 0 : 100 * (1 - longest / free);
}

/** @param {Blocks} blocks */
export function freeBytes({ free }) {
	return free * BLOCK_BYTES;
}

/** @param {Blocks} blocks */
export function allBytes({ total }) {
	return total * BLOCK_BYTES;
}
