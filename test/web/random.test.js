import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../web/random.js';

/** The rows of test/unit/base/rng_test.c: outputs of the C reference, version 1.1. */
const VECTORS = [
	{ state: [0, 1, 2, 3], draws: [5760, 17280, 2966400, 32451840, 2604340873, 3891234569, 1254043636, 216095511,
		3291724652, 2070429911] },
	{ state: [0x964D4A0C, 0xD40AB895, 0xAD7FDECB, 0x3006F0F0], draws: [0xF1391922, 0x6FE53806, 0xA5BE2840, 0xF510EE70] },
	{ state: [1, 2, 3, 4], draws: [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849,
		3729100597, 4258142804] },
	{ state: [0x907587c8, 0x1f413f0c, 0x617f7429, 0xe7ef450e], draws: [1007325374, 2843924331, 2637851286, 3644413143] },
];

for (const { state, draws } of VECTORS) {
	test(`draws of ${state}`, () => {
		const random = new Random(state);
		assert.deepEqual(draws.map(() => random.next()), draws);
	});
}

test('unit is the draw over 2^32', () => {
	const random = new Random([0, 1, 2, 3]);
	assert.equal(random.unit(), 5760 / 2 ** 32);
	assert.equal(random.unit(), 17280 / 2 ** 32);
});

test('an all-zero state is mapped as the daemon maps it', () => {
	const [zero, one] = [new Random([0, 0, 0, 0]), new Random([1, 0, 0, 0])];
	const draws = Array.from({ length: 20 }, () => zero.next());
	assert.deepEqual(draws, draws.map(() => one.next()));
	assert.ok(draws.some((draw) => draw !== 0));
});

test('below rejects the draws that would make small results likelier', () => {
	const bound = 0xC0000000; // 2^32 mod bound is a quarter of all draws
	const [random, raw] = [new Random([1, 2, 3, 4]), new Random([1, 2, 3, 4])];
	let rejected = 0;
	for (let i = 0; i < 1000; i++) {
		let draw = raw.next();
		for (; draw < 0x40000000; draw = raw.next())
			rejected++;
		assert.equal(random.below(bound), draw % bound);
	}
	assert.ok(rejected > 0);
});

test('below a bound of 1 draws nothing', () => {
	const [random, raw] = [new Random([1, 2, 3, 4]), new Random([1, 2, 3, 4])];
	assert.equal(random.below(1), 0);
	assert.equal(random.next(), raw.next());
});

test('a seed of the wrong length is refused', () => {
	assert.throws(() => new Random([1, 2, 3]), /a seed has 4 words, this one has 3/);
});
