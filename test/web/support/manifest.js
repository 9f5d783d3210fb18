/** Manifests as the daemon writes them, short enough for a test. */

/** @typedef {import('../../../web/manifest.js').Manifest} Manifest */

/**
 * @param {Partial<Manifest>} [changes]
 * @param {Manifest['parameters']} [parameters]
 * @returns {Manifest}
 */
export function manifestOf(changes = {}, parameters = {}) {
	return {
		schema: 1,
		probe: 'ping',
		arm: `none/${changes.thread ?? 'worker'}/${changes.load ?? 'idle'}`,
		launch: '20260101T000000Z-ping-0000:1',
		thread: 'worker',
		load: 'idle',
		responder: 'js',
		isolation: 'required',
		guest: null,
		parameters: { samples: 100, interval_ms: 5, warmup_ms: 200, drain_ms: 1000, pacer: 'task', churn_rate_mb_s: 1,
			churn_step_ms: 10, hash_bytes: 4096, hash_period_ms: 50, ...parameters },
		seeds: { schedule: [1, 2, 3, 4], load: [5, 6, 7, 8], load_schedule: [9, 10, 11, 12], warmup_extra_ms: 60 },
		traced: false,
		captures: [],
		plants: null,
		upload: 'samples',
		...changes,
	};
}

/**
 * @param {Partial<import('../../../web/manifest.js').ManifestGuest>} changes
 * @returns {import('../../../web/manifest.js').ManifestGuest}
 */
export function guestOf(changes) {
	return { name: 'fixture', start: 'js-module', wasm: null, module: null, glue: null, environment: {}, ...changes };
}
