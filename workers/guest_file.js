import { ROOT } from '../web/manifest.js';

/**
 * @param {string | null} path the manifest's
 * @param {string} field its name there
 * @returns {string} absolute
 */
export function guestUrl(path, field) {
	if (path === null)
		throw new Error(`the manifest's guest has no '${field}', which its way of starting needs`);
	return new URL(path, ROOT).href;
}

/**
 * Fetches, compiles (while it arrives) and instantiates.
 * @param {string | null} path of the wasm file
 * @param {WebAssembly.Imports} imports
 * @returns {Promise<WebAssembly.Instance>}
 */
export async function instantiateFile(path, imports) {
	const response = await fetch(guestUrl(path, 'wasm'));
	if (!response.ok)
		throw new Error(`${path} could not be fetched: HTTP status ${response.status}`);
	const { instance } = await WebAssembly.instantiateStreaming(response, imports);
	return instance;
}
