/**
 * @typedef {import('../../web/place.js').Place} Place
 * @typedef {import('./wasm_code.js').Instruction} Instruction
 */
import { functionLines, hasPrintedPattern, reportedEscapes, roomGrows, score, SIGNS, stackMoves } from './fates.js';
import { readFunctions } from './wasm_code.js';

/**
 * @param {Place} place
 * @param {string} question the arm's load
 */
export async function run(place, question) {
	const guest = /** @type {any} */ ((await place.startGuest()).object);
	const sources = guest.sources();
	return question === 'addresses' ? addresses(place, guest, sources['buffers.go']) : disassemble(place, sources['fates.go']);
}

/**
 * @param {Place} place
 * @param {any} guest
 * @param {string} source
 */
function addresses(place, guest, source) {
	const reported = reportedEscapes(report(place), 'buffers.go', functionLines(source, /Buffer$/));
	return { ...guest.buffers(), local: guest.local(), reported: Object.fromEntries(reported) };
}

/** @param {Place} place */
function report(place) {
	return /** @type {any} */ (place.manifest.guest).build.stderr;
}

/**
 * @param {Place} place
 * @param {string} source
 */
async function disassemble(place, source) {
	const functions = functionLines(source, /^(?:stay|escape)/);
	const truth = reportedEscapes(report(place), 'fates.go', functions);
	if (!score(truth, truth).works)
		throw new Error('there are too few functions of either fate for anything to be told of them');
	const bodies = await functionBodies(place, truth);
	/** @param {(code: Instruction[]) => any} ask */
	const ofEach = (ask) => new Map([...bodies].map(([name, code]) => [name, ask(code)]));
	const frames = ofEach((code) => roomGrows(code) !== 'none'), printed = ofEach(hasPrintedPattern);
	const signs = Object.fromEntries(Object.entries(SIGNS).map(([sign, has]) => [sign, ofEach(has)]));
	return {
		rooms: [...bodies.values()].map(roomGrows),
		frames: score(frames, printed),
		escapes: Object.fromEntries(Object.entries(signs).map(([sign, said]) => [sign, score(truth, said)])),
		functions: functions.map(({ name }) => ({ name, escapes: truth.get(name), stack_moves: stackMoves(bodies.get(name) ?? []),
			printed: printed.get(name), ...Object.fromEntries(Object.entries(signs).map(([sign, said]) => [sign, said.get(name)])) })),
	};
}

/**
 * @param {Place} place
 * @param {Map<string, unknown>} wanted by name
 * @returns {Promise<Map<string, Instruction[]>>}
 */
async function functionBodies(place, wanted) {
	const { ByteReader } = await import(new URL('../workers/byte_reader.js', import.meta.url).href);
	const response = await fetch(new URL(`../${place.manifest.guest?.wasm}`, import.meta.url));
	const module = new ByteReader(new Uint8Array(await response.arrayBuffer()), 'the module');
	/** @param {string} name */
	const short = (name) => name.replace(/^main\./, '');
	const code = readFunctions(module, (name) => wanted.has(short(name)));
	const bodies = new Map([...code].map(([name, body]) => [short(name), body]));
	const missing = [...wanted.keys()].filter((name) => !bodies.has(name));
	if (missing.length > 0)
		throw new Error(`the module has no function ${missing.join(', ')}`);
	return bodies;
}
