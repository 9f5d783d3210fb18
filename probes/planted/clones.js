/**
 * Plants of big messages: to a worker that does not look at them, or from one, so that cloning for sending and for reading
 * can be planted apart. And floods of small ones, which go between the parties themselves.
 *
 * @typedef {import('../../web/thread_plants.js').PlantPlace} PlantPlace
 * @typedef {import('../../web/planter.js').Act} Act
 * @typedef {import('../../web/planter.js').Span} Span
 */
import { makeItems } from './items.js';

/** Items to begin with, for finding out how many this thread clones in a millisecond. */
const TRIAL = 5000;

/** At most in one message: on a fast machine the longest plants come out shorter than asked, and say so by their span. */
const ITEMS = 150000;

/** What an item takes as bytes, about. */
const ITEM_BYTES = 32;

/** Of small messages, in a millisecond of posting. */
const FLOOD_PER_MS = 60;

export class Clones {
	#place;
	#toSink;
	#fromClerk;
	/** @type {object[]} */
	#items = [];
	#serialisedPerMs = 1;
	#deserialisedPerMs = 1;
	/** @type {(span: Span) => void} */
	#onRead = () => {};
	/** @type {() => void} */
	#onDrained = () => {};

	/** @param {PlantPlace} place */
	constructor(place) {
		this.#place = place;
		this.#toSink = place.open(workerOf('sink'));
		this.#fromClerk = place.open(workerOf('clerk'));
		// Called when the data has been read: `time` is from before.
		this.#fromClerk.dispatch = (_, time) => this.#onRead([time, performance.now()]);
		this.#listen();
	}

	async prepare() {
		const wanted = this.#place.list.map((plant) => plant.do);
		if (!wanted.includes('serialise') && !wanted.includes('deserialise'))
			return;
		this.#items = makeItems(ITEMS);
		this.#serialise(TRIAL);
		const [begin, end] = this.#serialise(TRIAL);
		this.#serialisedPerMs = TRIAL / (end - begin);
		await this.#deserialise(TRIAL);
		const [from, to] = await this.#deserialise(TRIAL);
		this.#deserialisedPerMs = TRIAL / (to - from);
	}

	/** @returns {Record<string, Act>} */
	acts() {
		const transferred = this.#place.parameters.messages === 'transferred';
		const send = (/** @type {number} */ count) => transferred ? this.#transfer(count) : this.#serialise(count);
		return {
			serialise: ({ ms }) => send(Math.round(ms * this.#serialisedPerMs)),
			deserialise: ({ ms }) => this.#deserialise(Math.round(ms * this.#deserialisedPerMs), transferred),
			flood: ({ ms }) => this.#flood(Math.round(ms * FLOOD_PER_MS)),
		};
	}

	/**
	 * @param {number} count
	 * @returns {Span}
	 */
	#serialise(count) {
		const message = this.#items.slice(0, count);
		const begin = performance.now();
		this.#toSink.send(message);
		return [begin, performance.now()];
	}

	/**
	 * The same as bytes, which are handed over instead of copied.
	 * @param {number} count
	 * @returns {Span}
	 */
	#transfer(count) {
		const bytes = new ArrayBuffer(Math.min(count, ITEMS) * ITEM_BYTES);
		const begin = performance.now();
		this.#toSink.send(bytes, [bytes]);
		return [begin, performance.now()];
	}

	/**
	 * @param {number} count
	 * @param {boolean} transferred
	 * @returns {Promise<Span>}
	 */
	#deserialise(count, transferred = false) {
		const items = Math.min(count, ITEMS);
		return new Promise((resolve) => {
			this.#onRead = resolve;
			if (transferred)
				this.#fromClerk.send({ bytes: items * ITEM_BYTES });
			else
				this.#fromClerk.post(items);
		});
	}

	/**
	 * To the other party, which throws them away, and answers the last: then its queue is empty again.
	 * @param {number} count
	 * @returns {Promise<Span>}
	 */
	#flood(count) {
		const begin = performance.now();
		for (let i = 1; i < count; i++)
			this.#place.line.send({ planted: 'flood' });
		this.#place.line.send({ planted: 'last' });
		return new Promise((resolve) => {
			this.#onDrained = () => resolve([begin, performance.now()]);
		});
	}

	#listen() {
		const { line } = this.#place;
		const others = line.onMessage;
		line.onMessage = (message) => {
			if (!('planted' in message))
				others(message);
			else if (message.planted === 'last')
				line.send({ planted: 'drained' });
			else if (message.planted === 'drained')
				this.#onDrained();
		};
	}
}

/**
 * @param {string} role
 * @returns {Worker}
 */
function workerOf(role) {
	return new Worker(new URL(`./${role}.js`, import.meta.url), { type: 'module', name: `planted-${role}` });
}
