/**
 * The way of a call from JavaScript into a Go program: what it crosses, what that costs for each argument, and whether goroutines
 * work behind it.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 */

/** golang/go go1.22, syscall/js/func.go, handleEvent: what it asks of JavaScript beside the arguments. */
const CROSSINGS_BESIDE_ARGUMENTS = 7;

/** The page's clock steps by so much, and of a batch of calls by the part of one. */
const GRAIN_US = 5;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure({ calls, manifest }) {
	const found = await calls.onThread('part.js', manifest.load);
	if (found.byArguments)
		reportCalls(calls, found.byArguments);
	else if (manifest.load === 'names')
		reportNames(calls, found);
	else
		reportGoroutines(calls, found);
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}

/**
 * @param {Calls} calls
 * @param {any[]} found by number of arguments
 */
function reportCalls(calls, found) {
	const none = found[0], most = found[found.length - 1];
	const crossed = found.map((one) => one.crossed.js);
	calls.observe('crosses_seven_and_arguments', found.every((one) => one.crossed.js === CROSSINGS_BESIDE_ARGUMENTS + one.arguments));
	calls.observe('crosses_for_each_argument', found.every((one) => one.crossed.js - none.crossed.js === one.arguments));
	calls.observe('crosses_nothing', crossed.every((count) => count === 0));
	calls.metric('call_us', most.call_us);
	calls.metric('call_us_without_arguments', none.call_us);
	calls.metric('arguments_us', Math.max(most.median_us - none.median_us, GRAIN_US / most.batch));
	calls.series('call_us', 'us', most.each);
	for (const one of found)
		calls.ran(`${one.arguments} arguments`, one.n, one.planned);
	calls.fact('by arguments', found.map(({ each, ...rest }) => rest));
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportNames(calls, found) {
	// gc's calls come by handleEvent, TinyGo's exports by themselves: with neither name, no other can be looked for.
	if (!found.handleEvent && !found.exported)
		throw new Error('the module does not name the function that is called');
	calls.observe('has_wasm_call', found.wasmCall);
	calls.observe('has_no_runtime', !found.allocator && !found.scheduler);
	calls.observe('has_reflection', found.reflect);
	calls.fact('functions named', found);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportGoroutines(calls, { channels, selects, trip_us, n, planned, each }) {
	calls.observe('channels_work', channels);
	calls.observe('selects_work', selects);
	calls.metric('channel_trip_us', trip_us);
	calls.series('channel_trip_us', 'us', each);
	calls.ran('numbers over channels', n, planned);
}
