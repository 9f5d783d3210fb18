/**
 * The worker of the article: it hashes, and answers pings. Corrected: with the imports that the module needs, and with an
 * export that is there.
 */

/** @type {() => void} */
let hash;
/** @type {any} */
let guest;

/** @param {any} manifest */
async function start(manifest) {
	const { Place } = await import(new URL('../web/place.js', import.meta.url).href);
	const started = await new Place(manifest).startGuest();
	guest = started.object;
	const exported = started.instance.exports.hash_bytes;
	hash = exported ?? guest.hash;
	return { exports: exported !== undefined };
}

globalThis.onmessage = async (/** @type {MessageEvent} */ { data }) => {
	if (data.manifest) {
		globalThis.postMessage(await start(data.manifest).catch((error) => ({ failed: String(error) })));
	} else if (data.hash) {
		const beginMs = performance.timeOrigin + performance.now();
		hash();
		globalThis.postMessage({ hashed: { beginMs, endMs: performance.timeOrigin + performance.now(), digest: guest.digest() } });
	} else {
		globalThis.postMessage({ pong: data.ping, atMs: performance.timeOrigin + performance.now() });
	}
};
