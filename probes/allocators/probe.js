/**
 * TinyGo's allocators: what it says of its targets, what compiles and links, and how programs end that ask for too much.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 */
import { collectsNothing, defaultCollector, hasThreads, lastPanic, needsOnlyWasi, panicked } from './findings.js';

const MB = 1e6;
const STDERR_SHOWN = 2000;

export async function prepare() {
	return {};
}

/** @param {Harness} harness */
export async function measure({ manifest, calls }) {
	const { load } = manifest;
	const guest = /** @type {import('../../web/manifest.js').ManifestGuest} */ (manifest.guest);
	const build = /** @type {any} */ (guest.build);
	calls.observe('builds', guest.wasm !== null);
	calls.fact('build', { exit_status: build.exit_status, options: build.options, stderr: build.stderr.slice(0, STDERR_SHOWN) });
	if (guest.wasm === null)
		reportFailedBuild(calls, load, build);
	else if (load === 'compile')
		calls.observe('unsafe_alloc_exists', true);
	else if (load === 'targets')
		reportTargets(calls, build);
	else if (load === 'module')
		reportModule(calls, build);
	else
		reportRun(calls, load, await calls.onThread('allocators_part.js'));
	return {};
}

/**
 * @param {Calls} calls
 * @param {string} load
 * @param {{stderr: string}} build
 */
function reportFailedBuild(calls, load, { stderr }) {
	calls.observe('does_not_build', true);
	// A program that never came to be neither allocated nor panicked.
	if (load === 'link')
		calls.observe('links_and_panics', false);
	else if (load === 'use')
		calls.observe('pool_is_what_fails', /Pool/.test(stderr));
	else
		calls.observe('unsafe_alloc_exists', !/undefined: unsafe\.Alloc/.test(stderr));
}

/**
 * @param {Calls} calls
 * @param {any} build
 */
function reportTargets(calls, { reports }) {
	const defaults = Object.fromEntries(Object.keys(reports).map((target) => [target, defaultCollector(reports, target)]));
	for (const target of ['wasm', 'wasi', 'arduino', 'thumbv7m'])
		calls.observe(`${target}_has_no_collector`, collectsNothing(defaults[target]));
	calls.fact('default_collectors', defaults);
}

/**
 * @param {Calls} calls
 * @param {any} build
 */
function reportModule(calls, { wasm }) {
	calls.observe('has_threads', hasThreads(wasm));
	calls.observe('needs_only_wasi', needsOnlyWasi(wasm));
	calls.fact('module', { memories: wasm.memories, imports: wasm.imports });
}

/**
 * @param {Calls} calls
 * @param {string} load
 * @param {any} found
 */
function reportRun(calls, load, found) {
	calls.fact(load, found);
	calls.observe('does_not_build', false);
	switch (load) {
	case 'allocate': return reportAllocate(calls, found);
	case 'dirty':
	case 'retain': return reportFill(calls, found);
	case 'apart':
	case 'overflow': return reportOverflow(calls, found);
	case 'wasi': return reportWasi(calls, found);
	case 'link': return calls.observe('links_and_panics', panicked(found));
	default: return reportPool(calls, found);
	}
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportPool(calls, { end }) {
	calls.observe('works', end.thrown === '' && end.value > 0);
	calls.observe('pool_is_what_fails', false);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportAllocate(calls, { end, dirty, bytes, memory }) {
	calls.observe('new_and_make_fail', end.thrown !== '' || end.value !== 1024);
	calls.observe('never_collects', dirty.thrown !== '' || memory >= bytes);
	calls.observe('works', end.thrown === '' && end.value === 1024);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportFill(calls, { end, bytes, progress, memory }) {
	const panic = lastPanic(end.printed);
	calls.observe('ends_in_a_panic', panic !== '');
	calls.observe('says_cannot_allocate_memory', /cannot allocate memory/.test(panic));
	calls.metric('allocated_mb', progress / MB);
	calls.metric('memory_mb', memory / MB);
	calls.ran('bytes', progress, bytes);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportOverflow(calls, { runs }) {
	const beyond = runs.filter((/** @type {any} */ { part }) => part > 1);
	const within = runs.filter((/** @type {any} */ { part }) => part < 1);
	const panicked = beyond.filter((/** @type {any} */ { end }) => end === 'stack overflow' || end === 'another panic');
	const silent = beyond.filter((/** @type {any} */ { end }) => end === 'silent corruption' || end === 'fine');
	if (within.some((/** @type {any} */ { end }) => end !== 'fine'))
		calls.warn('a recursion that fits the stack did not end well');
	calls.observe('overflow_always_panics', panicked.length === beyond.length);
	calls.observe('overflow_never_goes_on', silent.length === 0);
	calls.observe('overflow_is_noticed_at_a_switch', beyond.filter((/** @type {any} */ { yields }) => yields)
		.every((/** @type {any} */ { end }) => end === 'stack overflow'));
	calls.observe('overflow_harms_nothing', beyond.every((/** @type {any} */ { damaged }) => !damaged));
	calls.metric('overflows_unnoticed', silent.length);
	calls.metric('overflows', beyond.length);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportWasi(calls, found) {
	calls.observe('make_panics', panicked(found) || !found.text.includes('made 1024'));
}

/** @param {Harness} harness */
export async function finish({ calls }) {
	return calls.upload();
}
