/**
 * What the daemon tells the page of one launch (orchestrator/run/spec.c writes it).
 *
 * @typedef {Object} ManifestGuest
 * @property {string} name
 * @property {'go-js' | 'js-module' | 'wasm-exports'} start how workers/guest_start.js starts it
 * @property {string | null} wasm "guest/guest.wasm", relative to the launch's root, like the next two
 * @property {string | null} module "guest/guest.js", of a guest that is JavaScript
 * @property {string | null} glue "guest/glue.js", the toolchain's own start-up script
 * @property {Record<string, string>} environment for the running guest: GOGC, GODEBUG, …
 * @property {any} [build] in a probe of calls its build.json (docs/PROBES.md), also where it did not build and there is no file
 *
 * @typedef {Object} ManifestSeeds four unsigned 32-bit words each, states for random.js
 * @property {number[]} schedule when samples are due
 * @property {number[]} load the guest's input
 * @property {number[]} load_schedule when the load's steps are due
 * @property {number} warmup_extra_ms 0–250, equal in all arms of a block
 *
 * @typedef {Object} Plant a cause of slow messages that is brought about on purpose
 * @property {number} id
 * @property {'page' | 'worker' | 'pacer'} on who does it
 * @property {string} do what: a word of the probe's module; "oversleep" of the pacer
 * @property {number} at_ms when, from the beginning of the schedule of samples
 * @property {number} ms how long it is to last
 * @property {number} count of what it consists of
 *
 * @typedef {Object} ManifestPlants
 * @property {string} module "probe/plants.js", relative to the launch's root
 * @property {Plant[]} list in the order of their times
 *
 * @typedef {Object} Manifest
 * @property {1} schema
 * @property {string} probe
 * @property {string} arm full name: "gc/worker/churn,GOGC=off"
 * @property {string} launch "RUN:NUMBER"
 * @property {'worker' | 'main'} thread where the guest runs
 * @property {string} load "idle", "churn", "hash"
 * @property {'js' | 'guest'} responder who answers a sample's message
 * @property {'required' | 'varied'} isolation
 * @property {ManifestGuest | null} guest
 * @property {Record<string, number | string | boolean>} parameters every one of the probe's, with its value
 * @property {ManifestSeeds} seeds
 * @property {boolean} traced whether the page puts clock marks and measures into the browser's trace
 * @property {import('./episode_watch.js').Recorder | null} [recorder] of a run with a flight recorder, in traced and untraced launches
 * @property {('trace' | 'cpuprofile' | 'heapsnapshot')[]} captures what is recorded of this launch and kept with it
 * @property {ManifestPlants | null} plants
 * @property {string} upload where the samples go, relative to the launch's root
 */

/** The launch's root: what the manifest's addresses are relative to. */
export const ROOT = new URL('../', import.meta.url);

/** @returns {Promise<Manifest>} */
export async function fetchManifest() {
	const response = await fetch(new URL('manifest.json', ROOT), { cache: 'no-store' });
	if (!response.ok)
		throw new Error(`manifest.json could not be fetched: HTTP status ${response.status}`);
	const manifest = await response.json();
	checkManifest(manifest);
	return manifest;
}

/**
 * Refuses what this harness cannot do, before anything is started.
 * @param {Manifest} manifest
 */
export function checkManifest(manifest) {
	if (manifest.schema !== 1)
		throw new Error(`manifest.json has schema ${manifest.schema}; this harness reads schema 1`);
	if (manifest.thread !== 'worker' && manifest.thread !== 'main')
		throw new Error(`arm ${manifest.arm}: this harness runs guests in a worker or on the page, not on thread '${manifest.thread}'`);
	if (manifest.responder !== 'js' && manifest.responder !== 'guest')
		throw new Error(`arm ${manifest.arm}: this harness has no responder '${manifest.responder}', only 'js' and 'guest'`);
}

/**
 * A parameter that must be a number.
 * @param {Manifest} manifest
 * @param {string} name
 * @param {number} least
 * @returns {number}
 */
export function numberParameter(manifest, name, least) {
	const value = manifest.parameters[name];
	if (typeof value !== 'number' || !(value >= least))
		throw new Error(`parameter ${name} of probe ${manifest.probe} is ${JSON.stringify(value)}; a number of at least ${least} is needed`);
	return value;
}
