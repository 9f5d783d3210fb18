/**
 * The answering side of a sample: two columns, filled without an allocation per sample. Knows
 * neither page nor worker: whoever owns the channel gives `post`. This one answers at once, in JavaScript.
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
		this.reply(index);
	}

	/** @param {number} index */
	reply(index) {
		this.replied[index] = performance.now();
		this.#post(index);
	}
}

/** Lets the guest answer: its own code is called with the sample and with what sends the reply. */
export class GuestResponder extends Responder {
	#guest;
	#fail;
	#lost = false;

	/**
	 * @param {number} count of all samples
	 * @param {(index: number) => void} post
	 * @param {{answer(index: number, reply: (index: number) => void): void}} guest throws when it is lost
	 * @param {(error: unknown) => void} fail
	 */
	constructor(count, post, guest, fail) {
		super(count, post);
		this.#guest = guest;
		this.#fail = fail;
	}

	/**
	 * @param {number} index
	 * @param {number} received
	 */
	answer(index, received) {
		if (this.#lost)
			return;
		this.received[index] = received;
		try {
			this.#guest.answer(index, this.#onReply);
		} catch (error) {
			this.#lose(error);
		}
	}

	/** Called by the guest, perhaps later than from answer(), and once for each sample: all else would falsify the columns. */
	#onReply = (/** @type {number} */ index) => {
		if (Number.isNaN(this.replied[index]) && !Number.isNaN(this.received[index]))
			this.reply(index);
		else
			this.#lose(new Error(`the guest replied to sample ${index}, which does not wait for a reply`));
	};

	/** @param {unknown} error */
	#lose(error) {
		this.#lost = true;
		this.#fail(error);
	}
}
