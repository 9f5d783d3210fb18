import assert from 'node:assert/strict';
import test from 'node:test';

import { isFlat } from '../../../probes/payload/flat.js';

test('time is flat that does not grow as bytes do', () => {
	assert.equal(isFlat(0.05, 0.06), true);
	assert.equal(isFlat(0.05, 0.1), false);
	assert.equal(isFlat(0.01, 1.28), false);
});

test("what is shorter than the clock's grain is as good as the grain", () => {
	assert.equal(isFlat(0, 0.005), true);
	assert.equal(isFlat(0, 0.009), true);
	assert.equal(isFlat(0, 0.011), false);
});
