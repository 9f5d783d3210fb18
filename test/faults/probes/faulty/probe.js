/**
 * The null probe with a page that misbehaves on command: parameter `fault` says how, inside the window. Each arm
 * has one, so that a run can hold a faulty arm and a sound one side by side.
 *
 * @typedef {import('../../../../web/context.js').Harness} Harness
 */

/** @param {string} file beside this one */
function startWorker(file) {
	return new Worker(new URL(file, import.meta.url), { type: 'module' });
}

function forEver() {
	return new Promise(() => {});
}

/** None of them ends, each in its own way. @type {Record<string, () => Promise<unknown>>} */
const FAULTS = {
	'page-loops': async () => {
		for (;;);
	},
	'worker-loops': () => {
		startWorker('./loop.js');
		return forEver();
	},
	'waits': forEver,
	'page-heap': async () => {
		await import('./hoard.js');
		return forEver();
	},
	'worker-heap': () => {
		startWorker('./hoard.js');
		return forEver();
	},
	// Beside the heap, which has its own limit: only the machine's memory, or a cgroup's, ends it.
	'buffers': async () => {
		for (const kept = [];; await new Promise((resolve) => setTimeout(resolve)))
			kept.push(new Uint8Array(16 << 20).fill(1));
	},
};

/** @param {Harness} harness */
export async function prepare(harness) {
	await harness.latency.start();
	await harness.latency.warmUp();
}

/** @param {Harness} harness */
export async function measure(harness) {
	const fault = String(harness.manifest.parameters.fault);
	if (fault !== 'none')
		await FAULTS[fault]();
	return harness.latency.run();
}

/** @param {Harness} harness */
export async function finish(harness) {
	await new Promise((resolve) => setTimeout(resolve, Number(harness.manifest.parameters.finish_ms)));
	return harness.latency.upload();
}
