/**
 * What a Chromium trace says of the time in which a thread collected: measures `collecting` and `resting`, which part.js has put
 * into it, and the frames of the page's compositor thread.
 *
 * @typedef {import('./part.js').Interval} Interval here in µs of the trace's clock
 * @typedef {any} TraceEvent
 */

/**
 * @param {TraceEvent[]} events
 * @param {string} name of a measure
 * @returns {{pid: number, tid: number, intervals: Interval[]}} its process and thread
 */
export function measures(events, name) {
	const ofName = events.filter((event) => event.name === name && (event.ph === 'b' || event.ph === 'e'));
	if (ofName.length === 0)
		throw new Error(`the trace holds no measure ${name}`);
	/** @type {Map<string, TraceEvent>} */
	const open = new Map();
	const intervals = [];
	for (const event of ofName) {
		const id = event.id2?.local ?? event.id2?.global ?? event.id, begun = open.get(id);
		if (event.ph === 'b')
			open.set(id, event);
		else if (begun)
			intervals.push({ start: begun.ts, end: event.ts });
	}
	return { pid: ofName[0].pid, tid: ofName[0].tid, intervals };
}

/**
 * @param {TraceEvent[]} events
 * @param {number} pid the page's process
 * @returns {number[]} when its compositor thread drew a frame
 */
export function compositorFrames(events, pid) {
	const named = events.find((event) => event.ph === 'M' && event.name === 'thread_name' && event.pid === pid && event.args.name === 'Compositor');
	if (!named)
		throw new Error('the trace names no compositor thread of the page');
	return events.filter((event) => event.name === 'DrawFrame' && event.pid === pid && event.tid === named.tid).map((event) => event.ts);
}

/**
 * V8's full collections, by thread.
 * @param {TraceEvent[]} events
 * @param {number} pid
 * @param {Interval[]} intervals
 * @returns {number[]} the threads on which one began within the intervals
 */
export function collectingThreads(events, pid, intervals) {
	const majors = events.filter((event) => event.name === 'MajorGC' && event.pid === pid && (event.ph === 'X' || event.ph === 'B')
		&& intervals.some(({ start, end }) => start <= event.ts && event.ts <= end));
	return [...new Set(majors.map((event) => event.tid))];
}

/**
 * @param {TraceEvent[]} events
 * @param {number} pid
 * @returns {number} the page's main thread
 */
export function mainThread(events, pid) {
	const named = events.find((event) => event.ph === 'M' && event.name === 'thread_name' && event.pid === pid && event.args.name === 'CrRendererMain');
	if (!named)
		throw new Error("the trace names no main thread of the page's");
	return named.tid;
}
