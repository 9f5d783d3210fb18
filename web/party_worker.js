import { Line } from './line.js';
import { ROOT } from './manifest.js';

/**
 * The page's end of a worker that holds one party of a measurement. Commands go one at a time.
 */
export class PartyWorker {
	#worker;
	/** @type {(answer: any) => void} */
	#onAnswer = () => {};

	/**
	 * @param {string} script a file of workers/
	 * @param {string} name of its thread
	 * @param {import('./failure.js').Failure} failure
	 */
	constructor(script, name, failure) {
		this.#worker = new Worker(new URL(`workers/${script}`, ROOT), { type: 'module', name });
		this.line = new Line(this.#worker);
		this.line.onMessage = (message) => {
			if ('failed' in message)
				failure.fail(new Error(message.failed));
			else
				this.#onAnswer(message.answer);
		};
		this.#worker.onerror = (event) => {
			failure.fail(new Error(`workers/${script} failed: ${event.message || 'it could not be loaded'}`));
		};
	}

	/**
	 * @param {string} command a method of the worker's party
	 * @param {any} [argument]
	 * @returns {Promise<any>} its answer
	 */
	command(command, argument) {
		const answer = new Promise((resolve) => {
			this.#onAnswer = resolve;
		});
		this.line.send({ command, argument });
		return answer;
	}

	terminate() {
		this.#worker.terminate();
	}
}
