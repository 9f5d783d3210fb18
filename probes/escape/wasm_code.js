/**
 * Reads the code of a wasm module, function by function: as much of the binary format (WebAssembly Core Specification 2.0,
 * §5) as the two compilers write.
 *
 * @typedef {Object} Instruction
 * @property {number} op the opcode; of prefix 0xfc, 0xfc00 and the second
 * @property {number[]} values immediates that are indices or i32 constants
 */

export const OP = { call_indirect: 0x11, local_get: 0x20, local_set: 0x21, local_tee: 0x22, global_get: 0x23, global_set: 0x24,
	table_set: 0x26, i32_const: 0x41, i64_const: 0x42, i32_add: 0x6a, i32_sub: 0x6b };

/** How many LEB128 immediates an opcode has, where it is not none. @type {Record<number, number>} */
const IMMEDIATES = {
	0x02: 1, 0x03: 1, 0x04: 1, 0x0c: 1, 0x0d: 1, 0x10: 1, 0x11: 2, 0x20: 1, 0x21: 1, 0x22: 1, 0x23: 1, 0x24: 1, 0x25: 1, 0x26: 1,
	0x3f: 1, 0x40: 1, 0x41: 1, 0x42: 1, 0xd0: 1, 0xd2: 1,
	0xfc08: 2, 0xfc09: 1, 0xfc0a: 2, 0xfc0b: 1, 0xfc0c: 2, 0xfc0d: 1, 0xfc0e: 2, 0xfc0f: 1, 0xfc10: 1, 0xfc11: 1,
};

class Cursor {
	/**
	 * @param {Uint8Array} bytes
	 * @param {number} at
	 * @param {number} end
	 */
	constructor(bytes, at, end) {
		this.bytes = bytes;
		this.at = at;
		this.end = end;
	}

	byte() {
		if (this.at >= this.end)
			throw new Error('the module ends inside a value');
		return this.bytes[this.at++];
	}

	/** Unsigned LEB128; of more than 53 bits only the magnitude is right. */
	unsigned() {
		let value = 0;
		for (let scale = 1; ; scale *= 128) {
			const byte = this.byte();
			value += (byte & 127) * scale;
			if (byte < 128)
				return value;
		}
	}

	/** Signed LEB128, like the last. */
	signed() {
		let value = 0, scale = 1, byte;
		do {
			byte = this.byte();
			value += (byte & 127) * scale;
			scale *= 128;
		} while (byte >= 128);
		return byte & 64 ? value - scale : value;
	}

	/** @param {number} length */
	skip(length) {
		this.at += length;
	}

	text() {
		const length = this.unsigned();
		this.skip(length);
		return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
	}
}

/**
 * @param {Uint8Array} bytes of the module
 * @returns {{id: number, cursor: Cursor}[]}
 */
function sections(bytes) {
	const cursor = new Cursor(bytes, 8, bytes.length);
	const found = [];
	while (cursor.at < bytes.length) {
		const id = cursor.byte(), length = cursor.unsigned();
		found.push({ id, cursor: new Cursor(bytes, cursor.at, cursor.at + length) });
		cursor.skip(length);
	}
	return found;
}

/** @param {Cursor} cursor at an import section */
function countImportedFunctions(cursor) {
	let functions = 0;
	for (let left = cursor.unsigned(); left > 0; left--) {
		cursor.text();
		cursor.text();
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
 * @param {Cursor} cursor
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
 * @param {Cursor} cursor at a custom section
 * @returns {Map<number, string> | null} function names by index; null of another section
 */
function functionNames(cursor) {
	if (cursor.text() !== 'name')
		return null;
	const names = new Map();
	while (cursor.at < cursor.end) {
		const kind = cursor.byte(), length = cursor.unsigned(), end = cursor.at + length;
		if (kind === 1) {
			for (let left = cursor.unsigned(); left > 0; left--)
				names.set(cursor.unsigned(), cursor.text());
		}
		cursor.at = end;
	}
	return names;
}

/**
 * @param {Cursor} cursor at an instruction
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
 * @param {Cursor} cursor at a function's body
 * @returns {Instruction[]}
 */
function readBody(cursor) {
	for (let left = cursor.unsigned(); left > 0; left--) {
		cursor.unsigned();
		cursor.byte();
	}
	const instructions = [];
	while (cursor.at < cursor.end)
		instructions.push(readInstruction(cursor));
	return instructions;
}

/**
 * @param {Uint8Array} bytes of a module
 * @param {(name: string) => boolean} wanted
 * @returns {Map<string, Instruction[]>} by name
 */
export function readFunctions(bytes, wanted) {
	const all = sections(bytes);
	const imports = all.find(({ id }) => id === 2);
	const imported = imports ? countImportedFunctions(imports.cursor) : 0;
	const names = all.filter(({ id }) => id === 0).map(({ cursor }) => functionNames(cursor)).find((found) => found !== null);
	const code = all.find(({ id }) => id === 10);
	if (!names || !code)
		throw new Error('the module has no names or no code');
	const found = new Map();
	const { cursor } = code;
	for (let index = imported, left = cursor.unsigned(); left > 0; left--, index++) {
		const length = cursor.unsigned();
		const name = names.get(index);
		if (name !== undefined && wanted(name))
			found.set(name, readBody(new Cursor(bytes, cursor.at, cursor.at + length)));
		cursor.skip(length);
	}
	return found;
}
