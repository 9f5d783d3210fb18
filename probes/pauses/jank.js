/**
 * How long the page may be busy before a frame is lost: pauses of every length, at any moment between two frames.
 *
 * @typedef {{ms: number, lost: boolean}} Pause
 */

/** Lengths, ms: from well below a frame at 60 Hz to well above two. */
const LENGTHS = Array.from({ length: 10 }, (_, i) => 2 + 4 * i);

/**
 * @param {import('./frames.js').Frames} frames of the page, which go on
 * @param {number} times each length
 * @param {() => number} random 0 … 1
 * @returns {Promise<Pause[]>}
 */
export async function pausesAndFrames(frames, times, random) {
	/** @type {Pause[]} */
	const pauses = [];
	for (let i = 0; i < 20; i++)
		await nextFrame();
	const periodMs = median(gaps(frames.called));
	for (let i = 0; i < times; i++) {
		for (const ms of LENGTHS) {
			const from = frames.called.length - 1;
			await sleep(random() * periodMs);
			busy(ms);
			for (let after = 0; after < 3; after++)
				await nextFrame();
			pauses.push({ ms, lost: framesLost(frames.called.slice(from), periodMs) > 0 });
		}
	}
	return pauses;
}

/**
 * From which length on more than half of the pauses lose a frame: between the two lengths where their share passes one half.
 * @param {Pause[]} pauses
 * @returns {number} ms; Infinity when none is long enough
 */
export function losingLength(pauses) {
	const shares = LENGTHS.map((ms) => ({ ms, share: shareLost(pauses.filter((pause) => pause.ms === ms)) }));
	const at = shares.findIndex(({ share }) => share > 0.5);
	if (at < 0)
		return Infinity;
	const above = shares[at], below = shares[at - 1] ?? { ms: 0, share: 0 };
	return below.ms + (above.ms - below.ms) * (0.5 - below.share) / (above.share - below.share);
}

/** @param {Pause[]} pauses */
function shareLost(pauses) {
	return pauses.filter(({ lost }) => lost).length / pauses.length;
}

/** How much sooner than usual a frame may come and still be of its own period: a share of that. */
const EARLY = 1 / 8;

/**
 * A period of the display in which the page was not called shows nothing new of it. That it is called twice in the next makes
 * up for nothing.
 * @param {number[]} called when the page was, ms; the first at its usual moment
 * @param {number} periodMs
 * @returns {number} periods without a call
 */
export function framesLost(called, periodMs) {
	const periods = called.map((time) => Math.floor((time - called[0]) / periodMs + EARLY));
	return periods[periods.length - 1] + 1 - new Set(periods).size;
}

/** @param {number[]} times */
function gaps(times) {
	return times.slice(1).map((time, i) => time - times[i]);
}

/** @param {number[]} values */
function median(values) {
	return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** @param {number} ms */
function busy(ms) {
	const endMs = performance.now() + ms;
	while (performance.now() < endMs);
}

/** @returns {Promise<unknown>} */
function nextFrame() {
	return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** @param {number} ms */
function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
