/**
 * One way of a payload into a guest, at three sizes.
 *
 * @typedef {import('../../web/place.js').Place} Place
 * @typedef {Object} Scene
 * @property {any} guest
 * @property {WebAssembly.Memory} memory
 *
 * @typedef {Object} Timed
 * @property {number} bytes
 * @property {number} n
 * @property {number} planned
 * @property {number} mean_ms
 * @property {number} median_ms
 * @property {number[]} each ms
 * @property {number | null} allocated bytes that the guest's runtime allocated, a call
 */

const WARMUP = 1;
/** Views that are timed together: one takes less than the clock's grain. */
const VIEWS = 1000;
export const SIZES = [1 << 16, 1 << 20, 1 << 23];

/**
 * @param {Place} place
 * @param {string} way the arm's load
 */
export async function run(place, way) {
	/** @type {Record<string, (place: Place) => Promise<object>>} */
	const ways = { struct, json, copy, view, fill, transfer, clone };
	return ways[way](place);
}

/**
 * @param {Place} place
 * @returns {Promise<Scene>}
 */
async function start(place) {
	const { object, memory } = await place.startGuest();
	if (memory === null)
		throw new Error('the guest exports no memory');
	return { guest: object, memory };
}

/**
 * @param {Place} place
 * @param {number} bytes
 * @param {(index: number) => unknown} call
 * @param {any} [guest] tells what it allocates
 * @param {number} [batch] calls that each `call` makes
 * @returns {Promise<Timed>}
 */
async function time(place, bytes, call, guest, batch = 1) {
	// Asking allocates, too: once more beforehand, that it can be taken off.
	const asked = guest?.allocated();
	const before = guest?.allocated();
	const { n, planned, total_ms, each } = await place.repeat({ count: Math.ceil(place.number('count', 1) / batch),
		share_ms: place.number('share_ms', 1) / SIZES.length, warmup: WARMUP }, call);
	const after = guest?.allocated();
	const sorted = Float64Array.from(each, (ms) => ms / batch).sort();
	return { bytes, n: n * batch, planned: planned * batch, mean_ms: total_ms / n / batch, median_ms: sorted[n >> 1],
		each: Array.from(each, (ms) => ms / batch),
		allocated: guest ? Math.max(0, after - before - (before - asked)) / (n + WARMUP) / batch : null };
}

/**
 * @param {(bytes: number) => Promise<Timed>} timeOne
 * @param {number[]} [sizes]
 * @returns {Promise<{timed: Timed[]}>}
 */
async function timeAll(timeOne, sizes = SIZES) {
	const timed = [];
	for (const bytes of sizes)
		timed.push(await timeOne(bytes));
	return { timed };
}

/** @param {number} bytes */
function payload(bytes) {
	return Uint8Array.from({ length: bytes }, (_, i) => i * 7 & 127);
}

/**
 * A Go panic ends the program, or, without a recover, traps: either way the value does not arrive.
 * @param {Place} place
 */
async function struct(place) {
	const { guest } = await start(place);
	/** @type {unknown} */
	let value;
	let error = null;
	try {
		value = guest.passStruct();
	} catch (failure) {
		error = String(failure);
	}
	return { passed: error === null && typeof value === 'object' && value !== null, error, printed: place.output.clue() };
}

/**
 * About so many bytes of JSON.
 * @param {number} bytes
 */
function recordsText(bytes) {
	/** @type {{id: number, name: string, value: number}[]} */
	const records = [];
	for (let length = 2; length < bytes; length += JSON.stringify(records.at(-1)).length + 1)
		records.push({ id: records.length, name: `record ${records.length}`, value: records.length / 3 });
	return { text: () => JSON.stringify(records), count: records.length };
}

/**
 * Without the largest size, of which TinyGo decodes hardly one within a launch's deadline.
 * @param {Place} place
 */
async function json(place) {
	const { guest } = await start(place);
	return timeAll((bytes) => {
		const { text, count } = recordsText(bytes);
		return time(place, bytes, () => {
			if (guest.decode(text()) !== count)
				throw new Error('the guest decoded another number of records');
		}, guest);
	}, SIZES.slice(0, 2));
}

/**
 * And whether the program sees what becomes of the array afterwards, as it would without a copy.
 * @param {Place} place
 */
async function copy(place) {
	const { guest } = await start(place);
	const shared = payload(16);
	guest.copyIn(shared);
	const copied = guest.peek(5);
	shared[5] = copied + 100;
	const arrayIsShared = guest.peek(5) !== copied;
	const found = await timeAll((bytes) => {
		const data = payload(bytes);
		return time(place, bytes, () => {
			if (guest.copyIn(data) !== bytes)
				throw new Error('the guest copied another number of bytes');
		}, guest);
	});
	return { ...found, arrayIsShared };
}

/**
 * A view alone, and whether both sides see the same bytes through it; and what the article's own sample makes of one.
 * @param {Place} place
 */
async function view(place) {
	const { guest, memory } = await start(place);
	const address = guest.address();
	const shown = new Uint8Array(memory.buffer, address, 16);
	shown[5] = 200;
	const sliced = new Uint8Array(shown).slice(0, 16);
	sliced[6] = 201;
	let sum = 0;
	const found = await timeAll((bytes) => time(place, bytes, () => {
		for (let i = 0; i < VIEWS; i++) {
			const whole = new Uint8Array(memory.buffer, address, bytes);
			sum += whole[0] + whole[bytes - 1];
		}
	}, guest, VIEWS));
	return { ...found, sum, viewIsShared: guest.peek(5) === 200, sampleIsShared: guest.peek(6) === 201, memoryHasRead: hasRead(memory) };
}

/**
 * The article's wasm.Memory.Read(), in whatever spelling.
 * @param {any} memory
 */
function hasRead(memory) {
	return ['Read', 'read'].some((name) => typeof memory[name] === 'function' || typeof (/** @type {any} */ (WebAssembly.Memory))[name] === 'function');
}

/**
 * The payload written through a view: it was somewhere else before.
 * @param {Place} place
 */
async function fill(place) {
	const { guest, memory } = await start(place);
	const address = guest.address();
	return timeAll((bytes) => {
		const data = payload(bytes);
		return time(place, bytes, () => new Uint8Array(memory.buffer, address, bytes).set(data), guest);
	});
}

/**
 * A message to a worker and its answer, the buffer handed over (and back) or cloned (and a number back).
 * @param {Place} place
 * @param {boolean} hands
 */
async function post(place, hands) {
	const worker = new Worker(new URL('echo_worker.js', import.meta.url), { type: 'module', name: 'echo' });
	let detached = true;
	const found = await timeAll((bytes) => {
		let data = payload(bytes);
		return time(place, bytes, async () => {
			const answer = reply(worker);
			worker.postMessage({ payload: data, hands }, hands ? [data.buffer] : []);
			detached &&= data.length === 0;
			const back = await answer;
			if (hands)
				data = back;
			if ((hands ? data.length : back) !== bytes)
				throw new Error(`the worker got another number of bytes than ${bytes}`);
		});
	});
	const sample = articleSample(worker);
	worker.terminate();
	return { ...found, detached, sample };
}

/**
 * The article's line, word for word.
 * @param {any} worker
 * @returns {string | null} why it fails
 */
function articleSample(worker) {
	const wasmBytes = new Uint8Array(8);
	try {
		worker.port1.postMessage({ cmd: 'init', data: wasmBytes }, [wasmBytes.buffer]);
		return null;
	} catch (error) {
		return String(error);
	}
}

/**
 * @param {Worker} worker
 * @returns {Promise<any>} its next message
 */
function reply(worker) {
	return new Promise((resolve, reject) => {
		worker.onmessage = ({ data }) => resolve(data);
		worker.onerror = (event) => reject(new Error(event.message || 'echo_worker.js could not be loaded'));
	});
}

/** @param {Place} place */
const transfer = (place) => post(place, true);
/** @param {Place} place */
const clone = (place) => post(place, false);
