/**
 * Counts the guest's calls of its imports.
 */
export class Crossings {
	/** @type {Record<string, number>} by name */
	counts = {};

	/** @param {Record<string, any>} importObject of the glue; its functions are replaced */
	watch(importObject) {
		// TinyGo's glue has one object under two names.
		for (const module of new Set(Object.values(importObject))) {
			for (const [name, value] of Object.entries(module)) {
				if (typeof value === 'function')
					module[name] = this.#counted(name, value);
			}
		}
	}

	/**
	 * @param {string} name
	 * @param {(...values: any[]) => any} call
	 */
	#counted(name, call) {
		return (/** @type {any[]} */ ...values) => {
			this.counts[name] = (this.counts[name] ?? 0) + 1;
			return call(...values);
		};
	}

	/** @returns {number} those of package syscall/js: clocks and timers are the scheduler's */
	get js() {
		return Object.entries(this.counts).reduce((sum, [name, count]) => sum + (name.startsWith('syscall/js.') ? count : 0), 0);
	}

	reset() {
		this.counts = {};
	}
}

/**
 * Whether a module's name section holds a function's name.
 * @param {WebAssembly.Module} module
 * @param {string} name
 * @returns {boolean | null} null without such a section
 */
export function namesFunction(module, name) {
	const [section] = WebAssembly.Module.customSections(module, 'name');
	return section ? new TextDecoder('latin1').decode(section).includes(name) : null;
}
