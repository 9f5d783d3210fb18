/**
 * A latency measurement of one launch: an open loop of messages from a sender to the thread that holds the guest, first
 * cold, then measured. A probe composes it in three parts, one for each call of the daemon's.
 */
import { withDeadline } from './deadline.js';
import { Failure } from './failure.js';
import { ROOT } from './manifest.js';
import { createParties } from './parties.js';
import { latencyReport } from './report.js';
import { samplingOf } from './sampling.js';
import { encodeUpload, sendUpload } from './upload.js';
import { VisibilityWatch } from './visibility.js';

/** For fetching, compiling, starting and initialising a guest; under the daemon's limit, to say more than it can. */
const GUEST_START_MS = 25000;

/**
 * @typedef {Object} Started what both parties said when they started
 * @property {import('../workers/messages.js').HostStarted} host
 * @property {import('../workers/messages.js').SenderStarted} sender
 */

export class Latency {
	#manifest;
	#visibility = new VisibilityWatch(document);
	#failure = new Failure();
	#parties;
	/** @type {Started | undefined} */
	#started;
	/** @type {import('../workers/messages.js').Measured | undefined} */
	#measured;
	/** @type {import('./parties.js').TraceCounts | undefined} of a traced launch */
	#traceCounts;
	/** @type {import('./planter.js').Planted[] | undefined} of a launch with plants */
	#planted;

	/** @param {import('./manifest.js').Manifest} manifest */
	constructor(manifest) {
		this.#manifest = manifest;
		this.#parties = createParties(manifest, this.#failure);
	}

	/**
	 * Starts guest and sender; the load is not running yet.
	 * @returns {Promise<import('../workers/messages.js').HostStarted>}
	 */
	async start() {
		this.#checkPage();
		const { guest, isolation } = this.#manifest;
		const what = guest ? `guest ${guest.name}` : `the ${this.#manifest.thread === 'main' ? 'page' : 'worker'}`;
		const host = await this.#unlessFailed(withDeadline(this.#parties.host.start(), GUEST_START_MS,
			`${what} did not start within ${GUEST_START_MS / 1000} s`));
		const sender = await this.#unlessFailed(this.#parties.sender.start());
		if (isolation === 'required' && !(host.isolated && sender.isolated))
			throw new Error('the worker is not crossOriginIsolated, so its clock steps by 100 µs: are COOP and COEP sent with the worker script?');
		await this.#unlessFailed(this.#parties.plants?.prepare());
		this.#started = { host, sender };
		return host;
	}

	/**
	 * Begins the load, which goes on until run() ends it, and takes the cold samples.
	 * @returns {Promise<void>}
	 */
	async warmUp() {
		if (this.#manifest.traced)
			await this.#unlessFailed(this.#parties.openTrace());
		await this.#unlessFailed(this.#parties.host.beginLoad());
		await this.#unlessFailed(this.#parties.sender.warmUp());
	}

	/**
	 * The measured window, then the end of the load.
	 * @returns {Promise<{samples: number, unanswered: number, recorder?: import('../workers/messages.js').Recorded}>}
	 */
	async run() {
		await this.#unlessFailed(this.#parties.plants?.begin());
		this.#measured = await this.#unlessFailed(this.#parties.sender.measure());
		this.#planted = await this.#unlessFailed(this.#parties.plants?.end());
		await this.#unlessFailed(this.#parties.host.endLoad());
		if (this.#manifest.traced)
			this.#traceCounts = await this.#unlessFailed(this.#parties.closeTrace());
		const { samples, unanswered, recorder } = this.#measured;
		return { samples, unanswered, recorder };
	}

	/**
	 * Collects both sides and uploads them. What was planted is told apart from the samples: whoever explains those must
	 * not know.
	 * @returns {Promise<{uploaded: true, bytes: number, planted?: import('./planter.js').Planted[]}>}
	 */
	async upload() {
		const { due, sent, returned, delayP95Ms } = await this.#unlessFailed(this.#parties.sender.collect());
		const started = this.#started;
		const measured = this.#measured;
		if (!started || !measured)
			throw new Error('nothing was measured');
		const collected = await this.#unlessFailed(this.#parties.host.collect(this.#windowOnHost(started, measured)));
		const body = encodeUpload({
			cold: samplingOf(this.#manifest).cold,
			senderOriginMs: started.sender.timeOrigin,
			targetOriginMs: started.host.timeOrigin,
			drainEndMs: measured.drainEndMs,
			columns: [due, sent, collected.received.subarray(0, due.length), collected.replied.subarray(0, due.length), returned],
			report: {
				...latencyReport(this.#manifest, started, collected, delayP95Ms, this.#visibility),
				trace: this.#traceCounts,
				recorder: measured.recorder,
			},
		});
		await sendUpload(new URL(this.#manifest.upload, ROOT), body);
		return { uploaded: true, bytes: body.byteLength, planted: this.#planted };
	}

	/**
	 * @param {Started} started
	 * @param {import('../workers/messages.js').Measured} measured
	 * @returns {{startMs: number, endMs: number}}
	 */
	#windowOnHost({ host, sender }, { startMs, drainEndMs, samples, recorder }) {
		const onHost = startMs + sender.timeOrigin - host.timeOrigin;
		const wholeMs = samples * samplingOf(this.#manifest).intervalMs;
		return { startMs: onHost, endMs: onHost + (recorder ? Math.min(drainEndMs - startMs, wholeMs) : wholeMs) };
	}

	/**
	 * @template T
	 * @param {T | Promise<T>} wait
	 * @returns {Promise<T>}
	 */
	async #unlessFailed(wait) {
		try {
			return await Promise.race([this.#failure.happened, wait]);
		} catch (error) {
			this.#parties.stop();
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
