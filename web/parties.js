/**
 * The two parties of a measurement, the sender of samples and the host of the guest: one on the page, the other in a
 * worker, as the arm's thread says.
 *
 * @typedef {Object} Parties
 * @property {import('../workers/messages.js').SenderParty} sender
 * @property {import('../workers/messages.js').HostParty} host
 * @property {() => void} stop ends what the sender is doing, when the launch is lost
 * @property {() => Promise<void>} openTrace of a traced launch, like the next
 * @property {() => Promise<TraceCounts>} closeTrace
 *
 * @typedef {{to_target: number, to_sender: number}} TraceCounts messages posted between the page's first clock mark and its last
 */
import { Host } from '../workers/host.js';
import { PartyWorker } from './party_worker.js';
import { Sender } from './sender.js';
import { ThreadTrace } from './thread_trace.js';

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @param {import('./failure.js').Failure} failure
 * @returns {Parties}
 */
export function createParties(manifest, failure) {
	const trace = manifest.traced ? new ThreadTrace('main') : null;
	return manifest.thread === 'main' ? hostOnPage(manifest, failure, trace) : senderOnPage(manifest, failure, trace);
}

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @param {import('./failure.js').Failure} failure
 * @param {ThreadTrace | null} trace of the page
 * @returns {Parties}
 */
function senderOnPage(manifest, failure, trace) {
	const worker = new PartyWorker('guest_host.js', 'wasmograph-guest', failure, trace);
	const sender = new Sender(manifest, (index) => worker.line.post(index));
	worker.line.onSample = (index, time) => sender.receive(index, time);
	const host = {
		start: () => worker.command('start', manifest),
		beginLoad: () => worker.command('beginLoad'),
		endLoad: () => worker.command('endLoad'),
		/** @param {{startMs: number, endMs: number}} window */
		collect: (window) => worker.command('collect', window),
	};
	const closeTrace = async () => {
		const { toWorker, toPage } = await worker.closeTrace();
		return { to_target: toWorker, to_sender: toPage };
	};
	return { sender, host, stop: () => sender.stop(), openTrace: () => worker.openTrace(), closeTrace };
}

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @param {import('./failure.js').Failure} failure
 * @param {ThreadTrace | null} trace of the page
 * @returns {Parties}
 */
function hostOnPage(manifest, failure, trace) {
	const worker = new PartyWorker('sender.js', 'wasmograph-sender', failure, trace);
	const host = new Host(manifest, (index) => worker.line.post(index), failure.fail, trace);
	worker.line.onSample = (index, time) => host.receive(index, time);
	const sender = {
		start: () => worker.command('start', manifest),
		warmUp: () => worker.command('warmUp'),
		measure: () => worker.command('measure'),
		collect: () => worker.command('collect'),
	};
	const closeTrace = async () => {
		const { toWorker, toPage } = await worker.closeTrace();
		return { to_target: toPage, to_sender: toWorker };
	};
	return { sender, host, stop: () => worker.terminate(), openTrace: () => worker.openTrace(), closeTrace };
}
