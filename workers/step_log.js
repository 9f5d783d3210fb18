/** When each step of the load ran and how long it took, on the worker's clock. */
export class StepLog {
	/** @type {Float64Array} */
	#start;
	/** @type {Float64Array} */
	#duration;
	#count = 0;

	/** @param {number} room steps to hold without growing; growing copies, which costs microseconds */
	constructor(room) {
		this.#start = new Float64Array(room);
		this.#duration = new Float64Array(room);
	}

	/** @returns {number} */
	get count() {
		return this.#count;
	}

	/**
	 * @param {number} startMs
	 * @param {number} endMs
	 */
	add(startMs, endMs) {
		if (this.#count === this.#start.length) {
			this.#start = grown(this.#start);
			this.#duration = grown(this.#duration);
		}
		this.#start[this.#count] = startMs;
		this.#duration[this.#count++] = endMs - startMs;
	}

	/**
	 * Time spent in steps inside a window; steps that cross its edges count with their part in it.
	 * @param {number} fromMs
	 * @param {number} toMs
	 * @returns {number} ms
	 */
	busyWithin(fromMs, toMs) {
		let sum = 0;
		for (let i = 0; i < this.#count; i++) {
			const start = Math.max(this.#start[i], fromMs);
			const end = Math.min(this.#start[i] + this.#duration[i], toMs);
			sum += Math.max(0, end - start);
		}
		return sum;
	}

	/** @returns {{min: number, median: number, max: number} | null} ms; null without steps */
	durations() {
		if (this.#count === 0)
			return null;
		const sorted = this.#duration.slice(0, this.#count).sort();
		const half = this.#count >> 1;
		const median = this.#count % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
		return { min: sorted[0], median, max: sorted[this.#count - 1] };
	}
}

/**
 * @param {Float64Array} array
 * @returns {Float64Array} twice as long
 */
function grown(array) {
	const copy = new Float64Array(2 * array.length + 1);
	copy.set(array);
	return copy;
}
