import { numberParameter } from '../web/manifest.js';
import { Random } from '../web/random.js';
import { samplingOf } from '../web/sampling.js';
import { errorText, Guest } from './guest.js';
import { GuestOutput } from './guest_output.js';
import { startGuest } from './guest_start.js';
import { loadOf } from './load.js';
import { LoadDriver } from './load_driver.js';
import { GuestResponder, Responder } from './responder.js';

/**
 * The party that holds a guest, in a worker (workers/guest_host.js) or on the page: starts it, answers samples, drives its load,
 * and hands back what was recorded. Without a guest it only answers, by the very same code: that is the null arm.
 */
export class Host {
	#manifest;
	#post;
	#fail;
	#trace;
	#load;
	/** @type {Responder} */
	#responder;
	#samples;
	#driver;
	#output = new GuestOutput();
	/** @type {Guest | null} */
	#guest = null;
	#stepsDue = 0;
	#linesBefore = 0;

	/**
	 * @param {import('../web/manifest.js').Manifest} manifest
	 * @param {(index: number) => void} post sends a sample's reply
	 * @param {(error: unknown) => void} fail the launch is lost
	 * @param {import('../web/thread_trace.js').ThreadTrace | null} trace of this thread, in a traced launch
	 */
	constructor(manifest, post, fail, trace) {
		this.#manifest = manifest;
		this.#post = post;
		this.#fail = fail;
		this.#trace = trace;
		this.#load = loadOf(manifest);
		const { cold, measured } = samplingOf(manifest);
		this.#samples = cold + measured;
		this.#responder = new Responder(this.#samples, post);
		this.#driver = new LoadDriver(this.#load, new Random(manifest.seeds.load_schedule), () => this.#guest?.step(), fail);
	}

	/** @returns {Promise<import('./messages.js').HostStarted>} */
	async start() {
		const { guest, seeds, arm } = this.#manifest;
		if (!guest && this.#load.name !== 'idle')
			throw new Error(`arm ${arm}: load '${this.#load.name}' needs a guest`);
		const guestStartMs = guest ? await this.#startGuest(guest) : 0;
		this.#guest?.init(this.#load, seeds.load);
		if (this.#manifest.responder === 'guest')
			this.#responder = this.#guestResponder();
		return { timeOrigin: performance.timeOrigin, isolated: crossOriginIsolated, guestStartMs };
	}

	/**
	 * A sample.
	 * @param {number} index
	 * @param {number} time
	 */
	receive(index, time) {
		this.#responder.answer(index, time);
	}

	/**
	 * @param {string} name of a function that only the probe knows
	 * @param {unknown[]} values
	 * @returns {unknown}
	 */
	callGuest(name, values) {
		if (!this.#guest)
			throw new Error(`arm ${this.#manifest.arm} has no guest to call '${name}' of`);
		return this.#guest.call(name, values);
	}

	beginLoad() {
		this.#linesBefore = this.#output.lines;
		this.#driver.begin();
	}

	endLoad() {
		this.#stepsDue = this.#driver.end();
	}

	/**
	 * @param {{startMs: number, endMs: number}} window the measured one, on this thread's clock
	 * @returns {import('./messages.js').Collected}
	 */
	collect(window) {
		const { received, replied } = this.#responder;
		const { lines, last } = this.#output;
		return {
			received,
			replied,
			load: this.#loadReport(window),
			guest: this.#guest && this.#guest.result(),
			output: { lines, last, linesUnderLoad: lines - this.#linesBefore },
		};
	}

	/** @returns {Responder} */
	#guestResponder() {
		if (!this.#guest)
			throw new Error(`arm ${this.#manifest.arm}: responder 'guest' needs a guest`);
		this.#guest.checkAnswers();
		return new GuestResponder(this.#samples, this.#post, this.#guest, this.#fail);
	}

	/**
	 * @param {import('../web/manifest.js').ManifestGuest} spec
	 * @returns {Promise<number>} how long it took, ms
	 */
	async #startGuest(spec) {
		const begun = performance.now();
		this.#watchTasks();
		this.#output.capture(console);
		try {
			this.#guest = new Guest(await startGuest(spec, this.#trace, this.#leastMemoryMb()), this.#output);
			this.#guest.watch(this.#fail);
		} catch (error) {
			throw new Error(`guest ${spec.name} did not start: ${errorText(error)}${this.#output.clue()}`);
		}
		return performance.now() - begun;
	}

	/** @returns {number} */
	#leastMemoryMb() {
		return 'memory_mb' in this.#manifest.parameters ? numberParameter(this.#manifest, 'memory_mb', 0) : 0;
	}

	/** What a guest throws in tasks of its own, a Go timer for example, comes out at the thread's global scope. */
	#watchTasks() {
		/** @param {Event} event @param {unknown} error */
		const lost = (event, error) => {
			event.preventDefault();
			this.#fail(new Error(`guest failed outside a call: ${errorText(error)}${this.#output.clue()}`));
		};
		addEventListener('error', (event) => lost(event, event.error ?? event.message));
		addEventListener('unhandledrejection', (event) => lost(event, event.reason));
	}

	/**
	 * @param {{startMs: number, endMs: number}} window
	 * @returns {import('./messages.js').LoadReport}
	 */
	#loadReport({ startMs, endMs }) {
		const { log } = this.#driver;
		const durations = log.durations();
		return {
			steps_due: this.#stepsDue,
			steps_done: log.count,
			busy_ms: log.busyWithin(-Infinity, Infinity),
			busy_share: log.busyWithin(startMs, endMs) / (endMs - startMs),
			step_min_ms: durations && durations.min,
			step_median_ms: durations && durations.median,
			step_max_ms: durations && durations.max,
		};
	}
}
