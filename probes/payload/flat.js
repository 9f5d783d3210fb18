/** From the smallest to the largest size there is a factor of 128: what moves no bytes stays within this one. */
const FLAT = 2;
/** The clock's grain, ms: what is shorter is as good as this. */
const GRAIN_MS = 0.005;

/**
 * Whether time does not grow with the bytes. Pure.
 * @param {number} smallMs median of the smallest size
 * @param {number} largeMs of the largest
 */
export function isFlat(smallMs, largeMs) {
	return Math.max(largeMs, GRAIN_MS) < FLAT * Math.max(smallMs, GRAIN_MS);
}
