import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

import { claimedGoal, sourceGoal, sourceTrigger } from '../../../probes/gc-trigger/formulas.js';
import { readGcTraceLine } from '../../../probes/gc-trigger/gc_trace_line.js';
import { countSamples, unpack } from '../../../probes/gc-trigger/pprof_samples.js';
import { ByteReader } from '../../../workers/byte_reader.js';

const MIB = 2 ** 20;

test("a line of gctrace is read, and no other", () => {
	const line = 'gc 7 @0.587s 15%: 0.056+20+0.021 ms clock, 0.056+1.3/5.1/13+0.021 ms cpu, 61->63->32 MB, 64 MB goal, 0 MB stacks, 0 MB globals, 1 P';
	assert.deepEqual(readGcTraceLine(line),
		{ forced: false, clockMs: [0.056, 20, 0.021], startMb: 61, liveMb: 32, goalMb: 64 });
	assert.equal(readGcTraceLine(`${line} (forced)`)?.forced, true);
	assert.equal(readGcTraceLine('panic: gc 7'), null);
});

test('each floor of the goal decides somewhere', () => {
	/** @param {number} marked */
	const heap = (marked) => ({ goal: 0, marked, stacks: 0.25 * MIB, globals: 0.25 * MIB });
	assert.equal(sourceGoal(heap(0.5 * MIB), 100), 4 * MIB, 'the least heap');
	assert.equal(sourceGoal(heap(0.5 * MIB), 25), 1.5 * MIB, 'a MiB beyond what is live');
	assert.equal(sourceGoal(heap(16 * MIB), 100), 32.5 * MIB, 'stacks and globals count');
	assert.equal(claimedGoal(heap(16 * MIB), 100), 32 * MIB);
});

test('between which sizes a collection is triggered', () => {
	/** @param {number} marked */
	const heap = (marked) => ({ goal: 0, marked, stacks: 0, globals: 0 });
	const small = sourceTrigger(heap(2 * MIB), 100); // goal 4 MiB
	assert.deepEqual(small, { earliest: 2 * MIB + 45 / 64 * 2 * MIB, latest: 2 * MIB + 61 / 64 * 2 * MIB });
	const large = sourceTrigger(heap(128 * MIB), 100); // goal 256 MiB
	assert.deepEqual(large, { earliest: 128 * MIB + 45 / 64 * 128 * MIB, latest: 252 * MIB }, 'never nearer than 4 MiB');
	const least = sourceTrigger(heap(0.5 * MIB), 25); // goal 1.5 MiB
	assert.deepEqual(least, { earliest: 1.5 * MIB, latest: 1.5 * MIB }, 'after a MiB that can be swept meanwhile');
});

test('samples of a profile are counted', async () => {
	// 1: a sample type (2 bytes), 2: two samples, 12: a period of 300
	const profile = Uint8Array.of(0x0a, 2, 8, 1, 0x12, 1, 0, 0x12, 0, 0x60, 0xac, 0x02);
	/** @param {Uint8Array} bytes */
	const count = (bytes) => countSamples(new ByteReader(bytes, 'the profile'));
	assert.equal(count(profile), 2);
	assert.equal(count(await unpack(Uint8Array.from(gzipSync(profile)))), 2);
	assert.throws(() => count(Uint8Array.of(0x60)), /the profile ends inside/);
	assert.throws(() => count(Uint8Array.of(0x12, 2, 0)), /the profile ends inside/);
	assert.throws(() => count(Uint8Array.of(0x65)), /wire type 5/);
});
