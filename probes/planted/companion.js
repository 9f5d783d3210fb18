/** A worker beside the parties that keeps the browser's own threads busy when it is asked. */
import { hotModule } from './wasm.js';

/** In each module; the background compiler takes milliseconds for a loop of so many operations. */
const HOT_FUNCTIONS = 8, HOT_ADDITIONS = 2000, ROUNDS = 3000;

let modules = 0;

/** @type {Record<string, (ms: number) => void>} */
const acts = {
	start: () => {},
	crowd: (ms) => {
		const end = performance.now() + ms;
		let x = 0;
		while (performance.now() < end)
			x += Math.sqrt(x + 1);
	},
	tier_up: (ms) => {
		const end = performance.now() + ms;
		while (performance.now() < end) {
			runHot(end);
			globalThis.gc();
		}
	},
};

/** @param {number} end */
function runHot(end) {
	// Another number of operations each time: code that was compiled before would not be compiled again.
	const module = new WebAssembly.Module(hotModule(HOT_FUNCTIONS, HOT_ADDITIONS + modules++));
	const functions = /** @type {Record<string, (rounds: number) => number>} */ (new WebAssembly.Instance(module).exports);
	for (let i = 0; i < HOT_FUNCTIONS && performance.now() < end; i++)
		functions[`f${i}`](ROUNDS);
}

/** @param {MessageEvent<{act: string, ms: number}>} event */
onmessage = ({ data: { act, ms } }) => {
	const begin = performance.now();
	acts[act](ms);
	postMessage({ begin, end: performance.now(), timeOrigin: performance.timeOrigin });
};
