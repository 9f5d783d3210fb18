/**
 * A launch of a probe of calls: it has no samples, and reports numbers, what it saw, and the raw values behind them.
 * probe.js runs its parts by onThread(), hands over what they found, and uploads once.
 */
import { measureClockGrainUs } from './clock.js';
import { withDeadline } from './deadline.js';
import { ROOT } from './manifest.js';
import { runPart } from './place.js';
import { encodeUpload, sendUpload } from './upload.js';
import { VisibilityWatch } from './visibility.js';

/** Of a series so many values are kept, evenly: enough for a plot. */
const SERIES_MAX = 5000;
/** Digits of a value in a series: the clock's grain is 5 µs. */
const DIGITS = 7;

export class Calls {
	#manifest;
	#visibility = new VisibilityWatch(document);
	#isolatedThread = crossOriginIsolated;
	/** @type {Record<string, number>} */
	#metrics = {};
	/** @type {Record<string, boolean>} */
	#observations = {};
	/** @type {Record<string, {unit: string, n: number, values: number[]}>} */
	#series = {};
	/** @type {Record<string, {n: number, planned: number}>} */
	#ran = {};
	/** @type {Record<string, unknown>} */
	#facts = {};
	/** @type {string[]} */
	#warnings = [];
	/** How a guest ended in a part that did not fail. */
	#lost = '';

	/** @param {import('./manifest.js').Manifest} manifest */
	constructor(manifest) {
		if (document.visibilityState !== 'visible')
			throw new Error('the page is hidden: a browser slows hidden pages down');
		this.#manifest = manifest;
	}

	/**
	 * Runs `run(place, input)` of a module in the probe's folder on the arm's thread: on the page, or in a worker that is
	 * made for it and ended after it.
	 * @param {string} file "part.js"
	 * @param {unknown} [input] plain data
	 * @param {number} [deadlineMs] then a worker is ended, whatever it does; a page that never returns is the daemon's to end
	 * @returns {Promise<any>} what it resolves to: plain data
	 */
	async onThread(file, input, deadlineMs) {
		const url = new URL(`probe/${file}`, ROOT).href;
		const running = this.#manifest.thread === 'main' ? { done: runPart(this.#manifest, url, input), end: () => {} }
			: this.#inWorker(url, input);
		try {
			const { result, lost } = await (deadlineMs === undefined ? running.done
				: withDeadline(running.done, deadlineMs, `${file} did not end within ${deadlineMs / 1000} s`));
			this.#lost ||= lost;
			return result;
		} finally {
			running.end();
		}
	}

	/**
	 * @param {string} url
	 * @param {unknown} input
	 * @returns {{done: ReturnType<typeof runPart>, end: () => void}}
	 */
	#inWorker(url, input) {
		const worker = new Worker(new URL('workers/probe_thread.js', ROOT), { type: 'module', name: 'probe' });
		/** @type {ReturnType<typeof runPart>} */
		const done = new Promise((resolve, reject) => {
			worker.onmessage = ({ data }) => {
				if ('failed' in data)
					reject(new Error(data.failed));
				this.#isolatedThread &&= data.isolated;
				resolve(data.done);
			};
			worker.onerror = (event) => reject(new Error(`workers/probe_thread.js failed: ${event.message || 'it could not be loaded'}`));
		});
		worker.postMessage({ manifest: this.#manifest, url, input });
		return { done, end: () => this.#end(worker) };
	}

	/**
	 * A profile is fetched from the worker after measure(), so that it must be there still.
	 * @param {Worker} worker
	 */
	#end(worker) {
		if (!this.#manifest.captures.includes('cpuprofile'))
			worker.terminate();
	}

	/**
	 * In finish(): what was captured of this launch (probe.json "captures").
	 * @param {'trace' | 'cpuprofile' | 'heapsnapshot'} kind a trace is Chromium's JSON
	 * @returns {Promise<Response>}
	 */
	async capture(kind) {
		if (!this.#manifest.captures.includes(kind))
			throw new Error(`no ${kind} is captured in arm ${this.#manifest.arm}: probe.json says in which`);
		const response = await fetch(new URL(`captures/${kind}`, ROOT));
		if (!response.ok)
			throw new Error(`the ${kind} of this launch could not be captured; its environment says why`);
		return response;
	}

	/** To end a sentence about what a part found that cannot be. */
	#clue() {
		return this.#lost === '' ? '' : `; ${this.#lost}`;
	}

	/**
	 * A number that probe.json declares in "metrics".
	 * @param {string} name
	 * @param {number} value
	 */
	metric(name, value) {
		if (!Number.isFinite(value))
			throw new Error(`metric ${name} is ${value}${this.#clue()}`);
		this.#metrics[name] = value;
	}

	/**
	 * Whether something was seen that probe.json declares in "observations".
	 * @param {string} name
	 * @param {boolean} seen
	 */
	observe(name, seen) {
		if (typeof seen !== 'boolean')
			throw new Error(`observation ${name} is ${JSON.stringify(seen)} and neither true nor false${this.#clue()}`);
		this.#observations[name] = seen;
	}

	/**
	 * The raw values behind a metric, in the order of measuring. Of many, SERIES_MAX are kept, evenly.
	 * @param {string} name the metric's, where there is one
	 * @param {string} unit
	 * @param {ArrayLike<number>} values
	 */
	series(name, unit, values) {
		const step = Math.max(1, values.length / SERIES_MAX);
		const kept = Array.from({ length: Math.min(values.length, SERIES_MAX) }, (_, i) => values[Math.floor(i * step)]);
		this.#series[name] = { unit, n: values.length, values: kept.map((value) => Number(value.toPrecision(DIGITS))) };
	}

	/**
	 * How much of what was asked for was done in its share of the time.
	 * @param {string} name
	 * @param {number} n
	 * @param {number} planned
	 */
	ran(name, n, planned) {
		this.#ran[name] = { n, planned };
	}

	/**
	 * Small evidence that is no number: a panic's text, an error's message, addresses.
	 * @param {string} name
	 * @param {unknown} value plain data
	 */
	fact(name, value) {
		this.#facts[name] = value;
	}

	/** @param {string} text shown with the run */
	warn(text) {
		this.#warnings.push(text);
	}

	/** @returns {Promise<{uploaded: true, bytes: number}>} */
	async upload() {
		const body = encodeUpload({ cold: 0, senderOriginMs: performance.timeOrigin, targetOriginMs: performance.timeOrigin,
			drainEndMs: performance.now(), columns: Array.from({ length: 5 }, () => new Float64Array(0)), report: this.#report() });
		await sendUpload(new URL(this.#manifest.upload, ROOT), body);
		return { uploaded: true, bytes: body.byteLength };
	}

	#report() {
		return {
			metrics: this.#metrics,
			observations: this.#observations,
			series: this.#series,
			ran: this.#ran,
			facts: this.#facts,
			environment: {
				user_agent: navigator.userAgent,
				isolated_page: crossOriginIsolated,
				isolated_worker: this.#isolatedThread,
				clock_grain_us: measureClockGrainUs(),
				visibility: this.#visibility.state,
				hardware_concurrency: navigator.hardwareConcurrency,
			},
			warnings: this.#warnings,
		};
	}
}
