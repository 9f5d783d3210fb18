/** Gives a buffer back that was handed over to it, and of one that was cloned the number of its bytes. */
globalThis.onmessage = (/** @type {MessageEvent<{payload: Uint8Array<ArrayBuffer>, hands: boolean}>} */ { data: { payload, hands } }) => {
	if (hands)
		globalThis.postMessage(payload, { transfer: [payload.buffer] });
	else
		globalThis.postMessage(payload.length);
};
