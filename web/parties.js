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
 * @property {PartiesPlants | null} plants of a launch that has some
 *
 * @typedef {Object} PartiesPlants both threads' and the pacer's
 * @property {() => Promise<void>} prepare when both parties have started
 * @property {() => Promise<void>} begin right before the sender measures
 * @property {() => Promise<import('./planter.js').Planted[]>} end what happened, each by the clock of the thread that did it
 *
 * @typedef {{to_target: number, to_sender: number}} TraceCounts messages posted between the page's first clock mark and its last
 */
import { Host } from '../workers/host.js';
import { PartyWorker } from './party_worker.js';
import { LEAD_IN_MS, Sender } from './sender.js';
import { ThreadPlants } from './thread_plants.js';
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
		const { toWorker, toPage } = await worker.closeTrace(Boolean(manifest.recorder));
		return { to_target: toWorker, to_sender: toPage };
	};
	const plants = plantsOf(manifest, worker, trace, {}, sender);
	return { sender, host, plants, stop: () => sender.stop(), openTrace: () => worker.openTrace(), closeTrace };
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
		oversleeps: () => worker.command('oversleeps'),
	};
	const closeTrace = async () => {
		const { toWorker, toPage } = await worker.closeTrace(Boolean(manifest.recorder));
		return { to_target: toPage, to_sender: toWorker };
	};
	const plants = plantsOf(manifest, worker, trace, host, sender);
	return { sender, host, plants, stop: () => worker.terminate(), openTrace: () => worker.openTrace(), closeTrace };
}

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @param {PartyWorker} worker
 * @param {ThreadTrace | null} trace of the page
 * @param {{callGuest?(name: string, values: unknown[]): unknown}} party on the page
 * @param {import('../workers/messages.js').SenderParty} sender
 * @returns {PartiesPlants | null}
 */
function plantsOf(manifest, worker, trace, party, sender) {
	if (!manifest.plants)
		return null;
	const page = new ThreadPlants(manifest.plants, manifest.parameters, 'main', worker.line, trace, party);
	return {
		prepare: async () => {
			await worker.command('preparePlants');
			await page.prepare();
		},
		begin: async () => {
			const startMs = performance.timeOrigin + performance.now() + LEAD_IN_MS;
			await worker.command('beginPlants', startMs);
			page.begin(startMs);
		},
		end: async () => [...page.end(), ...await worker.command('endPlants'), ...await sender.oversleeps()],
	};
}
