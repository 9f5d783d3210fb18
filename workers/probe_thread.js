import { failureText } from '../web/failure.js';
import { runPart } from '../web/place.js';

/** A worker that runs one part of a probe of calls (web/calls.js) and answers with its result. */
globalThis.onmessage = async (/** @type {MessageEvent} */ event) => {
	const { manifest, url, input } = event.data;
	try {
		globalThis.postMessage({ done: await runPart(manifest, url, input), isolated: crossOriginIsolated });
	} catch (error) {
		globalThis.postMessage({ failed: failureText(error) });
	}
};
