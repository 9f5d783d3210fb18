/**
 * xoshiro128** 1.1: the twin of orchestrator/base/rng.c and of the guests' generators, so that
 * page, daemon and guest draw the same numbers from the same four words.
 */
export class Random {
	/** @type {Uint32Array} */
	#state;

	/**
	 * @param {ArrayLike<number>} words the state: four unsigned 32-bit words, as the manifest's seeds
	 *   give them; all zero would stay zero for ever and becomes 1, 0, 0, 0
	 */
	constructor(words) {
		if (words.length !== 4)
			throw new RangeError(`a seed has 4 words, this one has ${words.length}`);
		this.#state = Uint32Array.from(words);
		if (this.#state.every((word) => word === 0))
			this.#state[0] = 1;
	}

	/** @returns {number} the next draw, 0 … 2^32−1 */
	next() {
		const s = this.#state;
		const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
		const t = s[1] << 9;
		s[2] ^= s[0];
		s[3] ^= s[1];
		s[1] ^= s[2];
		s[0] ^= s[3];
		s[2] ^= t;
		s[3] = rotateLeft(s[3], 11);
		return result;
	}

	/** @returns {number} uniform on [0, 1), in steps of 2^-32 */
	unit() {
		return this.next() / 0x100000000;
	}

	/**
	 * Uniform without modulo bias, by the same rejection as rng_below().
	 * @param {number} bound 1 … 2^32−1
	 * @returns {number} 0 … bound−1; bound 1 draws nothing
	 */
	below(bound) {
		if (bound < 2)
			return 0;
		const least = 0x100000000 % bound;
		let draw = this.next();
		while (draw < least)
			draw = this.next();
		return draw % bound;
	}
}

/**
 * @param {number} x
 * @param {number} bits 1 … 31
 * @returns {number} signed 32-bit
 */
function rotateLeft(x, bits) {
	return (x << bits) | (x >>> (32 - bits));
}
