/**
 * The three questions about Go's collector, each asked of a fresh guest.
 *
 * @typedef {import('../../web/place.js').Place} Place
 */
import { claimedGoal, sourceGoal, sourceTrigger } from './formulas.js';
import { readGcTraceLine } from './gc_trace_line.js';
import { countSamples, unpack } from './pprof_samples.js';

const OBJECT_BYTES = 4 << 20;
const GOGC = [25, 50, 100, 200, 400], MIB = 2 ** 20;
/** What else may come and go meanwhile, and still leave no doubt. */
const SLACK_BYTES = 1 << 20;

/**
 * @param {Place} place
 * @param {string} question the arm's load
 */
export async function run(place, question) {
	/** @type {Record<string, (place: Place) => Promise<object>>} */
	const questions = { lookalike, goal, trigger, profile };
	return questions[question](place);
}

/**
 * Whether an object of which so much is kept outlives a full collection.
 * @param {any} guest
 * @param {'pointer' | 'integer' | 'field' | 'nothing'} kept
 * @returns {{kept: string, before: number, after: number, alive: boolean}} bytes in use
 */
function outlives(guest, kept) {
	guest.allocate('nothing');
	guest.collect();
	guest.collect(); // what the first only marked as garbage is swept
	const empty = guest.inUse();
	guest.allocate(kept);
	const before = guest.inUse();
	guest.collect();
	guest.collect();
	const after = guest.inUse();
	if (before - empty < OBJECT_BYTES - SLACK_BYTES)
		throw new Error(`an object of ${OBJECT_BYTES} bytes was allocated, and ${before - empty} more are in use`);
	return { kept, before: before - empty, after: after - empty, alive: after - empty > OBJECT_BYTES - SLACK_BYTES };
}

/**
 * Only collections that are asked for: the object alone would make Go begin one.
 * @param {Place} place
 */
async function lookalike(place) {
	/** @type {any} */ (place.manifest.guest).environment.GOGC = 'off';
	const guest = (await place.startGuest()).object;
	return { outcomes: /** @type {const} */ (['pointer', 'integer', 'field', 'nothing']).map((kept) => outlives(guest, kept)) };
}

/** @param {Place} place */
async function goal(place) {
	const guest = /** @type {any} */ ((await place.startGuest()).object);
	const readings = [];
	for (const gogc of GOGC) {
		for (const megabytes of [0, 1, 4, 16]) {
			const heap = guest.goal(gogc, megabytes);
			readings.push({ gogc, megabytes, ...heap, claimed: claimedGoal(heap, gogc), source: sourceGoal(heap, gogc) });
		}
	}
	return { readings };
}

/**
 * Collections that the runtime began by itself, over a live heap so large that whole MB tell trigger from goal.
 * @param {Place} place
 */
async function trigger(place) {
	/** @type {any} */ (place.manifest.guest).environment.GODEBUG = 'gctrace=1';
	const guest = /** @type {any} */ ((await place.startGuest()).object);
	const cycles = [];
	for (const gogc of GOGC) {
		for (let i = 0; i < place.number('cycles', 1); i++)
			cycles.push({ gogc, ...await cycle(place, guest, gogc) });
	}
	return { cycles };
}

/**
 * @param {Place} place
 * @param {any} guest
 * @param {number} gogc
 */
async function cycle(place, guest, gogc) {
	const heap = guest.goal(gogc, place.number('live_mb', 1)), { earliest, latest } = sourceTrigger(heap, gogc);
	const before = place.output.lines;
	await guest.collectOnce();
	const printed = place.output.last.slice(before - place.output.lines);
	const line = printed.map(readGcTraceLine).find((found) => found && !found.forced);
	if (!line)
		throw new Error('Go printed no line about the collection that it began by itself');
	return { ...line, markedMb: heap.marked / MIB, claimedMb: claimedGoal(heap, gogc) / MIB, earliestMb: earliest / MIB, latestMb: latest / MIB };
}

/** @param {Place} place */
async function profile(place) {
	const guest = /** @type {any} */ ((await place.startGuest()).object);
	const taken = await guest.profile(place.number('profile_ms', 1));
	const exported = WebAssembly.Module.exports(await WebAssembly.compileStreaming(fetch(new URL(
		/** @type {any} */ (place.manifest.guest).wasm, new URL('../', import.meta.url)))));
	const { ByteReader } = await import(new URL('../workers/byte_reader.js', import.meta.url).href);
	return { profiles: guest.profiles(), samples: typeof taken === 'string' ? null : countSamples(new ByteReader(await unpack(taken), 'the profile')), error: typeof taken === 'string' ? taken : null,
		exports: exported.map(({ name }) => name) };
}
