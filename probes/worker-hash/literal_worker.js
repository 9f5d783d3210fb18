/** The article's worker.js, word for word but for the file's address; and as a module, since only there await may stand at the top. */
globalThis.onmessage = async (/** @type {MessageEvent} */ { data }) => {
	let reached = 'instantiateStreaming';
	/** @type {string | null} */
	let failure = null;
	try {
		const wasm = await WebAssembly.instantiateStreaming(fetch(data.wasm));
		reached = 'hash_bytes';
		/** @type {any} */ (wasm.instance.exports).hash_bytes();
		reached = 'the end';
	} catch (error) {
		failure = String(error);
	}
	globalThis.postMessage({ reached, failure });
};
