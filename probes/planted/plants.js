/**
 * What the plants of probe.json do, on whichever thread they are asked for. Each goes by the paths that the cause has in
 * any launch: clones through the harness's lines, wasm through its exports, guests through their own functions. So the
 * harness's marks are what they always are, and nothing here writes into the trace.
 *
 * @typedef {import('../../web/thread_plants.js').PlantPlace} PlantPlace
 * @typedef {import('../../web/manifest.js').Plant} Plant
 * @typedef {import('../../web/planter.js').Span} Span
 * @typedef {import('../../web/planter.js').Act} Act
 */
import { Clones } from './clones.js';
import { Companions } from './companions.js';
import { Modules } from './modules.js';

/**
 * @param {PlantPlace} place
 * @returns {Promise<Record<string, Act>>}
 */
export async function createActs(place) {
	const clones = new Clones(place);
	const modules = new Modules(place);
	const companions = new Companions(place);
	await Promise.all([clones.prepare(), modules.prepare(), companions.prepare()]);
	const sumsPerMs = trySums();
	const live = Array.from({ length: LIVE_OBJECTS }, (_, i) => ({ i, next: { i } }));
	return {
		spin: ({ ms }) => void sums(Math.round(ms * sumsPerMs)),
		gc: (plant) => collect(plant, live),
		storm,
		layout,
		wait,
		...clones.acts(),
		...modules.acts(),
		...companions.acts(),
		guest: ({ ms }) => void place.callGuest('workFor', ms),
		guest_gc: ({ ms }) => void place.callGuest('collectFor', ms),
		guest_storm: ({ ms }) => void place.callGuest('allocateFor', ms),
	};
}

/** Objects for V8's collector to look at; without them a full collection is over in a millisecond. */
const LIVE_OBJECTS = 100000;

const TRIAL_SUMS = 20000000;

/**
 * So much JavaScript, however long it takes: where others have the processor, it is not over when its time is.
 * @param {number} count
 * @returns {number}
 */
function sums(count) {
	let x = 0;
	for (let i = 0; i < count; i++)
		x += Math.sqrt(x + i);
	return x;
}

/** @returns {number} how many a millisecond has */
function trySums() {
	sums(TRIAL_SUMS);
	const begin = performance.now();
	sums(TRIAL_SUMS);
	return TRIAL_SUMS / (performance.now() - begin);
}

/**
 * --js-flags=--expose-gc gives the function.
 * @param {Plant} plant
 * @param {object[]} live
 */
function collect({ ms }, live) {
	const end = performance.now() + ms;
	do
		globalThis.gc();
	while (performance.now() < end && live.length > 0);
}

/** So many are kept that some survive a scavenge. */
const STORM_KEPT = 200000;

/** @param {Plant} plant */
function storm({ ms }) {
	const end = performance.now() + ms;
	let kept = [];
	while (performance.now() < end) {
		for (let i = 0; i < 500; i++)
			kept.push({ i, pair: [i, i] });
		if (kept.length > STORM_KEPT)
			kept = [];
	}
}

const ROWS = 800;

/**
 * Reading a size after each change of a style.
 * @param {Plant} plant
 */
function layout({ ms }) {
	const end = performance.now() + ms;
	const box = document.getElementById('planted') ?? addRows();
	for (let i = 0; performance.now() < end; i++) {
		box.style.width = `${300 + i % 50}px`;
		void box.offsetHeight;
	}
}

/** @returns {HTMLElement} */
function addRows() {
	const box = document.createElement('div');
	box.id = 'planted';
	for (let i = 0; i < ROWS; i++)
		box.append(Object.assign(document.createElement('div'), { textContent: `row ${i}` }));
	document.body.append(box);
	return box;
}

/** @param {Plant} plant */
function wait({ ms }) {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
