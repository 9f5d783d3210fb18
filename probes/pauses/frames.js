/**
 * The page's frames: an animation that the compositor draws by itself, and each frame that the page's main thread gets.
 *
 * @typedef {import('./part.js').Interval} Interval
 */
export class Frames {
	/** When the page's script was called for each, ms since the epoch. @type {number[]} */
	called = [];
	#running = true;

	/** @param {Document} document */
	constructor(document) {
		const box = document.createElement('div');
		box.style.cssText = 'position:fixed;left:0;top:0;width:80px;height:80px;background:#36c;will-change:transform';
		document.body.append(box);
		box.animate([{ transform: 'translateX(0)' }, { transform: 'translateX(800px)' }],
			{ duration: 1000, iterations: Infinity, direction: 'alternate' });
		requestAnimationFrame(this.#take);
	}

	#take = () => {
		this.called.push(performance.now() + performance.timeOrigin);
		if (this.#running)
			requestAnimationFrame(this.#take);
	};

	stop() {
		this.#running = false;
	}
}

/**
 * @param {number[]} times
 * @param {Interval[]} intervals
 * @returns {number} so many times a second within the intervals
 */
export function rateWithin(times, intervals) {
	const inside = times.filter((time) => intervals.some(({ start, end }) => start <= time && time <= end));
	const ms = intervals.reduce((sum, { start, end }) => sum + end - start, 0);
	return 1000 * inside.length / ms;
}

/**
 * From one frame to the next, where any of it lies within the intervals.
 * @param {number[]} times in order
 * @param {Interval[]} intervals
 * @returns {number[]}
 */
export function gapsWithin(times, intervals) {
	const pairs = times.slice(1).map((to, i) => ({ from: times[i], to }));
	return pairs.filter(({ from, to }) => intervals.some(({ start, end }) => from < end && start < to)).map(({ from, to }) => to - from);
}

/**
 * @param {number[]} gaps
 * @returns {number}
 */
export function longest(gaps) {
	if (gaps.length === 0)
		throw new Error('there were no two frames, with a collection between them');
	return gaps.reduce((most, gap) => Math.max(most, gap));
}
