/** On the guest's thread: asks the guest for addresses, and watches what it calls of its host meanwhile. */

/**
 * @typedef {Object} World
 * @property {import('../../web/place.js').Place} place
 * @property {import('../../workers/guest_watch.js').GoWatch} watch
 */

/** @type {Record<string, (world: World) => Promise<any>>} */
const LOADS = { stack, recursion, data, roots, switching, address, collector };

/** @param {import('../../web/place.js').Place} place */
export async function run(place) {
	const { watchGo } = await import(new URL('../workers/guest_watch.js', import.meta.url).href);
	const watch = await watchGo(place.manifest.guest);
	return LOADS[place.manifest.load]({ place, watch });
}

/**
 * @param {World} world
 * @returns {Promise<{guest: any, started: import('../../workers/guest.js').StartedGuest}>}
 */
async function start({ place }) {
	const started = await place.startGuest();
	return { guest: started.object, started };
}

/** @param {World} world */
async function stack(world) {
	const { guest, started } = await start(world);
	const count = world.place.number('goroutines', 1);
	const addresses = plain(guest.stack());
	const memory = /** @type {WebAssembly.Memory} */ (started.memory).buffer.byteLength;
	const limit = guest.limit();
	// A few first: what the runtime sets up once is not a stack's.
	const before = guest.goroutines(10);
	const after = guest.goroutines(count);
	return { addresses, memory, limit, perGoroutine: (after - before) / count, largestPages: largestMemory() };
}

/** @returns {number} pages of the biggest 32-bit memory that may be declared */
function largestMemory() {
	let low = 1;
	let high = 2 ** 20;
	while (high - low > 1) {
		const middle = (low + high) / 2 | 0;
		if (allowed(middle))
			low = middle;
		else
			high = middle;
	}
	return low;
}

/** @param {number} maximum */
function allowed(maximum) {
	try {
		return new WebAssembly.Memory({ initial: 0, maximum }) !== null;
	} catch {
		return false;
	}
}

/** @param {World} world */
async function recursion(world) {
	const { deepest } = await import(new URL('findings.js', import.meta.url).href);
	const most = world.place.number('depth_most', 1);
	/** @type {Record<string, string>} */
	const ends = {};
	/** @type {Record<string, number>} */
	const depths = {};
	for (const name of ['recurse', 'recurseWide']) {
		depths[name] = await deepest(async (/** @type {number} */ depth) => {
			const says = await recursed(world, name, depth);
			if (says !== 'returned')
				ends[name] = says;
			return says === 'returned';
		}, 64, most);
	}
	return { depths, ends, printed: world.place.output.last };
}

/**
 * In an instance of its own: one whose stack ran over is not to be trusted.
 * @param {World} world
 * @param {string} name
 * @param {number} depth
 * @returns {Promise<string>}
 */
async function recursed(world, name, depth) {
	const { guest, started } = await start(world);
	try {
		const found = guest[name](depth);
		return started.ended() ?? (found === depth ? 'returned' : `returned ${found} instead of ${depth}`);
	} catch (error) {
		return String(error);
	}
}

/** @param {World} world */
async function data(world) {
	const { dataSegments } = await import(new URL('../workers/data_segments.js', import.meta.url).href);
	const { guest } = await start(world);
	const wasm = /** @type {string} */ (world.place.manifest.guest?.wasm);
	const module = await (await fetch(new URL(`../${wasm}`, import.meta.url))).arrayBuffer();
	const { dataIsLowAndFixed, segmentOf } = await import(new URL('findings.js', import.meta.url).href);
	const segments = dataSegments(module);
	const buffers = plain(guest.buffers());
	return { buffers, segments: segments.length, first: segments[0], last: segments.at(-1),
		lowAndFixed: dataIsLowAndFixed(segments, buffers.first), initialised: segmentOf(segments, buffers.data) };
}

/** @param {World} world */
async function roots(world) {
	const { guest } = await start(world);
	return { fields: [...guest.fields()] };
}

/** @param {World} world */
async function switching(world) {
	const { guest } = await start(world);
	const switches = world.place.number('switches', 1);
	guest.switches(switches);
	const counts = [switches, 3 * switches].map((n) => {
		world.watch.reset();
		guest.switches(n);
		return world.watch.calls();
	});
	return { few: counts[0], many: counts[1] };
}

/** @param {World} world */
async function address(world) {
	const { guest } = await start(world);
	const collections = world.place.number('collections', 1);
	const buffers = plain(guest.buffers());
	const variable = plain(guest.growth());
	guest.hold(world.place.number('objects', 1));
	const before = guest.addresses();
	guest.collect(collections);
	return { buffers, variable, before, after: guest.addresses(), collections };
}

/** @param {World} world */
async function collector(world) {
	const { guest, started } = await start(world);
	guest.hold(world.place.number('objects', 1));
	guest.dirty(world.place.number('dirty_bytes', 1));
	return { collections: started.collector?.collections ?? null, pauseMs: started.collector?.pauseMs ?? null };
}

/** @param {Record<string, unknown>} object */
function plain(object) {
	return JSON.parse(JSON.stringify(object));
}
