/**
 * Measures the clock's step: the smallest difference seen between two readings. 5 µs when the context is
 * cross-origin isolated, 100 µs otherwise.
 * @param {{now(): number}} [clock]
 * @returns {number} µs, to 0.1
 */
export function measureClockGrainUs(clock = performance) {
	let least = Infinity;
	for (let step = 0; step < 50; step++) {
		const before = clock.now();
		let after = before;
		while (after === before)
			after = clock.now();
		least = Math.min(least, after - before);
	}
	return Math.round(least * 10000) / 10;
}
