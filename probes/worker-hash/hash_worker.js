/**
 * The article's worker, corrected: with the imports that the module needs, its runtime started, and an export that is there.
 * No part of harness.calls: it has to answer the page's messages while it hashes, if it can.
 */

/** @type {any} */
let guest;
/** @type {import('../../workers/guest.js').StartedGuest} */
let started;
/** @type {string} */
let expected;
/** @type {number} */
let size;
/** Bytes that are hashed between two turns of the event loop; null: all at once. @type {number | null} */
let piece;

/** @returns {number} ms since the epoch, by this thread's clock */
function now() {
	return performance.timeOrigin + performance.now();
}

/** @param {any} manifest */
async function start(manifest) {
	const { Place } = await import(new URL('../web/place.js', import.meta.url).href);
	const { Random } = await import(new URL('../web/random.js', import.meta.url).href);
	started = await new Place(manifest).startGuest();
	guest = started.object;
	const random = new Random(manifest.seeds.load);
	// The top bit set, as in the built-in loads: a conservative collector would take other words for pointers.
	const bytes = new Uint8Array(Uint32Array.from({ length: manifest.parameters.hash_bytes / 4 }, () => random.next() | 1 << 31).buffer);
	size = bytes.length;
	piece = manifest.load === 'pieces' ? manifest.parameters.piece_bytes : null;
	expected = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
	guest.input(bytes);
	return { ready: true };
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What was collected so far: TinyGo's host counts it, Go's runtime does. Asking TinyGo's guest might itself make it collect. */
function collections() {
	return started.collector?.collections ?? guest.collections?.() ?? null;
}

/** @returns {Promise<string> | string} the digest: by the export, where the guest has it */
function hash() {
	if (piece !== null)
		return hashInPieces(piece);
	/** @type {any} */
	const exports = started.instance?.exports;
	if (!exports?.hash_bytes)
		return guest.hash();
	const address = exports.hash_bytes(exports.input_address(), size);
	return hex(new Uint8Array(exports.memory.buffer, address, expected.length / 2));
}

/** @param {number} bytes */
async function hashInPieces(bytes) {
	guest.begin();
	for (let at = 0; at < size; at += bytes) {
		guest.add(at, Math.min(at + bytes, size));
		await turn();
	}
	return guest.end();
}

/** Lets the event loop take up what has come meanwhile, without a timer's least delay. */
function turn() {
	const { port1, port2 } = new MessageChannel();
	return new Promise((resolve) => {
		port1.onmessage = () => {
			port1.close();
			resolve(undefined);
		};
		port2.postMessage(null);
	});
}

async function timedHash() {
	const before = collections();
	const beginMs = now();
	const pending = hash();
	const digest = pending instanceof Promise ? await pending : pending;
	const endMs = now();
	if (digest !== expected)
		throw new Error(`the guest's SHA-256 is ${digest} instead of ${expected}`);
	return { beginMs, endMs, collected: before === null ? null : collections() - before };
}

/** @param {Promise<object>} answer */
async function reply(answer) {
	globalThis.postMessage(await answer.catch((error) => ({ failed: String(error) })));
}

globalThis.onmessage = (/** @type {MessageEvent} */ { data }) => {
	if ('ping' in data)
		globalThis.postMessage({ ping: data.ping, takenMs: now() });
	else if (data.ask === 'hash')
		reply(timedHash());
	else
		reply(start(data.manifest));
};
