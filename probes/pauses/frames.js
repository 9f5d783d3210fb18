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
