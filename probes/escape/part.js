/**
 * @typedef {import('../../web/place.js').Place} Place
 */
import { functionLines, looksEscaped, reportedEscapes, roomMadeBy, score } from './fates.js';
import { readFunctions } from './wasm_code.js';

/**
 * @param {Place} place
 * @param {string} question the arm's load
 */
export async function run(place, question) {
	const guest = /** @type {any} */ ((await place.startGuest()).object);
	if (question === 'addresses')
		return { ...guest.buffers(), local: guest.local() };
	return disassemble(place, guest.source());
}

/**
 * @param {Place} place
 * @param {string} source
 */
async function disassemble(place, source) {
	const guest = /** @type {import('../../web/manifest.js').ManifestGuest} */ (place.manifest.guest);
	const functions = functionLines(source);
	const truth = reportedEscapes(guest.build.stderr, 'fates.go', functions);
	const { ByteReader } = await import(new URL('../workers/byte_reader.js', import.meta.url).href);
	const response = await fetch(new URL(`../${guest.wasm}`, import.meta.url));
	const module = new ByteReader(new Uint8Array(await response.arrayBuffer()), 'the module');
	const code = readFunctions(module, (name) => truth.has(name.replace(/^main\./, '')));
	const bodies = new Map([...code].map(([name, body]) => [name.replace(/^main\./, ''), body]));
	const missing = functions.filter(({ name }) => !bodies.has(name)).map(({ name }) => name);
	if (missing.length > 0)
		throw new Error(`the module has no function ${missing.join(', ')}`);
	/** @param {boolean} others */
	const said = (others) => new Map([...bodies].map(([name, body]) => [name, looksEscaped(body, others)]));
	return {
		functions: functions.map(({ name }) => ({ name, escapes: truth.get(name), literal: said(false).get(name),
			others: said(true).get(name), room: roomMadeBy(/** @type {any} */ (bodies.get(name))) })),
		literal: score(truth, said(false)),
		others: score(truth, said(true)),
	};
}
