/**
 * The two parties of a measurement, the sender of samples and the host of the guest: one on the page, the other in a
 * worker, as the arm's thread says.
 *
 * @typedef {Object} Parties
 * @property {import('../workers/messages.js').SenderParty} sender
 * @property {import('../workers/messages.js').HostParty} host
 * @property {() => void} stop ends what the sender is doing, when the launch is lost
 */
import { Host } from '../workers/host.js';
import { PartyWorker } from './party_worker.js';
import { Sender } from './sender.js';

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @param {import('./failure.js').Failure} failure
 * @returns {Parties}
 */
export function createParties(manifest, failure) {
	return manifest.thread === 'main' ? hostOnPage(manifest, failure) : senderOnPage(manifest, failure);
}

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @param {import('./failure.js').Failure} failure
 * @returns {Parties}
 */
function senderOnPage(manifest, failure) {
	const worker = new PartyWorker('guest_host.js', 'wasmograph-guest', failure);
	const sender = new Sender(manifest, (index) => worker.line.post(index));
	worker.line.onSample = (index, time) => sender.receive(index, time);
	const host = {
		start: () => worker.command('start', manifest),
		beginLoad: () => worker.command('beginLoad'),
		endLoad: () => worker.command('endLoad'),
		/** @param {{startMs: number, endMs: number}} window */
		collect: (window) => worker.command('collect', window),
	};
	return { sender, host, stop: () => sender.stop() };
}

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @param {import('./failure.js').Failure} failure
 * @returns {Parties}
 */
function hostOnPage(manifest, failure) {
	const worker = new PartyWorker('sender.js', 'wasmograph-sender', failure);
	const host = new Host(manifest, (index) => worker.line.post(index), failure.fail);
	worker.line.onSample = (index, time) => host.receive(index, time);
	const sender = {
		start: () => worker.command('start', manifest),
		warmUp: () => worker.command('warmUp'),
		measure: () => worker.command('measure'),
		collect: () => worker.command('collect'),
	};
	return { sender, host, stop: () => worker.terminate() };
}
