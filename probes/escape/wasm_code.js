/**
 * Reads the code of a wasm module, function by function: as much of the binary format (WebAssembly Core Specification 2.0,
 * §5) as the two compilers write.
 *
 * @typedef {import('../../workers/byte_reader.js').ByteReader} ByteReader
 * @typedef {Object} Instruction
 * @property {number} op the opcode; of prefix 0xfc, 0xfc00 and the second
 * @property {number[]} values immediates that are indices or i32 constants
 */

const HEADER_BYTES = 8;

export const OP = { call_indirect: 0x11, local_get: 0x20, local_set: 0x21, local_tee: 0x22, global_get: 0x23, global_set: 0x24,
	table_set: 0x26, i32_const: 0x41, i64_const: 0x42, i32_add: 0x6a, i32_sub: 0x6b };

const FIRST_LOAD = 0x28, LAST_LOAD = 0x35;

/** @param {Instruction} instruction of any type and size */
export function isLoad({ op }) {
	return op >= FIRST_LOAD && op <= LAST_LOAD;
}

/** How many LEB128 immediates an opcode has, where it is not none. @type {Record<number, number>} */
const IMMEDIATES = {
	0x02: 1, 0x03: 1, 0x04: 1, 0x0c: 1, 0x0d: 1, 0x10: 1, 0x11: 2, 0x20: 1, 0x21: 1, 0x22: 1, 0x23: 1, 0x24: 1, 0x25: 1, 0x26: 1,
	0x3f: 1, 0x40: 1, 0x41: 1, 0x42: 1, 0xd0: 1, 0xd2: 1,
	0xfc08: 2, 0xfc09: 1, 0xfc0a: 2, 0xfc0b: 1, 0xfc0c: 2, 0xfc0d: 1, 0xfc0e: 2, 0xfc0f: 1, 0xfc10: 1, 0xfc11: 1,
};

/**
 * @param {ByteReader} module
 * @returns {{id: number, cursor: ByteReader}[]}
 */
function sections(module) {
	module.skip(HEADER_BYTES);
	const found = [];
	while (module.more) {
		const id = module.byte();
		found.push({ id, cursor: module.part(module.unsigned()) });
	}
	return found;
}

/** @param {ByteReader} cursor at an import section */
function countImportedFunctions(cursor) {
	let functions = 0;
	for (let left = cursor.unsigned(); left > 0; left--) {
		cursor.skip(cursor.unsigned());
		cursor.skip(cursor.unsigned());
		const kind = cursor.byte();
		functions += kind === 0 ? 1 : 0;
		if (kind === 0)
			cursor.unsigned();
		else if (kind === 3)
			cursor.skip(2);
		else
			skipLimits(cursor, kind === 1);
	}
	return functions;
}

/**
 * @param {ByteReader} cursor
 * @param {boolean} table whose element type comes first
 */
function skipLimits(cursor, table) {
	cursor.skip(table ? 1 : 0);
	const flags = cursor.byte();
	cursor.unsigned();
	if (flags & 1)
		cursor.unsigned();
}

/**
 * @param {ByteReader} cursor at a custom section
 * @returns {Map<number, string> | null} function names by index; null of another section
 */
function functionNames(cursor) {
	if (cursor.text(cursor.unsigned()) !== 'name')
		return null;
	const names = new Map();
	while (cursor.more) {
		const kind = cursor.byte(), part = cursor.part(cursor.unsigned());
		for (let left = kind === 1 ? part.unsigned() : 0; left > 0; left--)
			names.set(part.unsigned(), part.text(part.unsigned()));
	}
	return names;
}

/**
 * @param {ByteReader} cursor at an instruction
 * @returns {Instruction}
 */
function readInstruction(cursor) {
	const first = cursor.byte();
	const op = first === 0xfc ? 0xfc00 + cursor.unsigned() : first;
	if (op === 0x0e || op === 0x1c) {
		for (let left = cursor.unsigned() + (op === 0x0e ? 1 : 0); left > 0; left--)
			cursor.unsigned();
	} else if (op >= 0x28 && op <= 0x3e) {
		return { op, values: [cursor.unsigned(), cursor.unsigned()] };
	} else if (op === 0x43 || op === 0x44) {
		cursor.skip(op === 0x43 ? 4 : 8);
	}
	const signed = op === OP.i32_const || op === OP.i64_const || op <= 0x04;
	return { op, values: Array.from({ length: IMMEDIATES[op] ?? 0 }, () => (signed ? cursor.signed() : cursor.unsigned())) };
}

/**
 * @param {ByteReader} cursor at a function's body
 * @returns {Instruction[]}
 */
function readBody(cursor) {
	for (let left = cursor.unsigned(); left > 0; left--) {
		cursor.unsigned();
		cursor.byte();
	}
	const instructions = [];
	while (cursor.more)
		instructions.push(readInstruction(cursor));
	return instructions;
}

/**
 * @param {ByteReader} module
 * @param {(name: string) => boolean} wanted
 * @returns {Map<string, Instruction[]>} by name
 */
export function readFunctions(module, wanted) {
	const all = sections(module);
	const imports = all.find(({ id }) => id === 2);
	const imported = imports ? countImportedFunctions(imports.cursor) : 0;
	const names = all.filter(({ id }) => id === 0).map(({ cursor }) => functionNames(cursor)).find((found) => found !== null);
	const code = all.find(({ id }) => id === 10);
	if (!names || !code)
		throw new Error('the module has no names or no code');
	const found = new Map();
	const { cursor } = code;
	for (let index = imported, left = cursor.unsigned(); left > 0; left--, index++) {
		const body = cursor.part(cursor.unsigned()), name = names.get(index);
		if (name !== undefined && wanted(name))
			found.set(name, readBody(body));
	}
	return found;
}
