/**
 * Plants of the browser's own threads, which take the processors from the two parties: workers that compute, and wasm that
 * the browser compiles again in the background, beside collections and their helpers.
 *
 * @typedef {import('../../web/thread_plants.js').PlantPlace} PlantPlace
 * @typedef {import('../../web/planter.js').Act} Act
 * @typedef {import('../../web/planter.js').Span} Span
 */

export class Companions {
	#place;
	/** @type {Worker[]} */
	#workers = [];

	/** @param {PlantPlace} place */
	constructor(place) {
		this.#place = place;
	}

	/** As many workers as the largest plant wants. */
	async prepare() {
		const wanted = this.#place.list.filter((plant) => plant.do === 'crowd' || plant.do === 'tier_up');
		const most = Math.max(0, ...wanted.map((plant) => plant.count));
		this.#workers = Array.from({ length: most }, () =>
			new Worker(new URL('./companion.js', import.meta.url), { type: 'module', name: 'planted-companion' }));
		await Promise.all(this.#workers.map((worker) => ask(worker, { act: 'start', ms: 0 })));
	}

	/** @returns {Record<string, Act>} */
	acts() {
		return {
			crowd: ({ ms, count }) => this.#all('crowd', ms, count),
			tier_up: ({ ms, count }) => this.#all('tier_up', ms, count),
		};
	}

	/**
	 * @param {string} act
	 * @param {number} ms
	 * @param {number} count
	 * @returns {Promise<Span>} from the first's beginning to the last's end
	 */
	async #all(act, ms, count) {
		const spans = await Promise.all(this.#workers.slice(0, count).map((worker) => ask(worker, { act, ms })));
		return [Math.min(...spans.map(([begin]) => begin)), Math.max(...spans.map(([, end]) => end))];
	}
}

/**
 * @param {Worker} worker
 * @param {{act: string, ms: number}} request
 * @returns {Promise<Span>} on this thread's clock
 */
function ask(worker, request) {
	return new Promise((resolve, reject) => {
		worker.onmessage = ({ data }) => {
			const { begin, end, timeOrigin } = data;
			const here = timeOrigin - performance.timeOrigin;
			resolve([begin + here, end + here]);
		};
		worker.onerror = (event) => reject(new Error(`companion.js failed: ${event.message || 'it could not be loaded'}`));
		worker.postMessage(request);
	});
}
