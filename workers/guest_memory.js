const PAGE_BYTES = 64 * 1024, PAGE_MIB = 64 / 1024;

/** What allocators ask for at once: one page, an arena, a big arena. In pages of 64 KiB. */
const GROWTHS = [1, 16 / PAGE_MIB, 64 / PAGE_MIB];

/**
 * The linear memory that a module exports, whatever its name ("mem" in gc's modules, "memory" in TinyGo's and others).
 * @param {WebAssembly.Instance} instance
 * @returns {WebAssembly.Memory | null}
 */
export function exportedMemory(instance) {
	return Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory) ?? null;
}

/**
 * Whether a guest that was lost may have been lost for lack of memory. Asking is growing, so only the lost are asked.
 * @param {WebAssembly.Memory | null} memory
 * @returns {string} "; its memory of 496 MiB cannot grow by 16 MiB", to end a sentence about a lost guest; or ""
 */
export function memoryClue(memory) {
	if (memory === null)
		return '';
	const size = memory.buffer.byteLength / 2 ** 20;
	const refused = GROWTHS.find((pages) => !canGrow(memory, pages));
	return refused === undefined ? '' : `; its memory of ${size} MiB cannot grow by ${refused * PAGE_MIB} MiB`;
}

/**
 * @param {WebAssembly.Memory} memory
 * @param {number} pages
 */
function canGrow(memory, pages) {
	try {
		memory.grow(pages);
		return true;
	} catch {
		return false;
	}
}

/**
 * Gives a module the memory that it would else ask for little by little: an allocator that takes what it finds at its
 * start has it all.
 * @param {WebAssembly.Instance} instance whose program has not begun
 * @param {number} leastMb 10^6 bytes; 0: what the module itself begins with
 */
export function growBeforehand(instance, leastMb) {
	const memory = exportedMemory(instance);
	const missing = memory ? leastMb * 1e6 - memory.buffer.byteLength : 0;
	if (memory && missing > 0)
		memory.grow(Math.ceil(missing / PAGE_BYTES));
}
