/**
 * The sending side of an open loop: three columns, filled without an allocation per sample. It knows
 * neither page nor worker: whoever owns the channel gives `post`, and calls take() for a reply.
 */
export class Sampler {
	/** @type {(index: number) => void} */
	#post;
	/** @type {{now(): number}} */
	#clock;
	#first = 0;
	#next = 0;
	#end = 0;
	#missing = 0;
	#closed = false;
	/** @type {() => void} */
	#onAnswered = () => {};

	/**
	 * @param {number} count of all samples, cold ones included
	 * @param {(index: number) => void} post sends the message that is a sample's index
	 * @param {{now(): number}} [clock] the sender's, ms
	 */
	constructor(count, post, clock = performance) {
		this.due = new Float64Array(count).fill(NaN);
		this.sent = new Float64Array(count).fill(NaN);
		this.returned = new Float64Array(count).fill(NaN);
		this.#post = post;
		this.#clock = clock;
	}

	/**
	 * Makes the samples first … end−1, whose due times stand in the column, the ones to send.
	 * @param {number} first
	 * @param {number} end
	 * @returns {Promise<void>} kept when all of them have been answered
	 */
	open(first, end) {
		this.#first = first;
		this.#next = first;
		this.#end = end;
		this.#missing = end - first;
		return new Promise((resolve) => {
			this.#onAnswered = resolve;
			if (this.#missing === 0)
				resolve();
		});
	}

	/**
	 * A pacer's tick: sends every sample that is due by now, each with its own due time.
	 * @returns {number} when the next one is due; Infinity when all are sent
	 */
	sendDue() {
		while (this.#next < this.#end) {
			const now = this.#clock.now();
			if (this.due[this.#next] > now)
				return this.due[this.#next];
			this.sent[this.#next] = now;
			this.#post(this.#next++);
		}
		return Infinity;
	}

	/**
	 * A reply. Cold samples may still be answered after the measured ones were opened.
	 * @param {number} index
	 * @param {number} returned taken before the message was looked at
	 */
	take(index, returned) {
		if (this.#closed)
			return;
		this.returned[index] = returned;
		if (index >= this.#first && --this.#missing === 0)
			this.#onAnswered();
	}

	/**
	 * Ends the waiting: a later reply stays missing, because it is judged by this moment.
	 * @returns {{endMs: number, unanswered: number}} of the samples opened last
	 */
	close() {
		this.#closed = true;
		return { endMs: this.#clock.now(), unanswered: this.#missing };
	}
}
