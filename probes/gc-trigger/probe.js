/**
 * When Go's collector begins, and what it takes for a pointer: the formulas of the source against the published one, read
 * from the runtime's own metrics and traces.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 */

/** A residual of so little is rounding: objects have size classes, and the runtime's metrics are of one moment. */
const NEAR = 0.002;
/** The first trace line is in whole MB. */
const MB_GRAIN = 1;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure(harness) {
	const { calls, manifest } = harness;
	if (manifest.load === 'build') {
		calls.observe('wasm_profile_compiles', manifest.guest?.wasm !== null);
		calls.fact('compiler', manifest.guest?.build.stderr);
		return {};
	}
	REPORTS[manifest.load](calls, await calls.onThread('part.js', manifest.load));
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}

/** @typedef {import('../../web/calls.js').Calls} Calls */

/**
 * That a real pointer keeps the object and nothing does not shows that the test can see either.
 * @param {Calls} calls
 * @param {any} found
 */
function reportLookalike(calls, { outcomes }) {
	const alive = Object.fromEntries(outcomes.map((/** @type {any} */ outcome) => [outcome.kept, outcome.alive]));
	const sound = alive.pointer && !alive.nothing;
	calls.observe('lookalike_retained', sound && alive.integer && alive.field);
	calls.observe('lookalike_freed', sound && !alive.integer && !alive.field);
	calls.fact('bytes in use beyond an empty heap', outcomes);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportGoals(calls, { readings }) {
	/** @param {'claimed' | 'source'} formula */
	const residuals = (formula) => readings.map((/** @type {any} */ r) => Math.abs(r.goal - r[formula]) / r.goal);
	calls.observe('goal_is_claimed_formula', residuals('claimed').every((/** @type {number} */ r) => r < NEAR));
	calls.observe('goal_is_source_formula', residuals('source').every((/** @type {number} */ r) => r < NEAR));
	calls.metric('claimed_formula_residual', Math.max(...residuals('claimed')));
	calls.metric('source_formula_residual', Math.max(...residuals('source')));
	calls.series('claimed_formula_residual', 'share', residuals('claimed'));
	calls.series('source_formula_residual', 'share', residuals('source'));
	calls.fact('readings', readings);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportTrigger(calls, { cycles }) {
	const share = cycles.map((/** @type {any} */ c) => c.startMb / c.claimedMb);
	const stopped = cycles.map((/** @type {any} */ { clockMs: [sweepEnd, mark, markEnd] }) => (sweepEnd + markEnd) / (sweepEnd + mark + markEnd));
	calls.observe('starts_at_claimed_limit', cycles.every((/** @type {any} */ c) => c.startMb >= Math.floor(c.claimedMb) - MB_GRAIN));
	calls.observe('starts_as_source_says', cycles.every((/** @type {any} */ c) =>
		c.startMb >= Math.floor(c.earliestMb) && c.startMb <= c.latestMb + MB_GRAIN));
	calls.observe('marks_with_world_stopped', stopped.every((/** @type {number} */ s) => s > 0.5));
	calls.metric('start_of_claimed_limit', mean(share));
	calls.metric('stopped_share', mean(stopped));
	calls.series('start_of_claimed_limit', 'share', share);
	calls.series('stopped_share', 'share', stopped);
	calls.fact('cycles', cycles);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportProfile(calls, { samples, error, exports, profiles }) {
	calls.observe('exports_call_ctors', exports.includes('__wasm_call_ctors'));
	calls.observe('cpu_profile_has_samples', samples !== null && samples > 0);
	calls.observe('wasm_profile_registered', profiles.some((/** @type {string} */ name) => /wasm/i.test(name)));
	calls.fact('exports', exports);
	calls.fact('profile', { samples, error, registered: profiles });
}

/** By load. @type {Record<string, (calls: Calls, found: any) => void>} */
const REPORTS = { lookalike: reportLookalike, goal: reportGoals, trigger: reportTrigger, profile: reportProfile };

/** @param {number[]} values */
function mean(values) {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
