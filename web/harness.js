/**
 * The page of one launch. The daemon navigates here and evaluates wasmograph.prepare(), measure() and finish(),
 * each once and in this order; each returns a promise of a small object, or is rejected with one sentence.
 *
 * @typedef {Object} ProbeModule what probe.js exports: probes/null/probe.js is the annotated example
 * @property {(harness: import('./context.js').Harness) => Promise<object>} prepare
 * @property {(harness: import('./context.js').Harness) => Promise<object>} measure
 * @property {(harness: import('./context.js').Harness) => Promise<object>} finish
 *
 * @typedef {'prepare' | 'measure' | 'finish'} Part
 */
import { Harness } from './context.js';
import { fetchManifest, ROOT } from './manifest.js';
import { StateLine } from './state_line.js';

/** @type {Part[]} */
const PARTS = ['prepare', 'measure', 'finish'];

const line = new StateLine(document);
let partsCalled = 0;

/** @returns {Promise<{harness: Harness, probe: ProbeModule}>} */
async function load() {
	const manifest = await fetchManifest();
	line.describe(manifest);
	const probe = await import(new URL('probe/probe.js', ROOT).href);
	for (const part of PARTS) {
		if (typeof probe[part] !== 'function')
			throw new Error(`probe.js of probe ${manifest.probe} exports no function '${part}'`);
	}
	globalThis.wasmograph.ready = true;
	line.show('ready', 'Loaded. The daemon starts the measurement.');
	return { harness: new Harness(manifest), probe };
}

/**
 * @param {Part} part
 * @returns {Promise<object>}
 */
async function call(part) {
	if (PARTS[partsCalled] !== part)
		throw new Error(`${part}() was called out of turn: prepare(), measure() and finish() are called once each, in this order`);
	partsCalled++;
	try {
		const { harness, probe } = await globalThis.wasmograph.loaded;
		// Shown before the part begins: inside the measured window nothing is painted.
		line.showPart(part);
		return await probe[part](harness);
	} catch (error) {
		line.show('failed', error instanceof Error ? error.message : String(error));
		throw error;
	}
}

globalThis.wasmograph = {
	ready: false,
	loaded: load(),
	prepare: () => call('prepare'),
	measure: () => call('measure'),
	finish: async () => {
		const result = await call('finish');
		line.show('done', 'Finished. The samples are with the daemon.');
		return result;
	},
};
globalThis.wasmograph.loaded.catch((error) => line.show('failed', error.message));
