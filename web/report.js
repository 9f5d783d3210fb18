/**
 * The JSON part of a latency launch's upload. The daemon reads `work` for the proof of work, `environment` for
 * validity, and stores the rest.
 * @param {import('./manifest.js').Manifest} manifest
 * @param {import('./latency.js').Started} started
 * @param {import('../workers/messages.js').Collected} collected
 * @param {number | null} senderDelayMs
 * @param {import('./visibility.js').VisibilityWatch} visibility
 */
export function latencyReport(manifest, started, collected, senderDelayMs, visibility) {
	const { steps_due, steps_done, ...metrics } = collected.load;
	return {
		work: { load: manifest.load, steps_due, steps_done, guest: collected.guest },
		metrics: withoutNulls({ ...metrics, sender_delay_p95: senderDelayMs }),
		observations: {
			guest_start_ms: started.host.guestStartMs,
			guest_output: collected.output.last,
			guest_output_lines: collected.output.lines,
		},
		environment: {
			user_agent: navigator.userAgent,
			isolated_page: crossOriginIsolated,
			isolated_worker: (manifest.thread === 'main' ? started.sender : started.host).isolated,
			clock_grain_us: started.sender.clockGrainUs,
			visibility: visibility.state,
			hardware_concurrency: navigator.hardwareConcurrency,
		},
		warnings: warnings(collected),
	};
}

/**
 * @param {import('../workers/messages.js').Collected} collected
 * @returns {string[]}
 */
function warnings(collected) {
	const lines = collected.output.linesUnderLoad;
	return lines > 0 ? [`the guest printed ${lines} lines under load: catching them costs its thread time`] : [];
}

/**
 * @param {Record<string, number | null>} metrics
 * @returns {Record<string, number>} those that there are
 */
function withoutNulls(metrics) {
	return Object.fromEntries(Object.entries(metrics)
		.flatMap(([name, value]) => value === null ? [] : [[name, value]]));
}
