/** On the arm's thread: where the guest's arrays stand, how long it takes to load, and what is in RAM when. */

/**
 * @param {import('../../web/place.js').Place} place
 */
export async function run(place) {
	switch (place.manifest.load) {
	case 'contents': return contents(place);
	case 'delivery': return delivery(place);
	case 'loading': return loading(place);
	case 'touch': return touch(place);
	case 'article': return articleArray();
	default: throw new Error(`probe segments has no load '${place.manifest.load}'`);
	}
}

/** @param {string} path relative to the launch's root */
function address(path) {
	return new URL(`../${path}`, import.meta.url).href;
}

/** @param {import('../../web/place.js').Place} place */
async function contents(place) {
	const { dataSegments } = await import(address('workers/data_segments.js'));
	const { object, memory } = await place.startGuest();
	const arrays = JSON.parse(JSON.stringify(/** @type {any} */ (object).arrays()));
	const first = /** @type {any} */ (object).touch(1);
	const module = await (await fetch(address(/** @type {string} */ (place.manifest.guest?.wasm)))).arrayBuffer();
	const segments = dataSegments(module);
	const { bytesInFile } = await import(new URL('bytes_in_file.js', import.meta.url).href);
	for (const array of Object.values(arrays))
		array.inFile = bytesInFile(segments, array);
	const magic = Array.from(new Uint8Array(module, 0, 4));
	return { arrays, magic, segments: segments.length, data: segments.reduce((/** @type {number} */ sum, /** @type {any} */ { bytes }) => sum + bytes, 0),
		file: module.byteLength, memory: memory?.buffer.byteLength, touched: first };
}

/** How a server may send the guest; docs/PROBES.md, "What a launch can reach". */
const DELIVERIES = { plain: 'guest/', gzip: 'guest/gzip/', brotli: 'guest/br/' };

/**
 * @typedef {Object} Loaded ms
 * @property {number} fetched until all bytes are there
 * @property {number} compiled from then
 * @property {number} instantiated from then
 */

/** @param {import('../../web/place.js').Place} place */
async function delivery(place) {
	const file = fileName(place);
	return { hashes: await fetchAll(file), sizes: sizes(file) };
}

/** @param {import('../../web/place.js').Place} place */
function fileName(place) {
	return /** @type {string} */ (place.manifest.guest?.wasm).replace('guest/', '');
}

/**
 * Each delivery once, which is when the server compresses.
 * @param {string} file
 * @returns {Promise<Record<string, string>>} SHA-256 of what came, by delivery
 */
async function fetchAll(file) {
	/** @type {Record<string, string>} */
	const hashes = {};
	for (const [name, folder] of Object.entries(DELIVERIES))
		hashes[name] = await hash(await (await fetch(address(folder + file), { cache: 'no-store' })).arrayBuffer());
	return hashes;
}

/** @param {import('../../web/place.js').Place} place */
async function loading(place) {
	const guest = /** @type {import('../../web/manifest.js').ManifestGuest} */ (place.manifest.guest);
	await import(address(/** @type {string} */ (guest.glue)));
	const { copyOf } = await import(new URL('big_module.js', import.meta.url).href);
	const file = fileName(place);
	/** @type {Record<string, Loaded[]>} */
	const all = { plain: [], gzip: [], brotli: [] };
	await fetchAll(file);
	let copies = 0;
	const names = Object.keys(DELIVERIES);
	const rounds = place.number('rounds', 1);
	const done = await place.repeat({ count: rounds, share_ms: place.number('share_ms', 1) }, async (round) => {
		// In turn, so that none is always the first.
		for (let i = 0; i < names.length; i++) {
			const name = names[(round + i) % names.length];
			all[name].push(await load(address(/** @type {any} */ (DELIVERIES)[name] + file), (/** @type {ArrayBuffer} */ bytes) => copyOf(bytes, copies++)));
		}
	});
	return { all, n: done.n, planned: rounds, decompress: await decompression(address(guest.wasm ?? ''), rounds) };
}

/**
 * @param {string} url
 * @param {(bytes: ArrayBuffer) => BufferSource} copy of what came; it takes no part of the times
 * @returns {Promise<Loaded>}
 */
async function load(url, copy) {
	const imports = new globalThis.Go().importObject;
	const start = performance.now();
	const response = await fetch(url, { cache: 'no-store' });
	if (!response.ok)
		throw new Error(`${url.slice(url.indexOf('guest/'))} could not be fetched: HTTP status ${response.status}`);
	const bytes = await response.arrayBuffer();
	const fetched = performance.now();
	const own = copy(bytes);
	const begun = performance.now();
	const module = await WebAssembly.compile(own);
	const compiled = performance.now();
	await WebAssembly.instantiate(module, imports);
	return { fetched: fetched - start, compiled: compiled - begun, instantiated: performance.now() - compiled };
}

/** @param {ArrayBuffer} bytes */
async function hash(bytes) {
	return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {string} file
 * @returns {Record<string, {encoded: number, decoded: number}>} bytes as the browser counted them
 */
function sizes(file) {
	/** @type {Record<string, {encoded: number, decoded: number}>} */
	const found = {};
	for (const entry of /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource'))) {
		for (const [name, folder] of Object.entries(DELIVERIES)) {
			if (entry.name === address(folder + file))
				found[name] ??= { encoded: entry.encodedBodySize, decoded: entry.decodedBodySize };
		}
	}
	return found;
}

/**
 * Decompressing alone, without a network: the same bytes, from memory to memory.
 * @param {string} url
 * @param {number} rounds
 * @returns {Promise<number[]>} ms
 */
async function decompression(url, rounds) {
	const bytes = await (await fetch(url, { cache: 'no-store' })).arrayBuffer();
	const packed = await through(bytes, new CompressionStream('gzip'));
	const times = [];
	for (let i = 0; i < rounds; i++) {
		const start = performance.now();
		await through(packed, new DecompressionStream('gzip'));
		times.push(performance.now() - start);
	}
	return times;
}

/**
 * @param {ArrayBuffer} bytes
 * @param {CompressionStream | DecompressionStream} stream
 * @returns {Promise<ArrayBuffer>}
 */
async function through(bytes, stream) {
	return new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();
}

/**
 * The only data that the article prints: char data_arr[1024 * 1024] = {1}, compressed.
 * @returns {Promise<{bytes: number, gzip: number}>}
 */
async function articleArray() {
	const array = new Uint8Array(1 << 20);
	array[0] = 1;
	return { bytes: array.length, gzip: (await through(array.buffer, new CompressionStream('gzip'))).byteLength };
}

/** @param {import('../../web/place.js').Place} place */
async function touch(place) {
	const { bigModule } = await import(new URL('big_module.js', import.meta.url).href);
	const dataBytes = place.number('data_bytes', 1);
	// Held to the end: were it freed meanwhile, what instantiation takes would not show.
	const file = bigModule(dataBytes, 2 * dataBytes);
	const module = await WebAssembly.compile(file);
	const before = await resident();
	const instance = await WebAssembly.instantiate(module);
	const instantiated = await resident();
	const bytes = new Uint8Array(/** @type {WebAssembly.Memory} */ (instance.exports.memory).buffer);
	const sum = readPages(bytes, 0, dataBytes);
	const read = await resident();
	writePages(bytes, dataBytes, 2 * dataBytes);
	const written = await resident();
	return { dataBytes, before, instantiated, read, written, sum, file: file.length };
}

/** @returns {Promise<number>} bytes of this page's process in RAM, as the system counts them */
async function resident() {
	const response = await fetch(address('resident.json'), { cache: 'no-store' });
	if (!response.ok)
		throw new Error(`resident.json could not be fetched: HTTP status ${response.status}`);
	return (await response.json()).bytes;
}

/** The system's pages; a bigger one is touched more than once. */
const STEP_BYTES = 4096;

/**
 * @param {Uint8Array} bytes
 * @param {number} begin
 * @param {number} end
 */
function readPages(bytes, begin, end) {
	let sum = 0;
	for (let at = begin; at < end; at += STEP_BYTES)
		sum += bytes[at];
	return sum;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} begin
 * @param {number} end
 */
function writePages(bytes, begin, end) {
	for (let at = begin; at < end; at += STEP_BYTES)
		bytes[at] = 1;
}
