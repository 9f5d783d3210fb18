/**
 * The built-in loads: how often a step is due and how big it is. The daemon computes the same sizes
 * (orchestrator/run/spec.c) to check the guest's digest.
 */
import { numberParameter } from '../web/manifest.js';

/**
 * @typedef {Object} Load
 * @property {string} name
 * @property {number} periodMs one step per period; Infinity: none
 * @property {number} size bytes per step
 */

/**
 * @param {import('../web/manifest.js').Manifest} manifest
 * @returns {Load}
 */
export function loadOf(manifest) {
	const number = numberParameter.bind(null, manifest);
	switch (manifest.load) {
	case 'idle':
		return { name: 'idle', periodMs: Infinity, size: 0 };
	case 'churn': {
		const periodMs = number('churn_step_ms', 1);
		const size = Math.round(number('churn_rate_mb_s', 0) * 1e6 * periodMs / 1000);
		return { name: 'churn', periodMs, size };
	}
	case 'hash':
		return { name: 'hash', periodMs: number('hash_period_ms', 1), size: number('hash_bytes', 4) };
	default:
		throw new Error(`arm ${manifest.arm}: the guest host has no load '${manifest.load}'; it has idle, churn and hash`);
	}
}
