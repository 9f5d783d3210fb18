import assert from 'node:assert/strict';
import test from 'node:test';

import { allBytes, freeBytes, readBlocks, scatteredFree, Watch } from '../../../probes/fragmentation/blocks.js';
import { countNodes, holdsText, publishedScript, statesTotalSize } from '../../../probes/fragmentation/snapshot.js';

/**
 * A memory of one page with TinyGo's states at its end.
 * @param {number} heapBase
 * @param {[number, number][]} states block and state; all others are free
 */
function memoryOf(heapBase, states) {
	const buffer = new ArrayBuffer(65536), bytes = new Uint8Array(buffer);
	const stateBytes = Math.floor((buffer.byteLength - heapBase + 64) / 65);
	for (const [block, state] of states)
		bytes[buffer.byteLength - stateBytes + (block >> 2)] |= state << 2 * (block & 3);
	return buffer;
}

test('blocks are told from the states at the end of the memory', () => {
	const base = 1024;
	const all = readBlocks(memoryOf(base, []), base);
	assert.equal(all.total, Math.floor((65536 - Math.floor((65536 - base + 64) / 65) - base) / 16));
	assert.deepEqual({ ...all }, { total: all.total, free: all.total, longest: all.total, runs: 1 });
	assert.equal(scatteredFree(all), 0);
	// One object of two blocks, head and tail, at 3 and 4; one of one block at 10.
	const some = readBlocks(memoryOf(base, [[3, 1], [4, 2], [10, 1]]), base);
	assert.deepEqual(some, { total: all.total, free: all.total - 3, longest: all.total - 11, runs: 3 });
	assert.equal(scatteredFree(some), 100 * (1 - some.longest / some.free));
	assert.equal(allBytes(some) - freeBytes(some), 48);
});

test('the states do not end with whole bytes, and a full heap has nothing that could be scattered', () => {
	for (const base of [1024, 1040, 1056, 1072, 2000]) {
		const { total } = readBlocks(memoryOf(base, []), base);
		const full = Array.from({ length: total }, (_, block) => /** @type {[number, number]} */ ([block, 1]));
		assert.deepEqual(readBlocks(memoryOf(base, full), base), { total, free: 0, longest: 0, runs: 0 });
		assert.equal(scatteredFree(readBlocks(memoryOf(base, full), base)), 0);
		assert.equal(readBlocks(memoryOf(base, full.slice(0, -1)), base).free, 1);
	}
});

test('an object that is watched is gone when its block is no head, or holds something else', () => {
	const base = 1024, watch = new Watch(base);
	const at = (/** @type {number} */ block) => base + 16 * block;
	watch.add([at(3), 0x80000001, 10, at(10), 0x80000002, 20]);
	watch.add([at(20), 0x80000003, 30]);
	/** @param {[number, number][]} states @param {number} second what object 2 holds */
	const memory = (states, second) => {
		const buffer = memoryOf(base, states), view = new DataView(buffer);
		for (const [block, first] of [[3, 0x80000001], [10, second], [20, 0x80000003]])
			view.setUint32(at(block), first, true);
		return buffer;
	};
	watch.look(memory([[3, 1], [4, 2], [10, 1], [20, 1]], 0x80000002), 40);
	assert.deepEqual(watch.lifetimes, [], 'all are there');
	watch.look(memory([[3, 1], [10, 1], [20, 0]], 0), 50);
	assert.deepEqual(watch.lifetimes, [30, 20], 'another has the place of the second, nobody that of the third');
	watch.look(memory([[3, 2]], 0), 70);
	assert.deepEqual(watch.lifetimes, [30, 20, 60], 'the first is a tail; none is counted twice');
	assert.throws(() => watch.add([at(3) + 4, 1, 1]), /begins with no block/);
});

const snapshot = {
	snapshot: { meta: { node_fields: ['type', 'name', 'id', 'self_size'] }, node_count: 3 },
	nodes: [0, 1, 1, 8, 3, 2, 3, 16, 3, 2, 5, 24],
	strings: ['', 'Window', '(free)', 'a text'],
};

test('the published script finds nothing in a snapshot, whatever is in it', () => {
	assert.equal(publishedScript(snapshot), 'NaN');
	assert.equal(publishedScript({ totalSize: 200, nodes: [{ name: '(free)', selfSize: 50 }, { name: 'x', selfSize: 9 }] }), '25.00');
});

test('read by its own description a snapshot has names', () => {
	assert.equal(countNodes(snapshot, '(free)'), 2);
	assert.equal(countNodes(snapshot, 'nobody'), 0);
	assert.ok(!statesTotalSize(snapshot) && statesTotalSize({ ...snapshot, totalSize: 1 }));
	assert.ok(holdsText(snapshot, 'text') && !holdsText(snapshot, 'texts'));
});
