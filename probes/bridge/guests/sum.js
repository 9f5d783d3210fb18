/** @param {Uint8Array} payload */
export function sum(payload) {
	let total = 0;
	for (const byte of payload)
		total += byte;
	return total;
}
