import { failureText } from '../web/failure.js';
import { Line } from '../web/line.js';

/**
 * Makes this worker one party of the measurement: the first command's manifest makes the party, and every command calls its
 * method of that name and is answered by what that returns.
 *
 * @typedef {Object} Party
 * @property {(index: number, time: number) => void} receive a number from the other party
 *
 * @param {(manifest: import('../web/manifest.js').Manifest, line: Line, fail: (error: unknown) => void) => Party} makeParty
 */
export function serveParty(makeParty) {
	const line = new Line(globalThis);
	/** @param {unknown} error */
	const fail = (error) => line.send({ failed: failureText(error) });
	/** @type {any} */
	let party;
	/** @param {import('./messages.js').Command} command */
	const execute = async ({ command, argument }) => {
		if (!party) {
			party = makeParty(argument, line, fail);
			line.onSample = (index, time) => party.receive(index, time);
		}
		const answer = await party[command](argument);
		line.send({ answer }, columnsOf(answer));
	};
	line.onMessage = (command) => execute(command).catch(fail);
}

/**
 * @param {unknown} answer
 * @returns {ArrayBuffer[]} of the columns in it, which are handed over and not copied
 */
function columnsOf(answer) {
	return Object.values(answer ?? {}).flatMap((value) => value instanceof Float64Array ? [/** @type {ArrayBuffer} */ (value.buffer)] : []);
}
