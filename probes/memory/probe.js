/**
 * A guest's linear memory, looked at from outside: how big it is at the start, when and by how much it grows, and what the
 * guest calls of its host meanwhile. All of it is determinate but for the order of goroutines.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 */
import { allEqual, byTime, histogram, middle, onlyFirstAllocationGrows, steps, suspects } from './growth.js';

const MB = 1e6;
const MIB = 1 << 20;

export async function prepare() {
	return {};
}

/** @param {Harness} harness */
export async function measure(harness) {
	const { calls, manifest } = harness;
	const { load } = manifest;
	if (load === 'build')
		return reportBuild(calls, manifest);
	const allocations = load === 'small' || load === 'large' ? harness.number(`${load}_allocations`, 1) : 0;
	const found = await calls.onThread('memory_part.js', { load, allocations, declaredBytes: declaredBytes(manifest) });
	if (load === 'start')
		reportStart(calls, manifest, found);
	else if (load === 'odd')
		reportOdd(calls, found);
	else
		reportGrowth(calls, found);
	return {};
}

/**
 * Of a program that is only compiled: the published code.
 * @param {import('../../web/calls.js').Calls} calls
 * @param {import('../../web/manifest.js').Manifest} manifest
 */
function reportBuild(calls, { guest }) {
	calls.observe('published_code_builds', guest?.wasm !== null);
	calls.fact('compiler', guest?.build.stderr);
	return {};
}

/**
 * @param {import('../../web/calls.js').Calls} calls
 * @param {import('../../web/manifest.js').Manifest} manifest
 * @param {any} found
 */
function reportStart(calls, manifest, { before, array, slice, stats, stats_with_slice }) {
	calls.metric('declared_mb', declaredBytes(manifest) / MB);
	calls.metric('first_yield_mb', before / MB);
	calls.metric('first_yield_kb', before / 1000);
	calls.metric('grown_at_start_mb', (before - declaredBytes(manifest)) / MB);
	calls.metric('linear_memory_mb', array / MB);
	calls.metric('linear_memory_kb', array / 1000);
	calls.metric('linear_memory_with_slice_mb', slice / MB);
	for (const name of ['sys', 'heap_sys', 'heap_inuse', 'heap_alloc']) {
		if (stats[name] !== undefined)
			calls.metric(`${name}_mb`, stats[name] / MB);
	}
	calls.metric('heap_sys_kb', stats.heap_sys / 1000);
	calls.metric('heap_inuse_kb', stats.heap_inuse / 1000);
	calls.observe('mostly_static', stats.heap_sys < array / 2);
	calls.observe('array_is_in_linear_memory', array - before >= MIB);
	calls.fact('stats', { before, array, slice, stats, stats_with_slice });
}

/** @param {import('../../web/manifest.js').Manifest} manifest */
function declaredBytes({ guest }) {
	const [memory] = /** @type {any} */ (guest?.build).wasm.memories;
	return memory.initial_pages * 65536;
}

/**
 * @param {import('../../web/calls.js').Calls} calls
 * @param {any} found
 */
function reportGrowth(calls, { before, after, growths, calls: imports, baitCalls, second }) {
	const { atStart, whileKept } = byTime(growths);
	const sizes = steps(whileKept);
	if (sizes.length === 0)
		calls.warn('the memory did not grow: there is no step of growth to report');
	else {
		calls.metric('growth_mib', middle(sizes) / MIB);
		calls.metric('least_growth_mib', Math.min(...sizes) / MIB);
		calls.metric('most_growth_mib', Math.max(...sizes) / MIB);
		calls.series('growth_mib', 'MiB', sizes.map((size) => size / MIB));
	}
	calls.metric('growths', sizes.length);
	calls.observe('growth_is_fixed', sizes.length > 0 && allEqual(sizes));
	calls.observe('memory_is_constant', after === before);
	calls.observe('only_first_allocation_grows', onlyFirstAllocationGrows(growths));
	calls.observe('freed_memory_is_used_again', second === 0);
	calls.observe('javascript_allocates', baitCalls > 0 || suspects(imports).length > 0);
	calls.fact('growth', { before, after, second, at_start: histogram(steps(atStart)), histogram: histogram(sizes), imports_called: imports, bait_calls: baitCalls });
}

/**
 * @param {import('../../web/calls.js').Calls} calls
 * @param {any} found
 */
function reportOdd(calls, { before, after, tries, printed }) {
	calls.observe('odd_size_panics', tries.some((/** @type {{says: string}} */ { says }) => says !== 'memory'));
	calls.observe('odd_sizes_grow', after > before && after % 65536 === 0);
	calls.fact('odd_sizes', { before, after, tries, printed });
}

/** @param {Harness} harness */
export async function finish({ calls }) {
	return calls.upload();
}
