/** On the guest's thread: has the guest allocate or recurse until it ends, and tells how it ended. */

/** @param {import('../../web/place.js').Place} place */
export async function run(place) {
	switch (place.manifest.load) {
	case 'allocate': return allocate(place);
	case 'dirty': return fill(place, 'dirty');
	case 'retain': return fill(place, 'retain');
	case 'overflow': return overflow(place, false);
	case 'apart': return overflow(place, true);
	case 'use': return use(place);
	case 'wasi': return wasi(place);
	case 'link': return tryOut(place);
	default: throw new Error(`probe allocators has no load '${place.manifest.load}'`);
	}
}

/** @param {import('../../web/place.js').Place} place */
async function allocate(place) {
	const { object, memory } = await place.startGuest();
	const end = attempt(place, () => /** @type {any} */ (object).allocate(1024));
	// Garbage of many times what it began with: without a collection the memory has to hold all of it.
	const bytes = place.number('dirty_bytes', 1);
	const dirty = attempt(place, () => /** @type {any} */ (object).dirty(bytes));
	return { end, dirty, bytes, memory: memory?.buffer.byteLength };
}

/**
 * @param {import('../../web/place.js').Place} place
 * @param {'dirty' | 'retain'} what
 */
async function fill(place, what) {
	const { watchGo } = await import(new URL('../workers/guest_watch.js', import.meta.url).href);
	const watch = await watchGo(place.manifest.guest);
	const { object, memory } = await place.startGuest();
	const bytes = place.number('fill_bytes', 1);
	const end = attempt(place, () => /** @type {any} */ (object)[what](bytes));
	return { end, bytes, progress: watch.instance().exports.progress() * 1024, memory: memory?.buffer.byteLength };
}

/**
 * What was not expected to link: whether it panics when it runs and allocates.
 * @param {import('../../web/place.js').Place} place
 */
async function tryOut(place) {
	if (place.manifest.guest?.start === 'wasm-exports')
		return wasi(place);
	const started = attempt(place, () => place.startGuest());
	const ended = await started.value?.then(
		(/** @type {any} */ { object }) => attempt(place, () => object.allocate?.(1024)),
		(/** @type {unknown} */ error) => ({ thrown: String(error), printed: place.output.last }));
	return { end: ended ?? started, text: '' };
}

/** @param {import('../../web/place.js').Place} place */
async function use(place) {
	const { object } = await place.startGuest();
	return { end: attempt(place, () => /** @type {any} */ (object).use()) };
}

/**
 * Recursions whose frames take a known part of the goroutine's stack, each in an instance of its own.
 * @param {import('../../web/place.js').Place} place
 * @param {boolean} apart whether the goroutine's record lies elsewhere than below its stack
 */
async function overflow(place, apart) {
	const { stackBytes } = await import(new URL('findings.js', import.meta.url).href);
	const size = stackBytes(place.manifest.guest?.build.options.stack_size);
	const runs = [];
	for (const part of [0.25, 0.5, 1.25, 1.5, 2, 4, 8, 16]) {
		for (const yields of [false, true]) {
			const depth = Math.round(part * size / FRAME_BYTES);
			runs.push({ part, yields, depth, ...await descent(place, depth, yields, size, apart) });
		}
	}
	return { size, runs };
}

/** The guest's frame, but for what the compiler adds to it. */
const FRAME_BYTES = 256;

/**
 * @param {import('../../web/place.js').Place} place
 * @param {number} depth
 * @param {boolean} yields
 * @param {number} size of the stack
 * @param {boolean} apart
 */
async function descent(place, depth, yields, size, apart) {
	const { endOf, lastPanic } = await import(new URL('findings.js', import.meta.url).href);
	const { object } = await place.startGuest();
	const guest = /** @type {any} */ (object);
	const end = attempt(place, () => guest.descend(depth, yields, size, apart));
	if (end.value === -1)
		throw new Error('the heap gave no stack a place above objects that are known');
	const after = attempt(place, () => guest.damaged());
	const damaged = typeof after.value === 'number' ? after.value : null;
	const panic = lastPanic([...end.printed, ...after.printed]);
	const thrown = end.thrown || after.thrown;
	return { end: endOf({ wrong: end.value, damaged, thrown, panic }), wrong: end.value ?? null, damaged, thrown, panic };
}

/** The few functions of WASI that a small program calls; any other answers ENOSYS. */
const ENOSYS = 52;

/**
 * Runs the guest as a host of WASI would.
 * @param {import('../../web/place.js').Place} place
 */
async function wasi(place) {
	const response = await fetch(new URL(`../${place.manifest.guest?.wasm}`, import.meta.url));
	const module = await WebAssembly.compileStreaming(response);
	let text = '';
	/** @type {WebAssembly.Memory | undefined} */
	let memory;
	/** @type {Record<string, (...values: number[]) => number>} */
	const known = {
		fd_write: (_descriptor, vectors, count, written) => {
			const view = new DataView(/** @type {WebAssembly.Memory} */ (memory).buffer);
			let total = 0;
			for (let i = 0; i < count; i++) {
				const length = view.getUint32(vectors + 8 * i + 4, true);
				text += new TextDecoder().decode(new Uint8Array(view.buffer, view.getUint32(vectors + 8 * i, true), length));
				total += length;
			}
			view.setUint32(written, total, true);
			return 0;
		},
		proc_exit: (code) => {
			throw new Error(`exit ${code}`);
		},
	};
	const imports = Object.fromEntries(WebAssembly.Module.imports(module)
		.map(({ name }) => [name, known[name] ?? (() => ENOSYS)]));
	const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: imports });
	memory = /** @type {WebAssembly.Memory} */ (instance.exports.memory);
	const end = attempt(place, () => /** @type {any} */ (instance.exports)._start());
	return { end, text, imports: Object.keys(imports) };
}

/**
 * @param {import('../../web/place.js').Place} place
 * @param {() => unknown} call
 * @returns {{value: any, thrown: string, printed: string[]}} what it printed: a panic is only ever printed
 */
function attempt(place, call) {
	const before = place.output.lines;
	let value;
	let thrown = '';
	try {
		value = call();
	} catch (error) {
		thrown = String(error);
	}
	const lines = place.output.lines - before;
	return { value, thrown, printed: lines > 0 ? place.output.last.slice(-lines) : [] };
}
