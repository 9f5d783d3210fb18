/**
 * Initialised and zeroed data: what they cost as a file, on the way, at the start, and in RAM.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('../../web/calls.js').Calls} Calls
 */
import { median, savedPercent } from './bytes_in_file.js';

const MIB = 1 << 20;
/** What an ELF file begins with. */
const ELF = [0x7f, 0x45, 0x4c, 0x46];
/** Of the bytes expected in RAM so many must come or stay away for it to count: others use memory, too. */
const MOST = 0.75;
const LITTLE = 0.25;

/** @type {Record<string, (calls: Calls, found: any, harness: Harness) => void>} */
const REPORTS = { contents, delivery, loading, touch, article };

export async function prepare() {
	return {};
}

/** @param {Harness} harness */
export async function measure(harness) {
	const { calls, manifest } = harness;
	REPORTS[manifest.load](calls, await calls.onThread('segments_part.js'), harness);
	return {};
}

/**
 * @param {Calls} calls
 * @param {any} found
 * @param {Harness} harness
 */
function contents(calls, found, { manifest }) {
	const { written, zero, repeated, random } = found.arrays;
	const whole = (/** @type {{bytes: number, inFile: number}} */ { bytes, inFile }) => inFile === bytes;
	calls.observe('costs_as_claimed', whole(written) && zero.inFile === 0);
	calls.observe('written_array_in_file', whole(written));
	calls.observe('random_data_in_file', whole(random) && whole(repeated));
	calls.observe('zeroed_array_costs_no_file', zero.inFile === 0);
	const [memory] = manifest.guest?.build.wasm.memories;
	calls.observe('zeroed_array_is_declared', zero.at + zero.bytes <= memory.initial_pages * 65536);
	calls.observe('module_is_elf', ELF.every((byte, i) => found.magic[i] === byte));
	for (const [name, { bytes, inFile }] of Object.entries(found.arrays))
		calls.metric(`${name}_in_file_percent`, 100 * inFile / bytes);
	calls.fact('contents', found);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function delivery(calls, { hashes, sizes }) {
	if (new Set(Object.values(hashes)).size !== 1)
		throw new Error('the deliveries did not bring the same bytes');
	for (const name of ['gzip', 'brotli']) {
		calls.metric(`${name}_saved_percent`, savedPercent(sizes.plain.encoded, sizes[name].encoded));
		calls.metric(`${name}_left_percent`, 100 * sizes[name].encoded / sizes.plain.encoded);
	}
	calls.fact('sizes', sizes);
}

/** @type {Record<string, (load: import('./segments_part.js').Loaded) => number>} ms */
const UNTIL = {
	fetched: ({ fetched }) => fetched,
	compiled: ({ fetched, compiled }) => fetched + compiled,
	loaded: ({ fetched, compiled, instantiated }) => fetched + compiled + instantiated,
};

/**
 * @param {Calls} calls
 * @param {any} found
 */
function loading(calls, { all, n, planned, decompress }) {
	calls.ran('rounds', n, planned);
	for (const [until, ms] of Object.entries(UNTIL)) {
		for (const name of ['plain', 'gzip', 'brotli'])
			report(calls, `${name}_${until}_ms`, all[name].map(ms));
		for (const name of ['gzip', 'brotli'])
			report(calls, `${name}_extra_${until}_ms`, all[name].map((/** @type {any} */ load, /** @type {number} */ i) => ms(load) - ms(all.plain[i])));
	}
	report(calls, 'gzip_decompression_ms', decompress);
}

/**
 * @param {Calls} calls
 * @param {string} name
 * @param {number[]} times ms, or differences of two, which may be below 0
 */
function report(calls, name, times) {
	calls.metric(name, median(times));
	calls.series(name, 'ms', times);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function touch(calls, found) {
	const { dataBytes, before, instantiated, read, written } = found;
	calls.metric('resident_at_instantiation_mib', Math.max(0, instantiated - before) / MIB);
	calls.metric('resident_at_first_read_mib', Math.max(0, read - instantiated) / MIB);
	calls.metric('resident_at_first_write_mib', Math.max(0, written - read) / MIB);
	calls.observe('data_pages_come_at_first_touch', instantiated - before < LITTLE * dataBytes && read - instantiated > MOST * dataBytes);
	calls.observe('zeroed_pages_come_at_first_touch', instantiated - before < (1 + LITTLE) * dataBytes && written - read > MOST * dataBytes);
	calls.fact('resident', found);
}

/**
 * @param {Calls} calls
 * @param {any} found
 */
function article(calls, { bytes, gzip }) {
	calls.metric('gzip_saved_percent', savedPercent(bytes, gzip));
	calls.fact('article_array', { bytes, gzip });
}

/** @param {Harness} harness */
export async function finish({ calls }) {
	return calls.upload();
}
