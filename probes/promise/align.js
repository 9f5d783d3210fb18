/**
 * Moments of Go's trace between marks of the browser's, on one clock. Each pair of marks bounds the difference of the clocks
 * from both sides, however long the thread had to wait for its processor between them.
 *
 * @param {Map<string, number>} beforeUs by name, µs of the browser's trace
 * @param {Map<string, number>} afterUs
 * @param {{message: string, ns: number}[]} goLogs of Go's own
 * @returns {{common: number, slackUs: number, widthsUs: number[]}} slack: between the tightest two bounds, below 0 where no one
 *   difference keeps them all; widths: between the two bounds of each
 */
export function align(beforeUs, afterUs, goLogs) {
	const bounds = goLogs.filter(({ message }) => beforeUs.has(message) && afterUs.has(message)).map(({ message, ns }) => ({
		least: ns / 1000 - /** @type {number} */ (afterUs.get(message)), most: ns / 1000 - /** @type {number} */ (beforeUs.get(message)) }));
	return { common: bounds.length, widthsUs: bounds.map(({ least, most }) => most - least),
		slackUs: Math.min(...bounds.map(({ most }) => most)) - Math.max(...bounds.map(({ least }) => least)) };
}

/**
 * The details of measures in a Chromium trace, which has a measure of no length as one event and others as two.
 * @param {any[]} events
 * @param {string} name
 * @returns {any[]}
 */
export function detailsIn(events, name) {
	return events.filter((event) => event.name === name && (event.ph === 'b' || event.ph === 'n') && event.args?.detail)
		.map((event) => JSON.parse(event.args.detail));
}

/**
 * When the page's marks of this prefix were set, by the rest of their names.
 * @param {any[]} events
 * @param {string} prefix
 * @returns {Map<string, number>} µs
 */
export function marksIn(events, prefix) {
	return new Map(events.filter(({ name, cat }) => name.startsWith(prefix) && cat.includes('blink.user_timing'))
		.map(({ name, ts }) => [name.slice(prefix.length), ts]));
}

/**
 * Whether two lists hold the same details, in whatever order: those of one moment have none.
 * @param {any[]} a
 * @param {any[]} b
 */
export function sameDetails(a, b) {
	const texts = [a, b].map((list) => list.map((detail) => JSON.stringify(detail)).sort().join());
	return a.length > 0 && texts[0] === texts[1];
}
