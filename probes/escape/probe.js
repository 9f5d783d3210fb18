/**
 * What becomes of variables, by addresses, by the compilers' own reports, and by the article's reading of the disassembly.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 */

/** Nothing but the buffers was allocated between the two readings. */
const BUFFERS = 2;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure({ calls, manifest }) {
	const found = await calls.onThread('part.js', manifest.load);
	if (manifest.load === 'addresses')
		reportAddresses(calls, found);
	else
		reportDisassembly(calls, found);
	return {};
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportAddresses(calls, found) {
	calls.observe('on_the_heap', found.first !== found.second && found.mallocs >= BUFFERS);
	calls.observe('is_static', found.first === found.second && found.mallocs === 0);
	calls.observe('local_takes_no_heap', found.local === 0);
	calls.observe('reported_on_the_heap', found.reported.NewBuffer && !found.reported.localBuffer);
	calls.observe('reported_static', !found.reported.NewBuffer);
	calls.fact('addresses', found);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function reportDisassembly(calls, { rooms, frames, escapes, functions }) {
	calls.observe('room_by_add', rooms.includes('up') && !rooms.includes('down'));
	calls.observe('pattern_tells_frames', frames.works);
	calls.observe('set_tells_escapes', escapes.set.works);
	calls.observe('set_beside_stack_pointer_tells_escapes', escapes.set_beside_stack_pointer.works);
	calls.observe('call_indirect_tells_escapes', escapes.call_indirect.works);
	calls.observe('load_by_local_tells_escapes', escapes.load_by_local.works);
	for (const name of /** @type {const} */ (['precision', 'recall'])) {
		if (escapes.set[name] !== null)
			calls.metric(name, escapes.set[name]);
	}
	calls.fact('scores', { frames, escapes });
	calls.fact('functions', functions);
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}
