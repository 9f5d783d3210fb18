/**
 * The same hash as the browser itself offers it, by a promise.
 *
 * @type {Uint8Array<ArrayBuffer>}
 */
let bytes;

/** @param {Uint8Array<ArrayBuffer>} given what will be hashed */
export function input(given) {
	bytes = given;
}

/** @returns {Promise<string>} its SHA-256, in hexadecimal */
export async function hash() {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
