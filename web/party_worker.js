import { sleep } from './deadline.js';
import { ROOT } from './manifest.js';
import { createLine } from './traced_line.js';

/**
 * Between the last message outside the page's clock marks and the first inside: the browser writes a message's
 * "SchedulePostMessage" after it was handed over, so that it may stand in the trace after the other side's next events.
 */
const QUIET_MS = 50;
const RECORDER_MS = 10;

/**
 * The page's end of a worker that holds one party of a measurement. Commands go one at a time.
 */
export class PartyWorker {
	#worker;
	#trace;
	/** @type {(answer: any) => void} */
	#onAnswer = () => {};

	/**
	 * @param {string} script a file of workers/
	 * @param {string} name of its thread
	 * @param {import('./failure.js').Failure} failure
	 * @param {import('./thread_trace.js').ThreadTrace | null} trace of the page, in a traced launch
	 */
	constructor(script, name, failure, trace) {
		this.#trace = trace;
		this.#worker = new Worker(new URL(`workers/${script}`, ROOT), { type: 'module', name });
		this.line = createLine(this.#worker, trace);
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

	/**
	 * Begins the clock marks of both threads, in a traced launch. The page's marks enclose the worker's, so that all
	 * messages that are counted lie between the page's first and last.
	 */
	async openTrace() {
		await sleep(QUIET_MS);
		this.#trace?.open();
		await this.command('openTrace');
	}

	/**
	 * @param {boolean} [soon] of a flight recorder, whose recording is to stop about this much later: a slice that is still open when it
	 *   stops is not in it
	 * @returns {Promise<{toWorker: number, toPage: number}>} messages posted since openTrace() began, the last commands and answers too
	 */
	async closeTrace(soon = false) {
		const toPage = await this.command('closeTrace');
		await sleep(soon ? RECORDER_MS : QUIET_MS);
		return { toWorker: this.#trace?.close() ?? 0, toPage };
	}

	terminate() {
		this.#worker.terminate();
	}
}
