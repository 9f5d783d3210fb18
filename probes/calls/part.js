/**
 * Calls of one kind into a fresh guest, by the number of their arguments.
 *
 * @typedef {import('../../web/place.js').Place} Place
 * @typedef {{guest: any, exported: Record<string, any>, module: WebAssembly.Module, crossings: Crossings}} Scene
 */
import { Crossings, namesFunction } from './crossings.js';

/** Those of the exported functions. */
const ARGUMENTS = [0, 2, 4, 8];

/**
 * @param {Place} place
 * @param {string} question the arm's load
 */
export async function run(place, question) {
	/** @type {Record<string, (place: Place) => Promise<object>>} */
	const questions = { funcof, export: exported, names, goroutines };
	return questions[question](place);
}

/**
 * @param {Place} place
 * @returns {Promise<Scene>}
 */
async function start(place) {
	const crossings = new Crossings();
	const guest = /** @type {import('../../web/manifest.js').ManifestGuest} */ (place.manifest.guest);
	await import(new URL(`../${guest.glue}`, import.meta.url).href);
	const Glue = globalThis.Go;
	globalThis.Go = class extends Glue {
		constructor() {
			super();
			crossings.watch(this.importObject);
		}
	};
	const module = await WebAssembly.compileStreaming(fetch(new URL(`../${guest.wasm}`, import.meta.url)));
	const { object, instance } = await place.startGuest();
	return { guest: object, exported: /** @type {any} */ (instance).exports, module, crossings };
}

/** So long a batch of calls takes at least: many times the clock's grain. */
const BATCH_MS = 1;
/** Rounds before the first that is timed: the browser compiles better what is called often. */
const WARMUP_ROUNDS = 20;

/**
 * Calls with so many arguments.
 *
 * @typedef {Object} Line
 * @property {number} count
 * @property {{js: number, all: Record<string, number>}} crossed by one call
 * @property {() => void} call
 * @property {number} batch calls that are timed together
 * @property {number[]} each ms, of a batch
 */

/**
 * @param {Crossings} crossings
 * @param {number} count
 * @param {((...values: number[]) => number) | undefined} add
 * @returns {Line}
 */
function makeLine(crossings, count, add) {
	if (!add)
		throw new Error(`the guest has no function of ${count} arguments`);
	const values = Array.from({ length: count }, (_, i) => i + 1);
	const expected = values.reduce((sum, value) => sum + value, 0);
	crossings.reset();
	if (add(...values) !== expected)
		throw new Error(`the guest adds ${values} to something else than ${expected}`);
	return { count, crossed: { js: crossings.js, all: { ...crossings.counts } }, call: () => { add(...values); }, batch: 1, each: [] };
}

/** A stall lengthens one of a few batches, and not the shortest. @param {Line} line */
function chooseBatch(line) {
	while (Math.min(...Array.from({ length: 3 }, () => timeBatch(line))) < BATCH_MS)
		line.batch *= 2;
}

/**
 * @param {Line} line
 * @returns {number} ms
 */
function timeBatch({ call, batch }) {
	const beforeMs = performance.now();
	for (let i = 0; i < batch; i++)
		call();
	return performance.now() - beforeMs;
}

/**
 * In rounds of one batch each, so that what changes with time changes all alike.
 * @param {Place} place
 * @param {Crossings} crossings
 * @param {(count: number) => ((...values: number[]) => number) | undefined} callOf by number of arguments
 */
async function byArguments(place, crossings, callOf) {
	const lines = ARGUMENTS.map((count) => makeLine(crossings, count, callOf(count)));
	lines.forEach(chooseBatch);
	for (let i = 0; i < WARMUP_ROUNDS; i++)
		lines.forEach(timeBatch);
	lines.forEach(chooseBatch);
	const { n, planned } = await place.repeat({ count: place.number('batches', 1), share_ms: place.number('share_ms', 1) },
		() => lines.forEach((line) => line.each.push(timeBatch(line))));
	return { byArguments: lines.map((line) => asFound(line, n, planned)) };
}

/**
 * @param {Line} line
 * @param {number} n rounds
 * @param {number} planned
 */
function asFound({ count, crossed, batch, each }, n, planned) {
	const us = each.map((ms) => 1000 * ms / batch);
	return { arguments: count, crossed, batch, n: n * batch, planned: planned * batch,
		call_us: us.reduce((sum, one) => sum + one, 0) / n, median_us: Float64Array.from(us).sort()[n >> 1], each: us };
}

/** @param {Place} place */
async function funcof(place) {
	const { guest, crossings } = await start(place);
	return byArguments(place, crossings, () => guest.add);
}

/** @param {Place} place */
async function exported(place) {
	const { exported: functions, crossings } = await start(place);
	return byArguments(place, crossings, (count) => functions[`add${count}`]);
}

/** @param {Place} place */
async function names(place) {
	const { module } = await start(place);
	/** @param {string} name */
	const has = (name) => namesFunction(module, name);
	return { wasmCall: has('wasmCall'), handleEvent: has('syscall_js.handleEvent'), exported: has('add8'),
		allocator: has('runtime.alloc') || has('runtime.mallocgc'), scheduler: has('runtime.scheduler') || has('runtime.schedule'),
		reflect: has('reflect.Value.') || has('(reflect.Value)') };
}

/** Part of the time that goes to numbers over channels. */
const CHANNELS_PART = 0.25;

/** @param {Place} place */
async function goroutines(place) {
	const { guest } = await start(place);
	const trips = place.number('trips', 1);
	let right = true;
	const { n, planned, total_ms, each } = await place.repeat({ count: place.number('batches', 1),
		share_ms: CHANNELS_PART * place.number('share_ms', 1), warmup: 1 }, async () => {
		right = await guest.channels(trips) === trips * (trips + 1) / 2 && right;
	});
	const selected = await guest.selects(trips);
	return { channels: right, selects: selected === 2 * trips, trip_us: 1000 * total_ms / n / trips, n: n * trips, planned: planned * trips,
		each: [...each].map((ms) => 1000 * ms / trips) };
}
