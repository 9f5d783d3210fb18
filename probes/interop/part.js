/**
 * One fresh guest, and what its calls cost.
 *
 * @typedef {import('../../web/place.js').Place} Place
 * @typedef {Object} Scene
 * @property {any} guest
 * @property {WebAssembly.Memory | null} memory
 * @property {Collections} collections
 * @property {boolean} counted whether a collection would be seen
 * @property {() => number | null} references
 */
import { Collections } from './collections.js';

const MIB = 1 << 20;
/** Go's finalizers run in a goroutine of their own, once the event loop has turned. */
const FINALIZERS_MS = 100;

/**
 * @param {Place} place
 * @param {string} question the arm's load, or another
 */
export async function run(place, question) {
	/** @type {Record<string, (place: Place, scene: Scene) => Promise<object>>} */
	const questions = { calls, loop, 'counted-loop': countedLoop, first, 'first-loop': firstLoop, heap };
	return questions[question](place, await start(place));
}

/**
 * @param {Place} place
 * @returns {Promise<Scene>}
 */
async function start(place) {
	const collections = new Collections();
	/** @type {any} */
	let go = null;
	const { guest } = place.manifest;
	if (guest?.start === 'go-js') {
		guest.environment.GODEBUG = 'gctrace=1';
		await import(new URL(`../${guest.glue}`, import.meta.url).href);
		const Glue = globalThis.Go;
		globalThis.Go = class extends Glue {
			constructor() {
				super();
				go = this;
			}
		};
	}
	collections.listen();
	const started = await place.startGuest();
	collections.attach(started.collector);
	/** Live references, null without a glue: gc's recycles their numbers, TinyGo's never gives one back. */
	const references = () => go && go._values.length - (go._idPool?.length ?? 0);
	const counted = started.collector !== null || guest?.build.toolchain === 'gc';
	if (go !== null && !counted)
		throw new Error("this build is not instrumented, so its collections cannot be counted");
	return { guest: started.object, memory: started.memory, collections, counted, references };
}

/**
 * The article's thousand calls from JavaScript, each timed; and more, timed together.
 * @param {Place} place
 * @param {Scene} scene
 */
async function calls(place, { guest, collections, counted, references }) {
	const count = place.number('count', 1);
	const before = references();
	const repeated = await place.repeat({ count, share_ms: place.number('share_ms', 1) }, () => {
		collections.calls++;
		guest.call();
		collections.look();
	});
	const found = { ...repeated, counted, collections: [...collections.all] };
	const more = () => {
		for (let i = 0; i < found.n; i++)
			guest.call();
	};
	if (before === null)
		return { ...found, warm: batches(place, found.n, more) };
	const after = Number(references());
	guest.collect();
	await new Promise((resolve) => setTimeout(resolve, FINALIZERS_MS));
	const released = { byCalls: after - before, afterCollection: Number(references()) - before };
	return { ...found, references: released, warm: batches(place, found.n, more) };
}

/**
 * What calls cost that are not the first: whole batches, for a while.
 * @param {Place} place
 * @param {number} count calls of a batch
 * @param {() => void} make one
 */
function batches(place, count, make) {
	const startMs = performance.now(), endMs = startMs + place.number('warm_ms', 1);
	let n = 0, nowMs = startMs;
	for (; nowMs < endMs; nowMs = performance.now()) {
		make();
		n += count;
	}
	return { n, total_ms: nowMs - startMs };
}

/**
 * The same number inside Go, in one call: each further call from JavaScript would begin a goroutine. Then more of the same.
 * @param {Place} place
 * @param {Scene} scene
 */
async function loop(place, { guest, collections, counted }) {
	const count = place.number('count', 1);
	const beforeMs = performance.now();
	guest.loop(count);
	const totalMs = performance.now() - beforeMs;
	collections.look();
	const found = { n: count, planned: count, total_ms: totalMs, each: [totalMs / count], counted, collections: [...collections.all] };
	return { ...found, warm: batches(place, count, () => guest.loop(count)) };
}

/**
 * At which of those calls collections come, which costs time.
 * @param {Place} place
 * @param {Scene} scene
 */
async function countedLoop(place, { guest, collections }) {
	collections.countDates();
	guest.loop(place.number('count', 1));
	return { calls: collections.calls, collections: collections.all };
}

/**
 * Calls from JavaScript until collections have come, or the time is over.
 * @param {Place} place
 * @param {Scene} scene
 */
async function first(place, { guest, collections }) {
	/** @type {number[]} */
	const slow = [];
	/** @type {number[]} */
	const fast = [];
	const endMs = performance.now() + place.number('first_share_ms', 1);
	for (let beforeMs = performance.now(); beforeMs < endMs && collections.all.length < place.number('collections', 1);) {
		const had = collections.all.length;
		collections.calls++;
		guest.call();
		collections.look();
		const nowMs = performance.now();
		(collections.all.length > had ? slow : fast).push(nowMs - beforeMs);
		beforeMs = nowMs;
	}
	fast.sort((a, b) => a - b);
	const usual = fast[fast.length >> 1] ?? 0;
	return { calls: collections.calls, collections: collections.all, pauses: slow.map((ms) => ms - usual) };
}

/**
 * The same in a loop of Go's own, so many at a time: at the end of which a collection that has begun is finished.
 * @param {Place} place
 * @param {Scene} scene
 */
async function firstLoop(place, { guest, collections }) {
	const endMs = performance.now() + place.number('first_share_ms', 1), step = place.number('step', 1);
	while (performance.now() < endMs && collections.all.length < place.number('collections', 1)) {
		collections.calls += step;
		guest.loop(step);
		collections.look();
	}
	return { calls: collections.calls, collections: collections.all, pauses: [] };
}

/**
 * What make() does to the memory: 64 MiB of garbage, then 32 MiB that are kept.
 * @param {Place} _place
 * @param {Scene} scene
 */
async function heap(_place, { guest, memory, collections }) {
	const bytes = () => memory?.buffer.byteLength ?? 0;
	const before = bytes();
	guest.garbage(64, MIB);
	const afterGarbage = bytes();
	const collected = collections.all.length;
	guest.retain(32, MIB);
	return { before, afterGarbage, afterRetained: bytes(), collected };
}
