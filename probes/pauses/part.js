/**
 * Collections of a live heap on the arm's thread: full ones, or V8's scavenges.
 *
 * @typedef {import('../../web/place.js').Place} Place
 * @typedef {{start: number, end: number}} Interval ms since the epoch: the page's clock is another one than a worker's
 */

const NODE_BYTES = 64;
const MIB = 2 ** 20;

/** Between two full collections, so that what they left to be done later is not the next one's. */
const APART_MS = 3;

/**
 * @param {Place} place
 * @param {'collect' | 'scavenge' | 'frames'} load
 */
export async function run(place, load) {
	const guest = await start(place);
	guest.collect(); // What building left over is not of the first that counts.
	guest.collect();
	if (load === 'frames')
		return { intervals: await bursts(place, guest) };
	const pauses = load === 'collect' ? await collections(place, () => sleep(APART_MS), guest.collect)
		: await collections(place, guest.litter, guest.scavenge);
	return { pauses };
}

/** @param {Place} place */
async function start(place) {
	const guest = /** @type {any} */ ((await place.startGuest()).object);
	const bytes = place.number('live_mib', 1) * MIB;
	guest.build(bytes);
	if (guest.count() !== bytes / NODE_BYTES)
		throw new Error(`${guest.count()} of ${bytes / NODE_BYTES} nodes are alive`);
	return guest;
}

/**
 * One after the other, each by itself.
 * @param {Place} place
 * @param {() => unknown} prepare what is not timed
 * @param {() => void} collect
 */
async function collections(place, prepare, collect) {
	const planned = place.number('collections', 1), endMs = performance.now() + place.number('share_ms', 1);
	const each = [];
	while (each.length < planned && (each.length === 0 || performance.now() < endMs)) {
		await prepare();
		const startMs = performance.now();
		collect();
		each.push(performance.now() - startMs);
	}
	return { each, planned };
}

/**
 * So many in one go that frames are due meanwhile, and a rest as long after each burst. Both are put into the trace.
 * @param {Place} place
 * @param {any} guest
 */
async function bursts(place, guest) {
	/** @type {{collecting: Interval[], resting: Interval[]}} */
	const intervals = { collecting: [], resting: [] };
	const burstMs = place.number('burst_ms', 1);
	for (let i = 0; i < place.number('bursts', 1); i++) {
		intervals.collecting.push(note('collecting', collectFor(guest, burstMs)));
		const startMs = performance.now();
		await sleep(burstMs);
		intervals.resting.push(note('resting', startMs));
	}
	return intervals;
}

/**
 * @param {any} guest
 * @param {number} ms
 * @returns {number} when it began
 */
function collectFor(guest, ms) {
	const startMs = performance.now();
	do
		guest.collect();
	while (performance.now() - startMs < ms);
	return startMs;
}

/**
 * @param {string} name
 * @param {number} start
 * @returns {Interval} until now
 */
function note(name, start) {
	const end = performance.now();
	performance.measure(name, { start, end });
	return { start: start + performance.timeOrigin, end: end + performance.timeOrigin };
}

/** @param {number} ms */
function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
