import { failureText } from '../web/failure.js';
import { ThreadPlants } from '../web/thread_plants.js';
import { ThreadTrace } from '../web/thread_trace.js';
import { createLine } from '../web/traced_line.js';

/**
 * @typedef {Object} Place what a party is given of the worker that it is in
 * @property {import('../web/line.js').Line} line to the page, where the other party is
 * @property {(error: unknown) => void} fail the launch is lost
 * @property {ThreadTrace | null} trace of this thread, in a traced launch
 *
 * @typedef {Object} Party
 * @property {(index: number, time: number) => void} receive a number from the other party
 * @property {(name: string, values: unknown[]) => unknown} [callGuest]
 *
 * @typedef {(manifest: import('../web/manifest.js').Manifest, place: Place) => Party} PartyMaker
 */

/**
 * Makes this worker one party of the measurement. The first command, "start", brings the manifest; each command calls
 * the party's method of that name and is answered by what that returns.
 * @param {PartyMaker} makeParty
 */
export function serveParty(makeParty) {
	globalThis.onmessage = (event) => serve(event.data, makeParty);
}

/**
 * @param {import('./messages.js').Command} first
 * @param {PartyMaker} makeParty
 */
function serve(first, makeParty) {
	const trace = first.argument.traced ? new ThreadTrace('worker') : null;
	const line = createLine(globalThis, trace);
	/** @param {unknown} error */
	const fail = (error) => line.send({ failed: failureText(error) });
	/** @param {import('./messages.js').Command} command */
	const execute = async ({ command, argument }) => {
		const answer = await commands[command](argument);
		line.send({ answer }, columnsOf(answer));
	};
	line.onMessage = (command) => execute(command).catch(fail);
	/** @type {Record<string, (argument: any) => any>} */
	let commands = {};
	try {
		const party = makeParty(first.argument, { line, fail, trace });
		line.onSample = (index, time) => party.receive(index, time);
		const { plants, parameters } = first.argument;
		commands = {
			...commandsOf(party, trace),
			...plantCommands(plants && new ThreadPlants(plants, parameters, 'worker', line, trace, party)),
		};
		line.onMessage(first);
	} catch (error) {
		fail(error);
	}
}

/**
 * @param {any} party
 * @param {ThreadTrace | null} trace
 * @returns {Record<string, (argument: any) => any>}
 */
function commandsOf(party, trace) {
	/** @param {string} name */
	const method = (name) => [name, (/** @type {any} */ argument) => party[name](argument)];
	return {
		...Object.fromEntries(['start', 'warmUp', 'measure', 'beginLoad', 'endLoad', 'collect', 'oversleeps'].map(method)),
		openTrace: () => trace?.open(),
		// The answer that tells the count is a message too.
		closeTrace: () => trace && trace.close() + 1,
	};
}

/**
 * @param {ThreadPlants | null} plants
 * @returns {Record<string, (argument: any) => any>}
 */
function plantCommands(plants) {
	return {
		preparePlants: () => plants?.prepare(),
		beginPlants: (startMs) => plants?.begin(startMs),
		endPlants: () => plants?.end(),
	};
}

/**
 * @param {unknown} answer
 * @returns {ArrayBuffer[]} of the columns in it, which are handed over and not copied
 */
function columnsOf(answer) {
	return Object.values(answer ?? {}).flatMap((value) => value instanceof Float64Array ? [/** @type {ArrayBuffer} */ (value.buffer)] : []);
}
