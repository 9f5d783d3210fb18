/**
 * One end of the line between the page and its worker, the same at both. A sample's message is a bare number, its
 * index, and so is the reply; everything else is an object (workers/messages.js).
 *
 * @typedef {Object} LineEnd a Worker, or a worker's own global scope
 * @property {(message: any, options?: {transfer?: Transferable[]}) => void} postMessage
 * @property {((event: MessageEvent) => void) | null} onmessage
 */
export class Line {
	#end;
	/** @type {(index: number, time: number) => void} given the moment at which the message was taken up, before it was looked at */
	onSample = () => {};
	/** @type {(message: any) => void} */
	onMessage = () => {};

	/** @param {LineEnd} end whose messages come here from now on */
	constructor(end) {
		this.#end = end;
		end.onmessage = (event) => this.receive(event);
	}

	/** @param {number} index */
	post(index) {
		this.#end.postMessage(index);
	}

	/**
	 * @param {object} message
	 * @param {Transferable[]} [transfer]
	 */
	send(message, transfer = []) {
		this.#end.postMessage(message, { transfer });
	}

	/** @param {MessageEvent} event */
	receive(event) {
		const time = performance.now();
		this.dispatch(event.data, time);
	}

	/**
	 * @param {any} data
	 * @param {number} time
	 */
	dispatch(data, time) {
		if (typeof data === 'number')
			this.onSample(data, time);
		else
			this.onMessage(data);
	}
}
