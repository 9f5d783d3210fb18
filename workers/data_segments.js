/**
 * The data section of a module: where each segment goes, and how long it is. Pure.
 *
 * @typedef {Object} Segment
 * @property {number | null} offset where instantiation copies it to; null: passive, or an address that is no constant
 * @property {number} start of its bytes in the file
 * @property {number} bytes
 */
import { ByteReader } from './byte_reader.js';

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
	const reader = new ByteReader(new Uint8Array(buffer), 'the module', HEADER_BYTES);
	while (reader.more) {
		const id = reader.byte();
		const length = reader.unsigned();
		if (id === SECTION_DATA)
			return Array.from({ length: reader.unsigned() }, () => segment(reader));
		reader.skip(length);
	}
	return [];
}

/** @param {ByteReader} reader */
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

/** @param {ByteReader} reader */
function address(reader) {
	const constant = reader.byte() === I32_CONST;
	const value = reader.signed();
	if (reader.byte() !== END)
		throw new Error('a data segment has an address that is computed');
	return constant ? value >>> 0 : null;
}
