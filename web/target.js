import { ROOT } from './manifest.js';

/**
 * The page's end of a worker that answers samples: workers/guest_host.js. Commands go one at a time.
 */
export class Target {
	/** @type {Worker} */
	#worker;
	/** @type {(index: number, returned: number) => void} */
	#onReply = () => {};
	/** @type {(answer: any) => void} */
	#onAnswer = () => {};
	/** @type {(error: Error) => void} */
	#fail = () => {};

	constructor() {
		/**
		 * Never kept, and broken when the worker or its guest is lost. Race it against every wait.
		 * @type {Promise<never>}
		 */
		this.failed = new Promise((_, reject) => {
			this.#fail = reject;
		});
		// A failure between two waits is told by the next one; nobody listening is no error of its own.
		this.failed.catch(() => {});
		this.#worker = new Worker(new URL('workers/guest_host.js', ROOT), { type: 'module', name: 'wasmograph-guest' });
		this.#worker.onmessage = this.#onMessage;
		this.#worker.onerror = (event) => {
			this.#fail(new Error(`workers/guest_host.js failed: ${event.message || 'it could not be loaded'}`));
		};
	}

	/** @param {(index: number, returned: number) => void} onReply */
	listen(onReply) {
		this.#onReply = onReply;
	}

	/** @param {number} index of the sample */
	post(index) {
		this.#worker.postMessage(index);
	}

	/**
	 * @param {import('../workers/messages.js').StartCommand} command
	 * @returns {Promise<import('../workers/messages.js').Started>}
	 */
	start(command) {
		return this.#command(command);
	}

	/** @returns {Promise<void>} */
	beginLoad() {
		return this.#command({ command: 'beginLoad' });
	}

	/** @returns {Promise<void>} when no further step will run */
	endLoad() {
		return this.#command({ command: 'endLoad' });
	}

	/**
	 * @param {{startMs: number, endMs: number}} window on the worker's clock
	 * @returns {Promise<import('../workers/messages.js').Collected>}
	 */
	collect(window) {
		return this.#command({ command: 'collect', window });
	}

	/**
	 * @param {import('../workers/messages.js').Command} command
	 * @returns {Promise<any>}
	 */
	#command(command) {
		const answer = new Promise((resolve) => {
			this.#onAnswer = resolve;
		});
		this.#worker.postMessage(command);
		return Promise.race([answer, this.failed]);
	}

	/** @param {MessageEvent<import('../workers/messages.js').HostMessage>} event */
	#onMessage = (event) => {
		const returned = performance.now();
		const data = event.data;
		if (typeof data === 'number')
			this.#onReply(data, returned);
		else if ('failed' in data)
			this.#fail(new Error(data.failed));
		else
			this.#onAnswer(data.answer);
	};
}
