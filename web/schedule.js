/**
 * When samples are due: due_i = t0 + (i + u_i)·Δ, fixed before the first is sent, so that a slow
 * reply can delay no later sample (open loop) and the grid locks to no frame, timer or GC.
 */
import { Random } from './random.js';

/**
 * The u of all samples. The measured samples take the first draws and the cold ones those that follow, so
 * the measured schedule is the same whatever the length of the warm-up.
 * @param {ArrayLike<number>} seed the manifest's seeds.schedule
 * @param {number} cold
 * @param {number} measured
 * @returns {{cold: Float64Array, measured: Float64Array}}
 */
export function drawOffsets(seed, cold, measured) {
	const random = new Random(seed);
	const draw = () => random.unit();
	return {
		measured: Float64Array.from({ length: measured }, draw),
		cold: Float64Array.from({ length: cold }, draw),
	};
}

/**
 * Writes the due times of one phase into its part of the column.
 * @param {Float64Array} due as long as `offsets`
 * @param {Float64Array} offsets
 * @param {number} startMs t0, on the sender's clock
 * @param {number} intervalMs Δ
 */
export function placeSchedule(due, offsets, startMs, intervalMs) {
	for (let i = 0; i < offsets.length; i++)
		due[i] = startMs + (i + offsets[i]) * intervalMs;
}
