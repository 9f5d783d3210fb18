import { numberParameter } from './manifest.js';

/**
 * How many samples a launch takes and how far apart, from its manifest.
 *
 * @typedef {Object} Sampling
 * @property {number} intervalMs Δ
 * @property {number} warmupMs
 * @property {number} drainMs
 * @property {number} cold samples of the warm-up, the first ones
 * @property {number} measured
 */

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @returns {Sampling}
 */
export function samplingOf(manifest) {
	const intervalMs = numberParameter(manifest, 'interval_ms', 1);
	const warmupMs = numberParameter(manifest, 'warmup_ms', 0) + manifest.seeds.warmup_extra_ms;
	return {
		intervalMs,
		warmupMs,
		drainMs: numberParameter(manifest, 'drain_ms', 0),
		cold: Math.floor(warmupMs / intervalMs),
		measured: numberParameter(manifest, 'samples', 1),
	};
}
