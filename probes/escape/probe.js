/**
 * What becomes of variables, by addresses, by the compilers' own reports, and by the article's reading of the disassembly.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
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
	if (manifest.load === 'addresses') {
		calls.observe('on_the_heap', found.first !== found.second && found.mallocs >= BUFFERS);
		calls.observe('is_static', found.first === found.second && found.mallocs === 0);
		calls.observe('local_takes_no_heap', found.local === 0);
		calls.fact('addresses', found);
		return {};
	}
	const rooms = found.functions.map((/** @type {any} */ one) => one.room);
	/** @param {string} way */
	const count = (way) => rooms.filter((/** @type {string} */ room) => room === way).length;
	calls.observe('room_by_add', count('add') > 0 && count('sub') === 0);
	calls.observe('classifier_works', found.literal.works);
	calls.observe('classifier_works_without_stack_pointer', found.others.works);
	calls.metric('precision', found.literal.precision);
	calls.metric('recall', found.literal.recall);
	calls.fact('scores', { literal: found.literal, others: found.others });
	calls.fact('functions', found.functions);
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}
