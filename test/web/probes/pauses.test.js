import assert from 'node:assert/strict';
import test from 'node:test';

import { gapsWithin, longest, rateWithin } from '../../../probes/pauses/frames.js';
import { framesLost, losingLength } from '../../../probes/pauses/jank.js';
import { spread } from '../../../probes/pauses/spread.js';
import { collectingThreads, compositorFrames, mainThread, measures } from '../../../probes/pauses/trace.js';

const PID = 7, MAIN = 1, COMPOSITOR = 2, WORKER = 3;

/**
 * @param {string} ph
 * @param {string} name
 * @param {number} tid
 * @param {number} ts
 * @param {object} [more]
 */
function event(ph, name, tid, ts, more = {}) {
	return { ph, name, tid, ts, pid: PID, ...more };
}

const events = [
	event('M', 'thread_name', MAIN, 0, { args: { name: 'CrRendererMain' } }),
	event('M', 'thread_name', COMPOSITOR, 0, { args: { name: 'Compositor' } }),
	event('M', 'thread_name', 9, 0, { pid: 8, args: { name: 'Compositor' } }),
	event('b', 'collecting', WORKER, 1000, { id2: { local: '0x1' } }),
	event('X', 'MajorGC', WORKER, 1100),
	event('I', 'DrawFrame', COMPOSITOR, 1500),
	event('I', 'DrawFrame', 9, 1600, { pid: 8 }),
	event('e', 'collecting', WORKER, 2000, { id2: { local: '0x1' } }),
	event('X', 'MajorGC', MAIN, 2500),
	event('b', 'resting', WORKER, 2000, { id: '5' }),
	event('I', 'DrawFrame', COMPOSITOR, 2500),
	event('e', 'resting', WORKER, 3000, { id: '5' }),
	event('b', 'collecting', WORKER, 4000, { id2: { local: '0x2' } }),
	event('b', 'collecting', WORKER, 4100, { id2: { local: '0x3' } }),
	event('e', 'collecting', WORKER, 4900, { id2: { local: '0x3' } }),
	event('e', 'collecting', WORKER, 5000, { id2: { local: '0x2' } }),
];

test('measures are joined by their ids, in whichever form', () => {
	assert.deepEqual(measures(events, 'collecting'), { pid: PID, tid: WORKER,
		intervals: [{ start: 1000, end: 2000 }, { start: 4100, end: 4900 }, { start: 4000, end: 5000 }] });
	assert.deepEqual(measures(events, 'resting').intervals, [{ start: 2000, end: 3000 }]);
	assert.throws(() => measures(events, 'nothing'), /no measure nothing/);
});

test("only the page's own compositor counts", () => {
	assert.deepEqual(compositorFrames(events, PID), [1500, 2500]);
	assert.throws(() => compositorFrames(events, 99), /no compositor/);
	assert.equal(mainThread(events, PID), MAIN);
});

test('collections are told by the thread on which they began in time', () => {
	assert.deepEqual(collectingThreads(events, PID, measures(events, 'collecting').intervals), [WORKER]);
	assert.deepEqual(collectingThreads(events, PID, measures(events, 'resting').intervals), [MAIN]);
});

test('a rate is of the time of the intervals alone', () => {
	assert.equal(rateWithin([0, 5, 10, 15, 20], [{ start: 4, end: 11 }, { start: 19, end: 22 }]), 300);
	assert.equal(rateWithin([], [{ start: 0, end: 1 }]), 0);
});

test('a gap between frames is of a collection when any of it is', () => {
	const collecting = [{ start: 20, end: 40 }, { start: 60, end: 61 }];
	assert.deepEqual(gapsWithin([0, 10, 20, 37, 52, 65, 80], collecting), [17, 15, 13]);
	assert.deepEqual(gapsWithin([10, 170], [{ start: 20, end: 160 }]), [160]);
	assert.deepEqual(gapsWithin([0, 10], collecting), []);
	assert.equal(longest([17, 150, 16]), 150);
	assert.throws(() => longest([]), /no two frames/);
});

test('mean, nearest-rank P95, and the variance of a sample', () => {
	const { mean, p95, sd, variance } = spread(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9));
	assert.equal(mean, 5);
	assert.equal(p95, 9);
	assert.ok(Math.abs(variance - 32 / 7) < 1e-12 && Math.abs(sd * sd - variance) < 1e-12);
	assert.equal(spread(Array.from({ length: 100 }, (_, i) => i + 1)).p95, 95);
});

test('a frame that comes late is not lost, one that does not come is', () => {
	assert.equal(framesLost([0, 16, 44, 50, 66.7], 16.67), 0);
	assert.equal(framesLost([0, 16, 55, 66.7, 83], 16.67), 1);
	assert.equal(framesLost([0, 52, 53, 54, 66.7], 16.67), 2);
	assert.equal(framesLost([0, 17, 100, 117], 16.67), 4);
});

test('the length from which on frames are lost lies between the two where half of them are', () => {
	/** @param {(ms: number) => boolean} lost */
	const pauses = (lost) => Array.from({ length: 10 }, (_, i) => 2 + 4 * i).flatMap((ms) => [{ ms, lost: lost(ms) }, { ms, lost: lost(ms) }]);
	assert.equal(losingLength(pauses((ms) => ms >= 10)), 8);
	assert.equal(losingLength(pauses(() => true)), 1);
	assert.equal(losingLength(pauses(() => false)), Infinity);
});
