const MIB = 1024 * 1024;

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
 * @returns {string} "; its memory of 1024 MiB cannot grow", to end a sentence about a lost guest; or ""
 */
export function memoryClue(memory) {
	if (memory === null)
		return '';
	const size = memory.buffer.byteLength;
	try {
		memory.grow(1);
		return '';
	} catch {
		return `; its memory of ${size / MIB} MiB cannot grow`;
	}
}
