import { errorText } from '../workers/guest.js';

/** The first thing that goes wrong in a launch, on whichever thread. */
export class Failure {
	/**
	 * Never kept, and broken when it happens. Race it against every wait.
	 * @type {Promise<never>}
	 */
	happened;
	/** @type {(error: Error) => void} */
	#break = () => {};

	constructor() {
		this.happened = new Promise((_, reject) => {
			this.#break = reject;
		});
		// A failure between two waits is told by the next one; nobody listening is no error of its own.
		this.happened.catch(() => {});
	}

	/** @param {unknown} error */
	fail = (error) => this.#break(new Error(failureText(error)));
}

/**
 * @param {unknown} error
 * @returns {string} one sentence
 */
export function failureText(error) {
	return error instanceof Error ? error.message : errorText(error);
}
