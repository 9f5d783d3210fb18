import assert from 'node:assert/strict';
import test from 'node:test';

import { duringHash } from '../../../probes/worker-hash/answers.js';

const HASH = { beginMs: 1000, endMs: 1200 };

test('a message counts that was sent in the hash, and its answer if it was taken up before the end', () => {
	const exchanges = [
		{ sentMs: 990, takenMs: 1201, answeredMs: 1202 },
		{ sentMs: 1000.01, takenMs: 999.99, answeredMs: 1001 },
		{ sentMs: 1010, takenMs: 1203, answeredMs: 1210 },
		{ sentMs: 1100, takenMs: 1101, answeredMs: 1103 },
		{ sentMs: 1199, takenMs: 1204, answeredMs: 1205 },
		{ sentMs: 1201, takenMs: 1206, answeredMs: 1207 },
	];
	assert.deepEqual(duringHash(HASH, exchanges), { sent: 3, taken: 1, waitsMs: [200, 3, 6] });
});

test('without a message in the hash nothing can be said', () => {
	assert.deepEqual(duringHash(HASH, []), { sent: 0, taken: 0, waitsMs: [] });
});
