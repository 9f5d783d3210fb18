/**
 * What compilers say of functions' variables, and what the article's reading of their disassembly says.
 *
 * @typedef {import('./wasm_code.js').Instruction} Instruction
 */
import { OP } from './wasm_code.js';

/** Both compilers keep the stack pointer in their first global: cmd/internal/obj/wasm, wasm-ld's __stack_pointer. */
const STACK_POINTER = 0;
/** Between the arithmetic on a stack pointer and the write of it. */
const NEAR = 6;

/**
 * @param {string} source of Go functions that begin with "stay" or "escape"
 * @returns {{name: string, from: number, to: number}[]} lines, from 1
 */
export function functionLines(source) {
	const lines = source.split('\n');
	/** @type {{name: string, from: number, to: number}[]} */
	const found = [];
	lines.forEach((line, i) => {
		const name = /^func ((?:stay|escape)\w+)\(/.exec(line)?.[1];
		if (!name)
			return;
		const end = line.endsWith('}') ? i : lines.findIndex((text, k) => k > i && text === '}');
		found.push({ name, from: i + 1, to: end + 1 });
	});
	return found;
}

/**
 * Which functions have something on the heap, by `go build -gcflags=-m` or `tinygo build -print-allocs`.
 * @param {string} report the compiler's words
 * @param {string} file
 * @param {{name: string, from: number, to: number}[]} functions
 * @returns {Map<string, boolean>} by name
 */
export function reportedEscapes(report, file, functions) {
	const heap = report.split('\n').flatMap((line) => {
		const found = new RegExp(`${file}:(\\d+):\\d+: (?:moved to heap|.* escapes to heap|object allocated on the heap)`).exec(line);
		return found ? [Number(found[1])] : [];
	});
	return new Map(functions.map(({ name, from, to }) => [name, heap.some((line) => line >= from && line <= to)]));
}

/**
 * The article's evidence of an escape: "global.set or table.set". Which globals, it does not say.
 * @param {Instruction[]} code
 * @param {boolean} others only globals beside the stack pointer count
 */
export function looksEscaped(code, others) {
	return code.some(({ op, values }) => op === OP.table_set || (op === OP.global_set && (!others || values[0] !== STACK_POINTER)));
}

/**
 * How a function makes room on the stack: by what its first write of the stack pointer comes from.
 * @param {Instruction[]} code
 * @returns {'add' | 'sub' | 'other' | 'none'}
 */
export function roomMadeBy(code) {
	const at = code.findIndex(({ op, values }) => op === OP.global_set && values[0] === STACK_POINTER);
	if (at < 0)
		return 'none';
	const before = code.slice(Math.max(0, at - NEAR), at).findLast(({ op }) => op === OP.i32_add || op === OP.i32_sub);
	return before === undefined ? 'other' : before.op === OP.i32_add ? 'add' : 'sub';
}

/**
 * The lower end of Wilson's 95 % interval of k of n.
 * @param {number} k
 * @param {number} n
 */
export function wilsonLow(k, n) {
	const z = 1.959964, p = k / n;
	return n === 0 ? 0 : (p + z * z / (2 * n) - z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n);
}

/**
 * @param {Map<string, boolean>} truth
 * @param {Map<string, boolean>} said
 */
export function score(truth, said) {
	let right = 0, claimed = 0, real = 0;
	for (const [name, escapes] of truth) {
		right += escapes && said.get(name) ? 1 : 0;
		claimed += said.get(name) ? 1 : 0;
		real += escapes ? 1 : 0;
	}
	return { right, claimed, real, precision: claimed ? right / claimed : 0, recall: real ? right / real : 0,
		works: wilsonLow(right, claimed) > 0.8 && wilsonLow(right, real) > 0.8 };
}
