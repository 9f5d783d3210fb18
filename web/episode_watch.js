/**
 * Looks for the episode that a flight recorder waits for, as replies come: a run of late samples that has passed the trigger is over with
 * the next sample on time. It allocates nothing and tells nobody before.
 *
 * @typedef {Object} Recorder
 * @property {number} trigger_ms when a recording is worth keeping
 * @property {'response' | 'length'} of what must pass it: one sample's response, or reach it: the episode's length, from its first due time
 *   until its last return
 * @property {number} threshold_ms what is late
 */
export class EpisodeWatch {
	#recorder;
	#first = Infinity;
	#found = false;
	/** Of the episode under way. */
	#beganMs = NaN;
	#last = -1;
	/** @type {(index: number) => void} */
	#onOver = () => {};

	/** @param {Recorder} recorder */
	constructor(recorder) {
		this.#recorder = recorder;
	}

	/**
	 * Begins with a sample: those before are cold.
	 * @param {number} first
	 * @returns {Promise<number>} kept when an episode is over: the sample on time that ended it
	 */
	open(first) {
		this.#first = first;
		return new Promise((resolve) => {
			this.#onOver = resolve;
		});
	}

	/**
	 * A reply.
	 * @param {number} index
	 * @param {number} dueMs
	 * @param {number} returnedMs
	 */
	take(index, dueMs, returnedMs) {
		if (index < this.#first)
			return;
		if (returnedMs - dueMs > this.#recorder.threshold_ms)
			this.#takeLate(dueMs, returnedMs);
		else
			this.#takeOnTime(index);
	}

	/** @returns {boolean} there is one, over or not */
	get found() {
		return this.#found;
	}

	/**
	 * @param {number} dueMs
	 * @param {number} returnedMs
	 */
	#takeLate(dueMs, returnedMs) {
		const { of, trigger_ms: triggerMs } = this.#recorder;
		if (Number.isNaN(this.#beganMs))
			this.#beganMs = dueMs;
		this.#found ||= of === 'length' ? returnedMs - this.#beganMs >= triggerMs : returnedMs - dueMs > triggerMs;
	}

	/** @param {number} index */
	#takeOnTime(index) {
		this.#beganMs = NaN;
		if (!this.#found || this.#last >= 0)
			return;
		this.#last = index;
		this.#onOver(index);
	}
}
