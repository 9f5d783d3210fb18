/**
 * The answering side of a sample: two columns, filled without an allocation per sample. Knows
 * neither page nor worker: whoever owns the channel gives `post`.
 */
export class Responder {
	/** @type {(index: number) => void} */
	#post;

	/**
	 * @param {number} count of all samples
	 * @param {(index: number) => void} post
	 */
	constructor(count, post) {
		this.received = new Float64Array(count).fill(NaN);
		this.replied = new Float64Array(count).fill(NaN);
		this.#post = post;
	}

	/**
	 * @param {number} index
	 * @param {number} received taken before the message was looked at
	 */
	answer(index, received) {
		this.received[index] = received;
		this.replied[index] = performance.now();
		this.#post(index);
	}
}
