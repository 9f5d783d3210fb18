/**
 * The guest of probe ping in plain JavaScript: an ES module that exports init, step, result and answer
 * (docs/PROBES.md, "Guests"). The loads are defined in orchestrator/probe/workload.h; everything that is not the
 * load itself is in init.
 *
 * SHA-256 is written out here: crypto.subtle would hash on another thread, and in native code.
 */

const NODES = 100000;
const RECENT = 256;
const DIGEST_START = 0x811c9dc5;
const MIX_FACTOR = 0x9e3779b1;

/** @typedef {{step(): void, digest: number, objects: number, bytes: number}} Load */

/** @param {number} x @param {number} bits */
const rotl = (x, bits) => (x << bits) | (x >>> (32 - bits));

/** @param {number} digest @param {number} x */
const mix = (digest, x) => Math.imul(rotl(digest, 5) ^ x, MIX_FACTOR) >>> 0;

/** xoshiro128** 1.1 (Blackman & Vigna), the twin of orchestrator/base/rng.h. */
class Random {
	/** @param {number[]} words */
	constructor(words) {
		this.s = Uint32Array.from(words);
	}

	/** @returns {number} 0 … 2^32 − 1 */
	next() {
		const s = this.s;
		const result = Math.imul(rotl(Math.imul(s[1], 5), 7), 9) >>> 0;
		const t = s[1] << 9;
		s[2] ^= s[0];
		s[3] ^= s[1];
		s[1] ^= s[2];
		s[0] ^= s[3];
		s[2] ^= t;
		s[3] = rotl(s[3], 11);
		return result;
	}

	/** @returns {number} a draw with its top bit set: what fills memory (workload.h says why) */
	nextFilling() {
		return (this.next() | 0x80000000) >>> 0;
	}
}

class Idle {
	digest = DIGEST_START;
	objects = 0;
	bytes = 0;

	step() {}
}

class RingNode {
	/** @param {number} value */
	constructor(value) {
		this.value = value;
		/** @type {RingNode} */
		this.next = this;
	}
}

/** @param {Random} random */
function newRing(random) {
	const first = new RingNode(random.nextFilling());
	let last = first;
	for (let i = 1; i < NODES; i++) {
		last.next = new RingNode(random.nextFilling());
		last = last.next;
	}
	last.next = first;
	return first;
}

/** Allocates beside a live heap of linked nodes. */
class Churn {
	digest = DIGEST_START;
	objects = 0;
	bytes = 0;

	/** @param {Random} random @param {number} stepBytes */
	constructor(random, stepBytes) {
		this.random = random;
		this.stepBytes = stepBytes;
		this.cursor = newRing(random);
		/** @type {(Uint8Array | null)[]} */
		this.newest = new Array(RECENT).fill(null);
	}

	allocate() {
		const draw = this.random.next();
		const size = 64 + (draw & 0x3f8);
		const object = new Uint8Array(size);
		object[0] = draw;
		object[size - 1] = (draw >>> 8) | 128;
		const slot = this.objects % RECENT;
		const replaced = this.newest[slot];
		this.newest[slot] = object;
		this.digest = mix(this.digest, size ^ this.cursor.value ^ (replaced ? replaced[0] : 0));
		this.cursor = this.cursor.next;
		this.objects++;
		this.bytes += size;
	}

	step() {
		const end = this.bytes + this.stepBytes;
		while (this.bytes < end) this.allocate();
	}
}

/** FIPS 180-4 §4.2.2: the first 32 bits of the fractions of the cube roots of the first 64 primes. */
const K = Int32Array.of(
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);

const SQUARE_ROOTS = [
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/** One block of FIPS 180-4 §6.2.2. @param {Int32Array} h @param {Int32Array} w @param {Uint8Array} bytes @param {number} at */
function compress(h, w, bytes, at) {
	for (let t = 0; t < 16; t++, at += 4) {
		w[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
	}
	for (let t = 16; t < 64; t++) {
		const x = w[t - 15];
		const y = w[t - 2];
		const s0 = rotl(x, 25) ^ rotl(x, 14) ^ (x >>> 3);
		const s1 = rotl(y, 15) ^ rotl(y, 13) ^ (y >>> 10);
		w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
	}
	// Index by index: taking an array apart by its iterator costs more than a round.
	let a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
	for (let t = 0; t < 64; t++) {
		const s1 = rotl(e, 26) ^ rotl(e, 21) ^ rotl(e, 7);
		const t1 = (k + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
		const s0 = rotl(a, 30) ^ rotl(a, 19) ^ rotl(a, 10);
		const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
		k = g;
		g = f;
		f = e;
		e = (d + t1) | 0;
		d = c;
		c = b;
		b = a;
		a = (t1 + t2) | 0;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
	h[5] += f;
	h[6] += g;
	h[7] += k;
}

/** The last bytes with FIPS 180-4's padding. @param {Uint8Array} bytes @param {number} at */
function lastBlocks(bytes, at) {
	const left = bytes.length - at;
	const tail = new Uint8Array(left < 56 ? 64 : 128);
	tail.set(bytes.subarray(at));
	tail[left] = 0x80;
	const view = new DataView(tail.buffer);
	view.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
	view.setUint32(tail.length - 4, (bytes.length << 3) >>> 0);
	return tail;
}

/** @param {Uint8Array} bytes @returns {Int32Array} the digest as eight big-endian words */
export function sha256(bytes) {
	const h = Int32Array.from(SQUARE_ROOTS);
	const w = new Int32Array(64);
	let at = 0;
	for (; at + 64 <= bytes.length; at += 64) compress(h, w, bytes, at);
	const tail = lastBlocks(bytes, at);
	for (let i = 0; i < tail.length; i += 64) compress(h, w, tail, i);
	return h;
}

/** Writes a word little-endian, as much of it as fits. @param {Uint8Array} bytes @param {number} at @param {number} word */
function putWord(bytes, at, word) {
	for (let i = 0; i < 4 && at + i < bytes.length; i++) bytes[at + i] = word >>> (8 * i);
}

/** @param {number} x */
const swapBytes = (x) =>
	((x & 0xff) << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);

/** Takes SHA-256 of one buffer over and over: long steps that hardly allocate. */
class Hash {
	digest = DIGEST_START;
	objects = 0;
	bytes = 0;
	done = 0;

	/** @param {Random} random @param {number} size */
	constructor(random, size) {
		this.buffer = new Uint8Array(size);
		for (let i = 0; i < size; i += 4) putWord(this.buffer, i, random.nextFilling());
	}

	step() {
		putWord(this.buffer, 0, this.done);
		this.done++;
		this.digest = mix(this.digest, swapBytes(sha256(this.buffer)[0]));
		this.bytes += this.buffer.length;
	}
}

/** @param {string} name @param {Random} random @param {number} size @returns {Load} */
function newLoad(name, random, size) {
	if (name === 'idle') return new Idle();
	if (name === 'churn') return new Churn(random, size);
	if (name === 'hash') return new Hash(random, size);
	throw new Error(`guest ping does not know the load ${name}`);
}

/** @type {Load} */
let load = new Idle();
let steps = 0;

/**
 * @param {string} name
 * @param {number} w0 @param {number} w1 @param {number} w2 @param {number} w3 words of the load's seed
 * @param {number} size bytes of a step
 */
export function init(name, w0, w1, w2, w3, size) {
	load = newLoad(name, new Random([w0, w1, w2, w3]), size);
	steps = 0;
}

export function step() {
	load.step();
	steps++;
}

/** A page cannot see its engine's collections; a trace can. */
export function result() {
	return { steps, digest: load.digest, objects: load.objects, bytes: load.bytes };
}

/**
 * Answers a sample, where the guest is the responder.
 * @param {number} index @param {(index: number) => void} reply
 */
export function answer(index, reply) {
	reply(index);
}
