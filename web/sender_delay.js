/** The part of the samples within which the delay is stated: the same as of the other figures. */
const SHARE = 0.95;

/**
 * How long the sender's own thread took from being woken to sending: the lateness of each sample without that of the
 * pacer, which is a thread of its own and may have to wait for a CPU too.
 * @param {Float64Array} due
 * @param {Float64Array} sent NaN: never sent
 * @param {Float64Array} late of the pacer
 * @returns {number | null} the P95 by nearest rank, ms; null when a sample was never sent
 */
export function senderDelayP95(due, sent, late) {
	const delays = Float64Array.from(due, (time, i) => Math.max(0, sent[i] - time - late[i])).sort();
	const value = delays[Math.ceil(SHARE * delays.length) - 1];
	return delays.some(Number.isNaN) ? null : value;
}
