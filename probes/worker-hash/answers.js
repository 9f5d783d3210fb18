/**
 * Which messages a worker took up while it hashed. Pure.
 *
 * @typedef {Object} Hash on the worker's clock, ms since the epoch
 * @property {number} beginMs
 * @property {number} endMs
 *
 * @typedef {Object} Exchange one message and its answer, ms since the epoch
 * @property {number} sentMs on the page's clock
 * @property {number} takenMs when the worker took it up, on the worker's
 * @property {number} answeredMs when the answer had come, on the page's
 */

/**
 * @param {Hash} hash
 * @param {Exchange[]} exchanges
 * @returns {{sent: number, taken: number, waitsMs: number[]}} messages sent while it hashed, those of them that were
 *   taken up before it ended, and how long each of the former waited for its answer
 */
export function duringHash({ beginMs, endMs }, exchanges) {
	// Taken up before the hash began, it was sent before, whatever the difference of the two clocks says.
	const during = exchanges.filter(({ sentMs, takenMs }) => beginMs < sentMs && sentMs < endMs && takenMs > beginMs);
	return {
		sent: during.length,
		taken: during.filter(({ takenMs }) => takenMs < endMs).length,
		waitsMs: during.map(({ sentMs, answeredMs }) => answeredMs - sentMs),
	};
}
