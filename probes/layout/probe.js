/**
 * Where a guest's stacks, data and heap are, by its own addresses, by its module's segments and by what it calls.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 */
import { callsOfSwitching, fieldsWithPlaces } from './findings.js';

const MB = 1e6;
const PAGE_BYTES = 65536;
/** Bytes of a frame of recurseWide, but for what the compiler adds to it. */
const WIDE_FRAME_BYTES = 4096;

/** @type {Record<string, (calls: Calls, found: any, harness: Harness) => void>} */
const REPORTS = { stack, recursion, data, roots, switching, address, collector };

export async function prepare() {
	return {};
}

/** @param {Harness} harness */
export async function measure(harness) {
	const { calls, manifest } = harness;
	const found = await calls.onThread('layout_part.js');
	REPORTS[manifest.load](calls, found, harness);
	calls.fact(manifest.load, found);
	return {};
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function stack(calls, { addresses, limit, perGoroutine, memory, largestPages }) {
	calls.metric('stack_start_mb', perGoroutine / MB);
	if (limit > 0)
		calls.metric('stack_limit_mb', limit / MB);
	calls.metric('addressable_gib', largestPages * PAGE_BYTES / 2 ** 30);
	calls.observe('stack_grows_down', addresses.inner < addresses.outer);
	calls.observe('stack_at_high_addresses', addresses.inner > addresses.heapHigh && addresses.inner > memory / 2);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function recursion(calls, { depths }) {
	calls.metric('deepest_calls', depths.recurse);
	calls.metric('deepest_wide_calls', depths.recurseWide);
	calls.metric('deepest_wide_mb', depths.recurseWide * WIDE_FRAME_BYTES / MB);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function data(calls, { segments, lowAndFixed, initialised }) {
	calls.observe('data_is_low_and_fixed', lowAndFixed && initialised !== null);
	calls.metric('data_segments', segments);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function roots(calls, { fields }) {
	if (fields.length === 0)
		throw new Error('the guest names no field of runtime.MemStats');
	calls.observe('memstats_holds_segments', fieldsWithPlaces(fields).length > 0);
}

/**
 * @param {Calls} calls
 * @param {any} found
 * @param {Harness} harness
 */
function switching(calls, { few, many }, { manifest }) {
	const made = callsOfSwitching(few, many);
	const imports = /** @type {{name: string}[]} */ (manifest.guest?.build.wasm.imports).map(({ name }) => name);
	calls.observe('javascript_switches_stacks', Object.keys(made).length > 0 || imports.some((name) => /stack|switch|context/i.test(name)));
	calls.fact('calls_of_switching', made);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function address(calls, { buffers, variable, before, after }) {
	calls.observe('objects_moved', before !== after);
	calls.observe('objects_stayed', before === after);
	if (variable.before > 0)
		calls.observe('stack_variable_moved', variable.before !== variable.after);
	calls.observe('buffer_has_a_fixed_place', buffers.first === buffers.second || buffers.heap > 0 && buffers.first < buffers.heap && buffers.second < buffers.heap);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function collector(calls, { collections }) {
	if (collections === null)
		throw new Error('this build is not instrumented, so its collections cannot be counted');
	calls.observe('no_collection', collections === 0);
	calls.metric('collections', collections);
}

/** @param {Harness} harness */
export async function finish({ calls }) {
	return calls.upload();
}
