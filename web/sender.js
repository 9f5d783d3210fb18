import { measureClockGrainUs } from './clock.js';
import { sleepUntil } from './deadline.js';
import { EpisodeWatch } from './episode_watch.js';
import { createPacer } from './pacer.js';
import { Sampler } from './sampler.js';
import { samplingOf } from './sampling.js';
import { drawOffsets, placeSchedule } from './schedule.js';
import { senderDelayP95 } from './sender_delay.js';

/** Before the first measured sample is due, so that the daemon is asleep again; as LAUNCH_SPEC_LEAD_IN_MS in run/spec.h. */
export const LEAD_IN_MS = 50;

/**
 * The party that sends the samples and waits for their replies: on the page when the guest runs in a worker, in a
 * worker (workers/sender.js) when the guest runs on the page.
 */
export class Sender {
	#sampling;
	#offsets;
	#pacer;
	#sampler;
	/** Of a launch with a flight recorder. */
	#watch;
	#ended = Infinity;
	#counted = Infinity;
	/** Plants of the pacer's. */
	#oversleeps;

	/**
	 * @param {import('./manifest.js').Manifest} manifest
	 * @param {(index: number) => void} post sends a sample's message
	 */
	constructor(manifest, post) {
		this.#sampling = samplingOf(manifest);
		const { cold, measured } = this.#sampling;
		this.#offsets = drawOffsets(manifest.seeds.schedule, cold, measured);
		this.#pacer = createPacer(manifest.parameters.pacer);
		this.#sampler = new Sampler(cold + measured, post);
		this.#watch = manifest.recorder ? new EpisodeWatch(manifest.recorder) : null;
		this.#oversleeps = manifest.plants?.list.filter(({ on }) => on === 'pacer') ?? [];
	}

	/** @returns {Promise<import('../workers/messages.js').SenderStarted>} */
	async start() {
		const clockGrainUs = measureClockGrainUs();
		await this.#pacer.start();
		return { timeOrigin: performance.timeOrigin, isolated: crossOriginIsolated, clockGrainUs };
	}

	/**
	 * A reply.
	 * @param {number} index
	 * @param {number} time
	 */
	receive(index, time) {
		this.#sampler.take(index, time);
		this.#watch?.take(index, this.#sampler.due[index], time);
	}

	/**
	 * Takes the cold samples, for as long as the warm-up is.
	 * @returns {Promise<void>}
	 */
	async warmUp() {
		const startMs = performance.now();
		await this.#send(0, this.#sampling.cold, startMs, this.#offsets.cold, []).sent;
		await sleepUntil(startMs + this.#sampling.warmupMs);
	}

	/**
	 * The measured window, which ends before its time when a flight recorder's episode is over.
	 * @returns {Promise<import('../workers/messages.js').Measured>}
	 */
	async measure() {
		const startMs = performance.now() + LEAD_IN_MS;
		const all = this.#sampler.due.length;
		const naps = this.#oversleeps.map(({ at_ms, ms }) => ({ from: startMs + at_ms, to: startMs + at_ms + ms }));
		const over = this.#watch?.open(this.#sampling.cold);
		const { sent, answered } = this.#send(this.#sampling.cold, all, startMs, this.#offsets.measured, naps);
		const whole = this.#drain(sent, answered);
		const last = over ? await Promise.race([over, whole]) : await whole;
		const { endMs, unanswered } = this.#sampler.close();
		this.stop();
		const measured = { startMs, drainEndMs: endMs, samples: this.#sampling.measured, unanswered };
		return this.#watch ? { ...measured, recorder: this.#told(this.#watch, last, endMs, unanswered) } : measured;
	}

	/**
	 * @param {Promise<void>} sent
	 * @param {Promise<void>} answered
	 */
	async #drain(sent, answered) {
		await sent;
		const drained = sleepUntil(this.#sampler.due[this.#sampler.due.length - 1] + this.#sampling.drainMs);
		await Promise.race([answered, drained]);
	}

	/**
	 * What the recorder is to be told. A sample that is not answered at the end is later than any trigger.
	 * @param {EpisodeWatch} watch
	 * @param {number | void} last the sample that ended an episode; none when the window went to its end
	 * @param {number} endMs
	 * @param {number} unanswered
	 * @returns {import('../workers/messages.js').Recorded}
	 */
	#told(watch, last, endMs, unanswered) {
		if (typeof last !== 'number')
			return { episode: watch.found || unanswered > 0, counted: this.#sampler.due.length, over_ms: null };
		const next = this.#sampler.due.findIndex((due) => due > endMs);
		this.#ended = next < 0 ? this.#sampler.due.length : next;
		this.#counted = last + 1;
		return { episode: true, counted: this.#counted, over_ms: this.#sampler.returned[last] };
	}

	/** @returns {import('../workers/messages.js').SentColumns} after measure(), of the samples that fell due in it */
	collect() {
		const [due, sent, returned] = [this.#sampler.due, this.#sampler.sent, this.#sampler.returned].map((column) => column.slice(0, this.#ended));
		const { cold } = this.#sampling;
		const { late } = this.#pacer;
		return { due, sent, returned, delayP95Ms: late && senderDelayP95(due.subarray(cold, this.#counted), sent.subarray(cold), late) };
	}

	/** @returns {import('./planter.js').Planted[]} */
	oversleeps() {
		return this.#pacer.naps.map((nap, i) => {
			const { id } = this.#oversleeps[i];
			return nap ? { id, ...nap } : { id, failed: 'no sample was due' };
		});
	}

	/** For good; a part under way is never kept. */
	stop() {
		this.#pacer.stop();
	}

	/**
	 * @param {number} first
	 * @param {number} end
	 * @param {number} startMs
	 * @param {Float64Array} offsets
	 * @param {{from: number, to: number}[]} naps of the pacer
	 * @returns {{sent: Promise<void>, answered: Promise<void>}}
	 */
	#send(first, end, startMs, offsets, naps) {
		const due = this.#sampler.due.subarray(first, end);
		placeSchedule(due, offsets, startMs, this.#sampling.intervalMs);
		const answered = this.#sampler.open(first, end);
		return { sent: this.#pacer.run(due, () => this.#sampler.sendDue(), naps), answered };
	}
}
