/**
 * Looks for the episode that a flight recorder waits for, as replies come: a run of late samples, one of them later than the
 * trigger, is over with the next sample on time. It allocates nothing and tells nobody before.
 *
 * @typedef {{trigger_ms: number, threshold_ms: number}} Recorder when a recording is worth keeping, and what is late
 */
export class EpisodeWatch {
	#recorder;
	#first = Infinity;
	#late = false;
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
	 * @param {number} responseMs
	 */
	take(index, responseMs) {
		if (index < this.#first)
			return;
		if (responseMs > this.#recorder.threshold_ms) {
			this.#late ||= responseMs > this.#recorder.trigger_ms;
		} else if (this.#late && this.#last < 0) {
			this.#last = index;
			this.#onOver(index);
		}
	}

	/** @returns {boolean} there is one, over or not */
	get found() {
		return this.#late;
	}
}
