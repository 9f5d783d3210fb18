/**
 * A latency measurement of one launch: an open loop of messages to a worker, first cold, then measured. A
 * probe composes it in three parts, one for each call of the daemon's.
 */
import { measureClockGrainUs } from './clock.js';
import { sleepUntil, withDeadline } from './deadline.js';
import { numberParameter, ROOT } from './manifest.js';
import { createPacer } from './pacer.js';
import { latencyReport } from './report.js';
import { Sampler } from './sampler.js';
import { drawOffsets, placeSchedule } from './schedule.js';
import { Target } from './target.js';
import { encodeUpload, sendUpload } from './upload.js';
import { VisibilityWatch } from './visibility.js';

/** Before the first measured sample is due, so that the daemon is asleep again; as LEAD_IN_MS in run/spec.c. */
const LEAD_IN_MS = 50;

/** For fetching, compiling, starting and initialising a guest; under the daemon's limit, to say more than it can. */
const GUEST_START_MS = 25000;

export class Latency {
	#manifest;
	#visibility = new VisibilityWatch(document);
	#clockGrainUs = measureClockGrainUs();
	#intervalMs;
	#drainMs;
	#warmupMs;
	#cold;
	#measured;
	#offsets;
	#pacer;
	#target;
	#sampler;
	#startMs = 0;
	#drainEndMs = 0;
	/** @type {import('../workers/messages.js').Started | undefined} */
	#started;

	/** @param {import('./manifest.js').Manifest} manifest */
	constructor(manifest) {
		this.#manifest = manifest;
		this.#intervalMs = numberParameter(manifest, 'interval_ms', 1);
		this.#drainMs = numberParameter(manifest, 'drain_ms', 0);
		this.#measured = numberParameter(manifest, 'samples', 1);
		this.#warmupMs = numberParameter(manifest, 'warmup_ms', 0) + manifest.seeds.warmup_extra_ms;
		this.#cold = Math.floor(this.#warmupMs / this.#intervalMs);
		this.#offsets = drawOffsets(manifest.seeds.schedule, this.#cold, this.#measured);
		this.#pacer = createPacer(manifest.parameters.pacer);
		this.#target = new Target();
		this.#sampler = new Sampler(this.#cold + this.#measured, (index) => this.#target.post(index));
		this.#target.listen((index, returned) => this.#sampler.take(index, returned));
	}

	/**
	 * Starts worker, guest and pacer; the load is not running yet.
	 * @returns {Promise<import('../workers/messages.js').Started>}
	 */
	async start() {
		this.#checkPage();
		const command = { command: /** @type {const} */ ('start'), manifest: this.#manifest, samples: this.#sampler.due.length };
		const what = this.#manifest.guest ? `guest ${this.#manifest.guest.name}` : 'the worker';
		this.#started = await withDeadline(this.#target.start(command), GUEST_START_MS,
			`${what} did not start within ${GUEST_START_MS / 1000} s`);
		if (this.#manifest.isolation === 'required' && !this.#started.isolated)
			throw new Error('the worker is not crossOriginIsolated, so its clock steps by 100 µs: are COOP and COEP sent with the worker script?');
		await this.#pacer.start();
		return this.#started;
	}

	/**
	 * Begins the load, which goes on until run() ends it, and takes the cold samples.
	 * @returns {Promise<void>}
	 */
	async warmUp() {
		await this.#target.beginLoad();
		const startMs = performance.now();
		await this.#send(0, this.#cold, startMs, this.#offsets.cold).sent;
		await this.#unlessFailed(sleepUntil(startMs + this.#warmupMs));
	}

	/**
	 * The measured window, then the end of the load.
	 * @returns {Promise<{samples: number, unanswered: number}>}
	 */
	async run() {
		this.#startMs = performance.now() + LEAD_IN_MS;
		const all = this.#cold + this.#measured;
		const { sent, answered } = this.#send(this.#cold, all, this.#startMs, this.#offsets.measured);
		await sent;
		const drained = sleepUntil(this.#sampler.due[all - 1] + this.#drainMs);
		await this.#unlessFailed(Promise.race([answered, drained]));
		const { endMs, unanswered } = this.#sampler.close();
		this.#drainEndMs = endMs;
		this.#pacer.stop();
		await this.#target.endLoad();
		return { samples: this.#measured, unanswered };
	}

	/**
	 * Collects both sides and uploads them.
	 * @returns {Promise<{uploaded: true, bytes: number}>}
	 */
	async upload() {
		const started = this.#started;
		if (!started)
			throw new Error('the measurement was not started');
		const toWorker = performance.timeOrigin - started.timeOrigin;
		const startMs = this.#startMs + toWorker;
		const collected = await this.#target.collect({ startMs, endMs: startMs + this.#measured * this.#intervalMs });
		const { due, sent, returned } = this.#sampler;
		const body = encodeUpload({
			cold: this.#cold,
			pageOriginMs: performance.timeOrigin,
			workerOriginMs: started.timeOrigin,
			drainEndMs: this.#drainEndMs,
			columns: [due, sent, collected.received, collected.replied, returned],
			report: latencyReport(this.#manifest, started, collected, this.#visibility, this.#clockGrainUs),
		});
		await sendUpload(new URL(this.#manifest.upload, ROOT), body);
		return { uploaded: true, bytes: body.byteLength };
	}

	/**
	 * @param {number} first
	 * @param {number} end
	 * @param {number} startMs
	 * @param {Float64Array} offsets
	 * @returns {{sent: Promise<void>, answered: Promise<void>}}
	 */
	#send(first, end, startMs, offsets) {
		const due = this.#sampler.due.subarray(first, end);
		placeSchedule(due, offsets, startMs, this.#intervalMs);
		const answered = this.#sampler.open(first, end);
		const sent = this.#unlessFailed(this.#pacer.run(due, () => this.#sampler.sendDue()));
		return { sent, answered };
	}

	/**
	 * @template T
	 * @param {Promise<T>} wait
	 * @returns {Promise<T>}
	 */
	async #unlessFailed(wait) {
		try {
			return await Promise.race([wait, this.#target.failed]);
		} catch (error) {
			this.#pacer.stop();
			throw error;
		}
	}

	#checkPage() {
		if (this.#manifest.isolation === 'required' && !crossOriginIsolated)
			throw new Error('the page is not crossOriginIsolated, so its clock steps by 100 µs: are COOP and COEP sent?');
		if (document.visibilityState !== 'visible')
			throw new Error(`the page is ${document.visibilityState}: a browser slows hidden pages down`);
	}
}
