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

/**
 * @param {Place} place
 * @param {Crossings} crossings
 * @param {(count: number) => ((...values: number[]) => number) | undefined} callOf by number of arguments
 */
async function byArguments(place, crossings, callOf) {
	const found = [];
	for (const count of ARGUMENTS) {
		const call = callOf(count);
		if (!call)
			throw new Error(`the guest has no function of ${count} arguments`);
		const values = Array.from({ length: count }, (_, i) => i + 1);
		const expected = values.reduce((sum, value) => sum + value, 0);
		crossings.reset();
		if (call(...values) !== expected)
			throw new Error(`the guest adds ${values} to something else than ${expected}`);
		const crossed = { js: crossings.js, all: { ...crossings.counts } };
		const batch = place.number('batch', 1);
		const { n, planned, total_ms, each } = await place.repeat({ count: place.number('batches', 1), warmup: 20,
			share_ms: place.number('share_ms', 1) / ARGUMENTS.length }, () => {
			for (let i = 0; i < batch; i++)
				call(...values);
		});
		found.push({ arguments: count, crossed, n: n * batch, planned: planned * batch, call_us: 1000 * total_ms / n / batch,
			each: [...each].map((ms) => 1000 * ms / batch) });
	}
	return { byArguments: found };
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

/** @param {Place} place */
async function goroutines(place) {
	const { guest } = await start(place);
	const trips = place.number('trips', 1);
	const beforeMs = performance.now();
	const sum = await guest.channels(trips);
	const totalMs = performance.now() - beforeMs;
	const selected = await guest.selects(trips);
	return { channels: sum === trips * (trips + 1) / 2, selects: selected === 2 * trips, trip_us: 1000 * totalMs / trips };
}
