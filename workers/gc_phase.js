/**
 * Follows the collections of a TinyGo guest. TinyGo's runtime neither counts nor announces them, so its build is
 * instrumented (orchestrator/guest/instrument.h): round each collection the module calls its own import
 * gojs "runtime.ticks" twice, while the exported global "wasmograph.phase" is 1 before the collection and 2 after it.
 */
export class GcPhase {
	/** Since the program started. */
	collections = 0;
	pauseMs = 0;
	/** @type {WebAssembly.Global | null} */
	#phase = null;
	#beganMs = 0;
	#onCollection;

	/** @param {(startMs: number, endMs: number) => void} onCollection */
	constructor(onCollection) {
		this.#onCollection = onCollection;
	}

	/**
	 * @param {Record<string, any>} importObject the glue's; its clock is replaced, where it has one
	 */
	watch(importObject) {
		const { gojs } = importObject;
		const ticks = gojs?.['runtime.ticks'];
		if (!ticks)
			return;
		gojs['runtime.ticks'] = () => {
			if (this.#phase !== null && this.#phase.value !== 0)
				this.#note(this.#phase.value);
			return ticks();
		};
	}

	/**
	 * @param {WebAssembly.Instance} instance before it runs
	 * @returns {boolean} whether its build is an instrumented one; else nothing is ever counted
	 */
	attach(instance) {
		const phase = instance.exports['wasmograph.phase'];
		if (!(phase instanceof WebAssembly.Global))
			return false;
		this.#phase = phase;
		return true;
	}

	/** @param {number} phase */
	#note(phase) {
		const now = performance.now();
		if (phase === 1) {
			this.#beganMs = now;
			return;
		}
		this.collections++;
		this.pauseMs += now - this.#beganMs;
		this.#onCollection(this.#beganMs, now);
	}
}
