/**
 * Chains of promises with callbacks in Go, annotated in the browser's trace and read back from it; whether a promise's resolve
 * reaches Go by itself; and Go's own trace of its scheduler beside the browser's.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 */
import { align, detailsIn, marksIn, sameDetails } from './align.js';
import { readGoTrace } from './go_trace.js';

/** By so much bounds may contradict each other: the page's clock steps by 5 µs, at both ends, and a trace's by 1. */
const GRAIN_US = 12;

/** What measure() found, for finish(). @type {any} */
let found;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure(harness) {
	const { calls, manifest } = harness;
	if (manifest.load === 'build') {
		calls.observe('builds', manifest.guest?.wasm !== null);
		calls.fact('compiler', manifest.guest?.build.stderr);
		return {};
	}
	found = await calls.onThread('part.js', manifest.load, 20000);
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	const { calls, manifest } = harness;
	if (manifest.load !== 'build') {
		const { traceEvents } = await (await calls.capture('trace')).json();
		if (manifest.load === 'chain')
			reportChains(calls, found, traceEvents);
		else
			await reportScheduler(calls, found, traceEvents);
	}
	return calls.upload();
}

/**
 * @param {Calls} calls
 * @param {{chains: any[], entries: any}} found
 * @param {any[]} events
 */
function reportChains(calls, { chains, entries }, events) {
	const traced = detailsIn(events, 'js_promise_resolve');
	const delays = chains.map(({ delay_ms: ms }) => 1000 * ms);
	calls.observe('details_in_trace', sameDetails(traced, chains));
	calls.metric('step_delay_us', delays.reduce((sum, us) => sum + us, 0) / delays.length);
	calls.series('step_delay_us', 'us', delays);
	calls.ran('steps', chains.length, chains.length);
	calls.fact('details', { written: chains.length, in_trace: traced.length, first: traced[0], goroutines: new Set(traced.map(({ goid }) => goid)).size });
	if (entries === null)
		return;
	if (entries.callback === 0)
		throw new Error('a callback in Go was not seen to enter Go, so that nothing would be');
	calls.observe('resolve_reaches_go', entries.plain > 0);
	calls.observe('callback_schedules', entries.woken.ready && entries.woken.ran);
	calls.fact('entries into Go', entries);
}

/**
 * @param {Calls} calls
 * @param {{error: string, bytes: Uint8Array | null}} found
 * @param {any[]} events
 */
async function reportScheduler(calls, { error, bytes }, events) {
	calls.observe('browser_trace_has_scheduler', events.some(({ name }) => /gopark|goready|GoBlock|GoUnblock/.test(name)));
	if (bytes === null) {
		calls.observe('scheduler_trace_aligns', false);
		calls.fact('runtime/trace', { error });
		return;
	}
	const { ByteReader } = await import(new URL('../workers/byte_reader.js', import.meta.url).href);
	const trace = readGoTrace(new ByteReader(bytes, "Go's trace")), before = marksIn(events, 'before:');
	const { common, slackUs, widthsUs } = align(before, marksIn(events, 'after:'), trace.logs);
	calls.observe('scheduler_trace_aligns', common > 0 && common === before.size && trace.blocks > 0 && slackUs > -GRAIN_US);
	calls.metric('alignment_us', Math.abs(slackUs));
	calls.series('alignment_us', 'us', widthsUs);
	calls.ran('marks', common, before.size);
	calls.fact('runtime/trace', { bytes: bytes.length, events: trace.events, blocks: trace.blocks, logs: trace.logs.length, marks: before.size, slack_us: slackUs });
}
