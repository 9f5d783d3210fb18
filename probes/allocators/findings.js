/**
 * What builds, TinyGo's own reports and a guest's end say of its allocator. Pure.
 *
 * @typedef {{exit_status: number | null, says: string, stderr: string}} Report
 */

/**
 * @param {Record<string, Report>} reports `tinygo info`, by target
 * @param {string} target
 * @returns {string} the target's default collector: "conservative"
 */
export function defaultCollector(reports, target) {
	const found = /^garbage collector:\s*(\S+)/m.exec(reports[target]?.says ?? '');
	if (!found)
		throw new Error(`tinygo info says nothing of the collector of ${target}`);
	return found[1];
}

/** @param {string} collector by TinyGo's word */
export function collectsNothing(collector) {
	return collector === 'none' || collector === 'leaking';
}

/** An import that starts a thread, by any proposal's name. */
const THREAD_IMPORT = /thread|worker|spawn/i;

/**
 * @param {{memories: {shared: boolean}[], imports: {module: string, name: string}[]}} wasm
 * @returns {boolean} whether the module could have threads at all
 */
export function hasThreads({ memories, imports }) {
	return memories.some(({ shared }) => shared) || imports.some(({ name }) => THREAD_IMPORT.test(name));
}

/**
 * @param {{imports: {module: string, name: string}[]}} wasm
 * @returns {boolean} whether a host that offers WASI and nothing else could run it
 */
export function needsOnlyWasi({ imports }) {
	return imports.every(({ module }) => module.startsWith('wasi_'));
}

/**
 * How a recursion ended.
 * @param {Object} end
 * @param {number | undefined} end.wrong bytes of its own frames that it did not find as it left them; undefined: it did not return
 * @param {number | null} end.damaged bytes of its neighbours; null: that could not be asked
 * @param {string} end.thrown
 * @param {string} end.panic the last line that it printed and that begins with "panic: "
 * @returns {'fine' | 'stack overflow' | 'another panic' | 'trap without a panic' | "the engine's stack ended" | 'silent corruption'}
 */
export function endOf({ wrong, damaged, thrown, panic }) {
	if (/stack overflow/.test(panic))
		return 'stack overflow';
	if (panic !== '')
		return 'another panic';
	if (thrown.startsWith('RangeError'))
		return "the engine's stack ended";
	if (thrown !== '')
		return 'trap without a panic';
	return wrong === 0 && damaged === 0 ? 'fine' : 'silent corruption';
}

/**
 * @param {string[]} lines that a guest printed
 * @returns {string} the last panic, or ""
 */
export function lastPanic(lines) {
	return lines.findLast((line) => line.startsWith('panic: ')) ?? '';
}

/**
 * Whether a program ended in a panic or a trap, and not by an exit of its own.
 * @param {{end: {thrown: string, printed: string[]}, text: string}} run text: what it wrote by WASI
 */
export function panicked({ end, text }) {
	return end.thrown.startsWith('RuntimeError') || lastPanic([...end.printed, ...text.split('\n')]) !== '';
}

const UNITS = /** @type {Record<string, number>} */ ({ '': 1, KB: 1024, MB: 1024 ** 2 });

/**
 * @param {string} option TinyGo's -stack-size: "64KB"
 * @returns {number} bytes
 */
export function stackBytes(option) {
	const found = /^(\d+)(KB|MB)?$/.exec(option);
	if (!found)
		throw new Error(`-stack-size=${option} is no size`);
	return Number(found[1]) * UNITS[found[2] ?? ''];
}
