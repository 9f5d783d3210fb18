/**
 * Chains of promises on the arm's thread, and Go's trace of its scheduler.
 *
 * @typedef {import('../../web/place.js').Place} Place
 */
const MARKS_APART_MS = 5;

/**
 * @param {Place} place
 * @param {'chain' | 'scheduler'} load
 */
export async function run(place, load) {
	const guest = place.manifest.guest ? /** @type {any} */ ((await place.startGuest()).object) : plainJavaScript();
	return load === 'scheduler' ? scheduler(place, guest)
		: { chains: await chains(place, guest), entries: place.manifest.guest ? await entries(place, guest) : null };
}

/** The same callbacks without Go. */
function plainJavaScript() {
	let last = 0;
	return {
		begin: () => { last = performance.now(); },
		step: (/** @type {number} */ depth) => {
			const resolved = performance.now();
			performance.measure('js_promise_resolve', { start: last, end: resolved, detail: { chain_depth: depth, delay_ms: resolved - last, goid: 0 } });
			last = performance.now();
		},
	};
}

/**
 * One chain of each depth; each of its callbacks leaves a measure.
 * @param {Place} place
 * @param {any} guest
 */
async function chains(place, guest) {
	for (let depth = 1; depth <= place.number('depth', 1); depth++) {
		guest.begin();
		let promise = Promise.resolve();
		for (let at = 1; at <= depth; at++)
			promise = promise.then(() => guest.step(at));
		await promise;
	}
	return performance.getEntriesByName('js_promise_resolve').map((entry) => /** @type {PerformanceMeasure} */ (entry).detail);
}

/**
 * How often Go is entered while promises are resolved whose callbacks are JavaScript's, and by one whose callback is Go's.
 * @param {Place} place
 * @param {any} guest
 */
async function entries(place, guest) {
	const prototype = globalThis.Go.prototype, resume = prototype._resume;
	let entered = 0;
	prototype._resume = function (/** @type {unknown[]} */ ...values) {
		entered++;
		return resume.apply(this, values);
	};
	try {
		let promise = Promise.resolve(0);
		for (let at = 0; at < place.number('depth', 1); at++)
			promise = promise.then((value) => value + 1);
		await promise;
		await Promise.reject(new Error('on purpose')).catch(() => {});
		const plain = entered;
		const woken = await Promise.resolve().then(() => ({ ready: guest.wake(), ran: /** @type {any} */ (globalThis).wokenGoroutines === 1 }));
		return { plain, callback: entered - plain, woken };
	} finally {
		prototype._resume = resume;
	}
}

/**
 * @param {Place} place
 * @param {any} guest
 */
async function scheduler(place, guest) {
	const error = guest.start();
	if (error !== '')
		return { error, bytes: null };
	for (let i = 0; i < place.number('marks', 2); i++) {
		guest.mark(i);
		await new Promise((resolve) => setTimeout(resolve, MARKS_APART_MS));
	}
	return { error, bytes: await new Promise((resolve) => guest.stop(resolve)) };
}
