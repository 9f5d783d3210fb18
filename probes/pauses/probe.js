/**
 * How long full collections of the same live heap keep their thread, on the page and in a worker; and what of the page goes on
 * meanwhile: its frames, and an animation that its compositor draws.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 * @typedef {import('./part.js').Interval} Interval
 */
import { Frames, gapsWithin, longest, rateWithin } from './frames.js';
import { losingLength, pausesAndFrames } from './jank.js';
import { spread } from './spread.js';
import { collectingThreads, compositorFrames, mainThread, measures } from './trace.js';

/** A thread that "goes on" keeps at least so much of its frames, one that "stops" at most so much. */
const GOES_ON = 0.9, STOPS = 0.1;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure(harness) {
	/** @type {Record<string, (harness: Harness) => Promise<void>>} */
	const loads = { collect, scavenge: collect, frames, jank };
	await loads[harness.manifest.load](harness);
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	const { calls, manifest } = harness;
	if (manifest.captures.includes('trace'))
		reportTrace(calls, manifest, (await (await calls.capture('trace')).json()).traceEvents);
	return calls.upload();
}

/** @param {Harness} harness */
async function collect({ calls, manifest }) {
	const { pauses: { each, planned } } = await calls.onThread('part.js', manifest.load);
	const { mean, p95, sd, variance } = spread(each);
	calls.metric('pause_mean_ms', mean);
	calls.metric('pause_p95_ms', p95);
	calls.metric('pause_sd_ms', sd);
	calls.metric('pause_variance', variance);
	calls.series('pause_mean_ms', 'ms', each);
	calls.ran('collections', each.length, planned);
}

/**
 * A few short bursts on a busy machine may all lie before the first frame or after the last one: then no gap is known.
 * @param {Calls} calls
 * @param {string} name
 * @param {number[]} gaps ms
 */
function reportGaps(calls, name, gaps) {
	if (gaps.length === 0) {
		calls.warn(`${name}: no two frames have a collection between them`);
		return;
	}
	calls.metric(name, longest(gaps));
	calls.series(name, 'ms', gaps);
}

/** @param {Harness} harness */
async function frames({ calls, manifest }) {
	const watched = new Frames(document);
	const { intervals: { collecting, resting } } = await calls.onThread('part.js', 'frames');
	watched.stop();
	const during = rateWithin(watched.called, collecting), atRest = rateWithin(watched.called, resting);
	if (atRest === 0)
		throw new Error('the page had no frames at rest');
	calls.metric('page_frame_rate', during);
	calls.metric('page_frames_kept', during / atRest);
	reportGaps(calls, 'page_longest_gap_ms', gapsWithin(watched.called, collecting));
	calls.observe('page_frames_stop', during / atRest <= STOPS);
	calls.observe('page_frames_go_on', during / atRest >= GOES_ON);
	calls.fact('page frames a second at rest', atRest);
	calls.ran('bursts', collecting.length, Number(manifest.parameters.bursts));
}

/** @param {Harness} harness */
async function jank({ calls, manifest }) {
	const watched = new Frames(document);
	const pauses = await pausesAndFrames(watched, Number(manifest.parameters.jank_times), randomOf(manifest.seeds.load));
	watched.stop();
	const ms = losingLength(pauses);
	if (ms === Infinity)
		throw new Error('no pause was long enough to lose a frame');
	calls.metric('losing_pause_ms', ms);
	calls.series('losing_pause_ms', 'ms', pauses.filter(({ lost }) => lost).map((pause) => pause.ms));
	calls.ran('pauses', pauses.length, pauses.length);
}

/**
 * @param {Calls} calls
 * @param {import('../../web/manifest.js').Manifest} manifest
 * @param {any[]} events
 */
function reportTrace(calls, manifest, events) {
	const { pid, intervals } = measures(events, 'collecting'), resting = measures(events, 'resting').intervals;
	const drawn = compositorFrames(events, pid);
	const atRest = rateWithin(drawn, resting);
	if (atRest === 0)
		throw new Error('the compositor drew nothing at rest');
	const kept = rateWithin(drawn, intervals) / atRest;
	calls.metric('compositor_frames_kept', kept);
	reportGaps(calls, 'compositor_longest_gap_ms', gapsWithin(drawn, intervals).map((us) => us / 1000));
	calls.observe('compositor_stops', kept <= STOPS);
	if (manifest.guest?.name === 'js')
		reportThreads(calls, events, pid, intervals);
}

/**
 * V8 tells of each collection on its own thread.
 * @param {Calls} calls
 * @param {any[]} events
 * @param {number} pid
 * @param {Interval[]} intervals
 */
function reportThreads(calls, events, pid, intervals) {
	const threads = collectingThreads(events, pid, intervals), main = mainThread(events, pid);
	if (threads.length === 0)
		throw new Error('the trace holds none of the collections that were asked for');
	calls.observe('only_own_heap_collected', threads.length === 1 && (threads[0] === measures(events, 'collecting').tid));
	calls.fact('threads that collected', { threads, main });
}

/**
 * xorshift32 by Marsaglia.
 * @param {number[]} words the launch's seed
 * @returns {() => number} 0 … 1
 */
function randomOf(words) {
	let state = words[0] | 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 2 ** 32;
	};
}
