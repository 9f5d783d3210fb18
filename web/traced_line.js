/** @typedef {Pick<import('./thread_trace.js').ThreadTrace, 'measure' | 'touch' | 'countPost'>} LineTrace */
import { Line } from './line.js';

/** A line whose messages are counted, and measured where they take long; it also reminds its thread of the clock marks. */
export class TracedLine extends Line {
	#trace;

	/**
	 * @param {import('./line.js').LineEnd} end
	 * @param {LineTrace} trace of the thread of this end
	 */
	constructor(end, trace) {
		super(end);
		this.#trace = trace;
	}

	/** @param {number} index */
	post(index) {
		const start = performance.now();
		super.post(index);
		this.#posted(start);
	}

	/**
	 * @param {object} message
	 * @param {Transferable[]} [transfer]
	 */
	send(message, transfer) {
		const start = performance.now();
		super.send(message, transfer);
		this.#posted(start);
	}

	/** @param {MessageEvent} event */
	receive(event) {
		const time = performance.now();
		const { data } = event;
		const looked = performance.now();
		this.dispatch(data, time);
		this.#trace.measure('h:deserialise', time, looked);
		this.#trace.touch();
	}

	/** @param {number} start */
	#posted(start) {
		this.#trace.measure('h:serialise', start, performance.now());
		this.#trace.countPost();
	}
}

/**
 * @param {import('./line.js').LineEnd} end
 * @param {LineTrace | null} trace
 * @returns {Line} the plain one in an untraced launch, whose messages then pass by nothing of this
 */
export function createLine(end, trace) {
	return trace ? new TracedLine(end, trace) : new Line(end);
}
