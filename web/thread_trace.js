/**
 * What one thread of a traced launch puts into the browser's trace: clock marks, by which the page's times are found
 * in the trace, and measures of what the trace's own events do not tell apart. An untraced launch has none.
 *
 * @typedef {'h:guest' | 'h:guestgc' | 'h:serialise' | 'h:deserialise'} MeasureName
 */

/** Shorter ones would cost more than they explain. */
const LEAST_MS = 0.5;

/** Between two clock marks, when there is something to do at all: a mark wakes nobody. */
const MARK_MS = 1500;

export class ThreadTrace {
	#mark;
	#marks;
	#nextMs = Infinity;
	#posted = 0;

	/**
	 * @param {'main' | 'worker'} thread
	 * @param {{now(): number, mark(name: string): unknown, measure(name: string, options: {start: number, end: number}): unknown}} [marks]
	 */
	constructor(thread, marks = performance) {
		this.#mark = `align:${thread}`;
		this.#marks = marks;
	}

	/** Begins: two marks, because a single one may be off, and the count of posted messages from 0. */
	open() {
		this.#posted = 0;
		this.#markNow();
		this.#markNow();
	}

	/**
	 * Ends, with two marks.
	 * @returns {number} messages posted by this thread since open()
	 */
	close() {
		this.#markNow();
		this.#markNow();
		this.#nextMs = Infinity;
		return this.#posted;
	}

	/** To be called when the thread has done something anyway: sets a mark when the last is long enough ago. */
	touch() {
		if (this.#marks.now() >= this.#nextMs)
			this.#markNow();
	}

	countPost() {
		this.#posted++;
	}

	/**
	 * @param {MeasureName} name
	 * @param {number} startMs
	 * @param {number} endMs
	 */
	measure(name, startMs, endMs) {
		if (endMs - startMs >= LEAST_MS)
			this.#marks.measure(name, { start: Math.max(0, startMs), end: endMs });
	}

	/**
	 * @template {(...values: any[]) => any} F
	 * @param {F} call into the guest
	 * @returns {F} the same, measured
	 */
	timed(call) {
		return /** @type {F} */ ((...values) => {
			const start = this.#marks.now();
			try {
				return call(...values);
			} finally {
				this.measure('h:guest', start, this.#marks.now());
			}
		});
	}

	#markNow() {
		this.#marks.mark(this.#mark);
		this.#nextMs = this.#marks.now() + MARK_MS;
	}
}

/** For messages that are not between the two parties: measured, and not counted. */
export class Uncounted {
	#trace;

	/** @param {ThreadTrace} trace */
	constructor(trace) {
		this.#trace = trace;
	}

	/**
	 * @param {MeasureName} name
	 * @param {number} startMs
	 * @param {number} endMs
	 */
	measure(name, startMs, endMs) {
		this.#trace.measure(name, startMs, endMs);
	}

	touch() {
		this.#trace.touch();
	}

	countPost() {}
}
