/**
 * What compilers say of functions' variables, and what the article's reading of their disassembly says.
 *
 * @typedef {import('./wasm_code.js').Instruction} Instruction
 */
import { OP, isLoad } from './wasm_code.js';

/** Both compilers keep the stack pointer in their first global: cmd/internal/obj/wasm, wasm-ld's __stack_pointer. */
const STACK_POINTER = 0;

/**
 * @param {string} source of Go functions
 * @param {RegExp} wanted of their names
 * @returns {{name: string, from: number, to: number}[]} lines, from 1
 */
export function functionLines(source, wanted) {
	const lines = source.split('\n');
	/** @type {{name: string, from: number, to: number}[]} */
	const found = [];
	lines.forEach((line, i) => {
		const name = /^func (\w+)\(/.exec(line)?.[1];
		if (!name || !wanted.test(name))
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

/** @param {Instruction} instruction */
const setsGlobal = ({ op }) => op === OP.global_set;
/** @param {Instruction} instruction */
const setsTable = ({ op }) => op === OP.table_set;
/** @param {Instruction} instruction */
const setsStackPointer = ({ op, values }) => op === OP.global_set && values[0] === STACK_POINTER;

/**
 * What the article takes for evidence of an escape. Of "global.set or table.set" it does not say which globals.
 * @type {Record<string, (code: Instruction[]) => boolean>} by name
 */
export const SIGNS = {
	set: (code) => code.some((one) => setsGlobal(one) || setsTable(one)),
	set_beside_stack_pointer: (code) => code.some((one) => setsGlobal(one) && !setsStackPointer(one) || setsTable(one)),
	call_indirect: (code) => code.some(({ op }) => op === OP.call_indirect),
	load_by_local: (code) => code.some((one, at) => at > 0 && isLoad(one) && [OP.local_get, OP.local_tee].includes(code[at - 1].op)),
};

/**
 * By how many bytes each write of the stack pointer moves it, in the code's order: what comes from a constant that is added or
 * subtracted. A negative constant that is added moves down, too.
 * @param {Instruction[]} code
 * @returns {number[]} > 0: upwards
 */
export function stackMoves(code) {
	return code.flatMap((one, at) => {
		if (!setsStackPointer(one))
			return [];
		const sum = sourceOf(code, at - 1), constant = code[sum - 1];
		if (![OP.i32_add, OP.i32_sub].includes(code[sum]?.op) || constant?.op !== OP.i32_const)
			return [];
		return [code[sum].op === OP.i32_add ? constant.values[0] : -constant.values[0]];
	});
}

/**
 * Where a value comes from that an instruction leaves: what only keeps it in a local as well is passed over.
 * @param {Instruction[]} code
 * @param {number} at
 * @returns {number}
 */
function sourceOf(code, at) {
	if (code[at]?.op === OP.local_tee)
		return sourceOf(code, at - 1);
	const kept = code[at]?.op === OP.local_get && code[at - 1]?.op === OP.local_set && code[at].values[0] === code[at - 1].values[0];
	return kept ? sourceOf(code, at - 2) : at;
}

/**
 * Which way a function makes room on the stack: it makes it before it takes it back. One that only takes back (a return
 * address that its caller left) or only pushes (one before a call) has no frame of its own.
 * @param {Instruction[]} code
 * @returns {'up' | 'down' | 'none'}
 */
export function roomGrows(code) {
	const moves = stackMoves(code);
	if (!moves.some((bytes) => bytes > 0) || !moves.some((bytes) => bytes < 0))
		return 'none';
	return moves[0] > 0 ? 'up' : 'down';
}

/**
 * The article's four instructions, on any local: local.get x, i32.const n, i32.add, local.set x.
 * @param {Instruction[]} code
 */
export function hasPrintedPattern(code) {
	return code.some(({ op, values }, at) => op === OP.local_set && at >= 3 && code[at - 1].op === OP.i32_add
		&& code[at - 2].op === OP.i32_const && code[at - 2].values[0] > 0
		&& code[at - 3].op === OP.local_get && code[at - 3].values[0] === values[0]);
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

const ENOUGH = 0.8;

/**
 * @param {Map<string, boolean>} truth
 * @param {Map<string, boolean>} said
 */
export function score(truth, said) {
	let right = 0, claimed = 0, real = 0;
	for (const [name, is] of truth) {
		right += is && said.get(name) ? 1 : 0;
		claimed += said.get(name) ? 1 : 0;
		real += is ? 1 : 0;
	}
	return { right, claimed, real, of: truth.size, precision: claimed ? right / claimed : null, recall: real ? right / real : null,
		works: wilsonLow(right, claimed) > ENOUGH && wilsonLow(right, real) > ENOUGH };
}
