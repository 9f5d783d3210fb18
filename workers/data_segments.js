/**
 * The data section of a module: where each segment goes, and how long it is. Pure.
 *
 * @typedef {Object} Segment
 * @property {number | null} offset where instantiation copies it to; null: passive, or an address that is no constant
 * @property {number} start of its bytes in the file
 * @property {number} bytes
 */

const HEADER_BYTES = 8;
const SECTION_DATA = 11;
const PASSIVE = 1;
const WITH_MEMORY = 2;
const I32_CONST = 0x41;
const END = 0x0b;

/**
 * @param {ArrayBuffer} buffer a whole module
 * @returns {Segment[]}
 */
export function dataSegments(buffer) {
	const reader = new Reader(new Uint8Array(buffer), HEADER_BYTES);
	while (reader.at < buffer.byteLength) {
		const id = reader.byte();
		const length = reader.unsigned();
		if (id === SECTION_DATA)
			return Array.from({ length: reader.unsigned() }, () => segment(reader));
		reader.skip(length);
	}
	return [];
}

/** @param {Reader} reader */
function segment(reader) {
	const flags = reader.unsigned();
	if (flags === WITH_MEMORY)
		reader.unsigned();
	const offset = flags === PASSIVE ? null : address(reader);
	const bytes = reader.unsigned();
	const start = reader.at;
	reader.skip(bytes);
	return { offset, start, bytes };
}

/** @param {Reader} reader */
function address(reader) {
	const constant = reader.byte() === I32_CONST;
	const value = reader.signed();
	if (reader.byte() !== END)
		throw new Error('a data segment has an address that is computed');
	return constant ? value >>> 0 : null;
}

/** LEB128, as the binary format of WebAssembly has it. */
class Reader {
	#bytes;

	/**
	 * @param {Uint8Array} bytes
	 * @param {number} at
	 */
	constructor(bytes, at) {
		this.#bytes = bytes;
		this.at = at;
	}

	byte() {
		if (this.at >= this.#bytes.length)
			throw new Error('the module ends within its data section');
		return this.#bytes[this.at++];
	}

	/** @param {number} count */
	skip(count) {
		this.at += count;
	}

	unsigned() {
		return this.#leb().value >>> 0;
	}

	signed() {
		const { value, bits, last } = this.#leb();
		return bits < 32 && last & 0x40 ? value | -1 << bits : value;
	}

	#leb() {
		let value = 0;
		let bits = 0;
		for (;;) {
			const last = this.byte();
			value |= (last & 0x7f) << bits;
			bits += 7;
			if (!(last & 0x80))
				return { value, bits, last };
		}
	}
}
