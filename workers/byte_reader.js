/**
 * Reads bytes of a known order from the first to the last: numbers as LEB128 has them (WebAssembly's binary format,
 * Go's traces, and protobuf's varints are all written so), and stretches of so many bytes. Pure.
 *
 * A probe's part imports this at run time and hands a reader to the files of its folder.
 */
export class ByteReader {
	#bytes;
	#what;
	#end;

	/**
	 * @param {Uint8Array} bytes
	 * @param {string} what they are, for errors: "the module"
	 * @param {number} [at] where reading begins
	 * @param {number} [end] where it has to stop
	 */
	constructor(bytes, what, at = 0, end = bytes.length) {
		this.#bytes = bytes;
		this.#what = what;
		this.#end = end;
		/** Where the next byte stands, among all the bytes that there are. */
		this.at = at;
	}

	/** Whether there is another byte. */
	get more() {
		return this.at < this.#end;
	}

	/** The next byte, which stays to be read; undefined where there is none. */
	get next() {
		return this.more ? this.#bytes[this.at] : undefined;
	}

	byte() {
		if (!this.more)
			throw new Error(`${this.#what} ends inside a value`);
		return this.#bytes[this.at++];
	}

	/** Unsigned LEB128; beyond 2^53 the last digits are lost. */
	unsigned() {
		return this.#leb().value;
	}

	/** Signed LEB128, likewise. */
	signed() {
		const { value, scale, negative } = this.#leb();
		return negative ? value - scale : value;
	}

	/**
	 * @param {number} length
	 * @returns {Uint8Array} the next bytes, which are behind us then
	 */
	take(length) {
		const from = this.at;
		this.skip(length);
		return this.#bytes.subarray(from, this.at);
	}

	/**
	 * @param {number} length
	 * @returns {ByteReader} of the next bytes alone, which are behind us then
	 */
	part(length) {
		const from = this.at;
		this.skip(length);
		return new ByteReader(this.#bytes, this.#what, from, this.at);
	}

	/** @param {number} length */
	skip(length) {
		if (this.at + length > this.#end)
			throw new Error(`${this.#what} ends inside a stretch of ${length} bytes`);
		this.at += length;
	}

	/** @param {number} length of the UTF-8 */
	text(length) {
		return new TextDecoder().decode(this.take(length));
	}

	/** By multiplication: a shift would be of 32 bits. */
	#leb() {
		let value = 0;
		for (let scale = 128; ; scale *= 128) {
			const byte = this.byte();
			value += (byte & 0x7f) * (scale / 128);
			if (byte < 128)
				return { value, scale, negative: (byte & 0x40) !== 0 };
		}
	}
}
