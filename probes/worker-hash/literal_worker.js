/** The article's worker.js, word for word but for the file's address; and as a module, since only there await may stand at the top. */
globalThis.onmessage = async (/** @type {MessageEvent} */ { data }) => {
	/** @type {Record<string, string>} */
	const steps = {};
	try {
		const wasm = await WebAssembly.instantiateStreaming(fetch(data.wasm));
		steps.instantiated = 'yes';
		/** @type {any} */ (wasm.instance.exports).hash_bytes();
		steps.called = 'yes';
	} catch (error) {
		steps.error = String(error);
	}
	globalThis.postMessage(steps);
};
