/** On the guest's thread: starts the guest, has it allocate, and looks at its memory from outside. */

/**
 * @param {import('../../web/place.js').Place} place
 * @param {{load: string, allocations: number, declaredBytes: number}} input
 */
export async function run(place, { load, allocations, declaredBytes }) {
	const here = import.meta.url;
	const { watchGo } = await import(new URL('../workers/guest_watch.js', here).href);
	const guest = /** @type {import('../../web/manifest.js').ManifestGuest} */ (place.manifest.guest);
	const watch = await watchGo(guest);
	const bait = setBait();
	const growths = new Growths(watch, declaredBytes);
	const { object, memory, ended } = await place.startGuest();
	const world = { guest: /** @type {any} */ (object), memory: /** @type {WebAssembly.Memory} */ (memory), growths, watch, bait, ended, allocations, place };
	growths.look(world.memory);
	switch (load) {
	case 'start': return started(world);
	case 'small': return allocating(world, () => SMALL);
	case 'large': return allocating(world, (index) => LARGE[index % LARGE.length]);
	case 'odd': return oddSizes(world);
	default: throw new Error(`probe memory has no load '${load}'`);
	}
}

/** Bytes of an allocation that is small beside any step of growth, and of those that are not. */
const SMALL = 65536;
const LARGE = [1, 2, 3, 4, 5, 6, 7, 8].map((mib) => mib << 20);
/** No multiple of 64 KiB, of the 8 KiB of Go's pages, or of 4. */
const ODD = [1, 12345, 65535, 65537, 1048577, 3 * 1048576 + 4321, 16 * 1048576 + 1];

/**
 * @typedef {Object} World
 * @property {any} guest its functions
 * @property {WebAssembly.Memory} memory
 * @property {Growths} growths
 * @property {import('../../workers/guest_watch.js').GoWatch} watch
 * @property {{calls: number}} bait
 * @property {() => string | null} ended
 * @property {number} allocations
 * @property {import('../../web/place.js').Place} place
 */

/**
 * The growths of the guest's memory, from what the module declares: gc tells of each by an import, also of those before its
 * first yield; TinyGo's memory is looked at then and after each call.
 */
class Growths {
	/** @type {import('./growth.js').Growth[]} */
	list = [];
	allocation = -1;
	#size;

	/**
	 * @param {import('../../workers/guest_watch.js').GoWatch} watch
	 * @param {number} declaredBytes
	 */
	constructor(watch, declaredBytes) {
		this.#size = declaredBytes;
		watch.on('runtime.resetMemoryDataView', () => this.look(/** @type {WebAssembly.Memory} */ (watch.instance().exports.mem)));
	}

	/** @param {WebAssembly.Memory} memory */
	look(memory) {
		const size = memory.buffer.byteLength;
		if (size !== this.#size)
			this.list.push({ allocation: this.allocation, from: this.#size, to: size });
		this.#size = size;
	}
}

/**
 * What the article's sysAlloc would call: a malloc of JavaScript's, and the grow() of WebAssembly.Memory.
 * @returns {{calls: number}}
 */
function setBait() {
	const bait = { calls: 0 };
	const { grow } = WebAssembly.Memory.prototype;
	/** @param {number} pages */
	WebAssembly.Memory.prototype.grow = function (pages) {
		bait.calls++;
		return grow.call(this, pages);
	};
	/** @type {any} */ (globalThis).go = { malloc: () => {
		bait.calls++;
		return 0;
	} };
	return bait;
}

/** @param {World} world */
function started({ guest, memory }) {
	const before = memory.buffer.byteLength;
	guest.newArray(1 << 20);
	const stats = guest.stats();
	const array = memory.buffer.byteLength;
	guest.retain(1 << 20);
	return { before, array, slice: memory.buffer.byteLength, stats: plain(stats), stats_with_slice: plain(guest.stats()) };
}

/**
 * @param {World} world
 * @param {(index: number) => number} bytesOf
 */
function allocating({ guest, memory, growths, watch, bait, allocations }, bytesOf) {
	const before = memory.buffer.byteLength;
	watch.reset();
	for (let i = 0; i < allocations; i++) {
		growths.allocation = i;
		guest.retain(bytesOf(i));
		growths.look(memory);
	}
	// A copy: gc tells of the second round's growths as well.
	const found = { before, after: memory.buffer.byteLength, growths: [...growths.list], calls: watch.calls(), baitCalls: bait.calls };
	// The same once more, from what the first round's end sets free.
	guest.release();
	const size = memory.buffer.byteLength;
	for (let i = 0; i < allocations; i++)
		guest.retain(bytesOf(i));
	return { ...found, second: memory.buffer.byteLength - size };
}

/** @param {World} world */
function oddSizes({ guest, memory, place, ended }) {
	const before = memory.buffer.byteLength;
	/** @type {{bytes: number, says: string}[]} */
	const tries = [];
	for (const bytes of ODD) {
		tries.push({ bytes, says: attempt(() => guest.raw(bytes), ended) });
		if (tries.at(-1)?.says !== 'memory')
			break;
	}
	return { before, after: memory.buffer.byteLength, tries, printed: place.output.last };
}

/**
 * @param {() => boolean} call
 * @param {() => string | null} ended
 */
function attempt(call, ended) {
	try {
		return call() ? 'memory' : ended() ?? 'none';
	} catch (error) {
		return String(error);
	}
}

/** @param {Record<string, unknown>} object */
function plain(object) {
	return JSON.parse(JSON.stringify(object));
}
