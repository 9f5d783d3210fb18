/**
 * TinyGo's heap, read from its linear memory: blocks of 16 bytes from `__heap_base` on, and at the memory's end two bits of
 * state for each, four blocks a byte, the lowest bits first (TinyGo 0.31.2, src/runtime/gc_blocks.go).
 */
const BLOCK_BYTES = 16;
const BLOCKS_PER_BYTE = 4;
const FREE = 0, HEAD = 1;

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
 * @returns {{total: number, stateOf: (block: number) => number}}
 */
function heapOf(buffer, heapBase) {
	const share = BLOCKS_PER_BYTE * BLOCK_BYTES;
	const stateBytes = Math.floor((buffer.byteLength - heapBase + share) / (1 + share)); // calculateHeapAddresses()
	const statesAt = buffer.byteLength - stateBytes;
	const states = new Uint8Array(buffer, statesAt, stateBytes);
	return {
		total: Math.floor((statesAt - heapBase) / BLOCK_BYTES),
		stateOf: (block) => states[Math.floor(block / BLOCKS_PER_BYTE)] >> 2 * (block % BLOCKS_PER_BYTE) & 3,
	};
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} heapBase
 * @returns {Blocks}
 */
export function readBlocks(buffer, heapBase) {
	const { total, stateOf } = heapOf(buffer, heapBase);
	const blocks = { total, free: 0, longest: 0, runs: 0 };
	for (let block = 0, run = 0; block < total; block++) {
		const free = stateOf(block) === FREE;
		run = free ? run + 1 : 0;
		blocks.free += free ? 1 : 0;
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

/**
 * Objects that are watched from outside until the collector has freed them: TinyGo runs no finalizers, but an object that is
 * freed is no head of blocks any more, or its place has other contents.
 */
export class Watch {
	/** @type {{block: number, at: number, first: number, born: number}[]} */
	#alive = [];
	/** µs, of those that were freed, as far as the looks tell. @type {number[]} */
	lifetimes = [];
	#heapBase;

	/** @param {number} heapBase */
	constructor(heapBase) {
		this.#heapBase = heapBase;
	}

	/**
	 * @param {number[]} list address, first word, when it was made (µs), of one after another
	 */
	add(list) {
		for (let i = 0; i < list.length; i += 3) {
			const [at, first, born] = list.slice(i, i + 3), block = (at - this.#heapBase) / BLOCK_BYTES;
			if (!Number.isInteger(block))
				throw new Error(`an object at ${at} begins with no block of a heap that begins at ${this.#heapBase}`);
			this.#alive.push({ block, at, first, born });
		}
	}

	/**
	 * @param {ArrayBuffer} buffer the guest's memory
	 * @param {number} now µs
	 */
	look(buffer, now) {
		const { stateOf } = heapOf(buffer, this.#heapBase), view = new DataView(buffer);
		this.#alive = this.#alive.filter(({ block, at, first, born }) => {
			const alive = stateOf(block) === HEAD && view.getUint32(at, true) === first;
			if (!alive)
				this.lifetimes.push(now - born);
			return alive;
		});
	}
}
