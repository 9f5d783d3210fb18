/** One pattern in two fresh guests: read as it is at fixed points, and after a full collection at the same points. */
import { allBytes, freeBytes, readBlocks, scatteredFree, Watch } from './blocks.js';

/** Steps of a pattern, by points × turns: between two turns the event loop goes round, in which Go's finalizers run. */
const POINTS = 4, TURNS = 10, US_PER_MS = 1000;

/** @type {Record<string, number>} of one turn */
const STEPS = { small: 10000, large: 1, mixed: 5000 };

/**
 * @param {import('../../web/place.js').Place} place
 * @param {string} pattern
 */
export async function run(place, pattern) {
	const asItIs = await drive(place, pattern, false);
	const collected = await drive(place, pattern, true);
	return { asItIs: asItIs.points, collected: collected.points, lifetimes: asItIs.lifetimes, finalized: asItIs.finalized,
		account: collected.account };
}

/**
 * @param {import('../../web/place.js').Place} place
 * @param {string} pattern
 * @param {boolean} collect before each reading
 */
async function drive(place, pattern, collect) {
	const started = await place.startGuest();
	const guest = /** @type {any} */ (started.object), memory = /** @type {WebAssembly.Memory} */ (started.memory);
	const points = [], { base } = guest.heap(0), watch = base === undefined ? null : new Watch(base);
	guest.begin(pattern);
	for (let point = 0; point < POINTS; point++) {
		for (let turn = 0; turn < TURNS; turn++) {
			guest.run(STEPS[pattern]);
			await new Promise((resolve) => setTimeout(resolve, 0));
			const { now, list } = guest.births();
			watch?.add(list);
			watch?.look(memory.buffer, now);
		}
		if (collect)
			guest.collect();
		points.push(readHeap(guest, memory));
	}
	// What is planted in the guest's memory is looked for when the snapshot has been taken.
	/** @type {any} */ (globalThis).fragmentedMemory = memory;
	return { points: points.map(({ shares }) => shares), account: points.map(({ account }) => account),
		lifetimes: watch?.lifetimes.map((us) => us / US_PER_MS) ?? guest.lifetimes(), finalized: guest.lifetimes().length };
}

/**
 * @param {any} guest
 * @param {WebAssembly.Memory} memory
 * @returns {{shares: {scattered: number, unused: number}, account: object}} %
 */
function readHeap(guest, memory) {
	const heap = guest.heap(0);
	const unused = 100 * heap.idle / heap.sys;
	if (heap.base === undefined)
		return { shares: { scattered: 100 * (heap.inuse - heap.alloc) / heap.inuse, unused }, account: heap };
	const blocks = readBlocks(memory.buffer, heap.base);
	checkAccount(blocks, heap);
	return { shares: { scattered: scatteredFree(blocks), unused }, account: { ...heap, ...blocks, freeBytes: freeBytes(blocks) } };
}

/** What handing over its account may take from TinyGo's heap, bytes. */
const ACCOUNT_BYTES = 4096;

/**
 * @param {import('./blocks.js').Blocks} blocks
 * @param {{sys: number, idle: number}} heap what TinyGo itself counts
 */
function checkAccount(blocks, { sys, idle }) {
	const differs = idle - freeBytes(blocks);
	if (allBytes(blocks) !== sys || differs < 0 || differs > ACCOUNT_BYTES)
		throw new Error(`of ${allBytes(blocks)} bytes ${freeBytes(blocks)} were read as free, and TinyGo counts ${idle} of ${sys}`);
}
