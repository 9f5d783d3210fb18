import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Line } from '../../web/line.js';
import { ThreadTrace } from '../../web/thread_trace.js';
import { createLine, TracedLine } from '../../web/traced_line.js';

function fixture() {
	const marks = {
		time: 0,
		/** @type {[string, number][]} */
		marked: [],
		/** @type {[string, number, number][]} */
		measured: [],
		now: () => marks.time,
		/** @param {string} name */
		mark: (name) => marks.marked.push([name, marks.time]),
		/** @param {string} name @param {{start: number, end: number}} options */
		measure: (name, { start, end }) => marks.measured.push([name, start, end]),
	};
	return { marks, trace: new ThreadTrace('worker', marks) };
}

test('two marks at both ends, and one when something happens 1.5 s after the last', () => {
	const { marks, trace } = fixture();
	marks.time = 10;
	trace.touch();
	assert.deepEqual(marks.marked, [], 'not begun');
	trace.open();
	for (marks.time = 11; marks.time <= 5000; marks.time += 700)
		trace.touch();
	trace.close();
	marks.time += 10000;
	trace.touch();
	const times = [10, 10, 2111, 4211, 5611, 5611];
	assert.deepEqual(marks.marked, times.map((time) => ['align:worker', time]));
});

test('only what takes half a millisecond is measured', () => {
	const { marks, trace } = fixture();
	trace.measure('h:guest', 100, 100.499);
	trace.measure('h:guest', 100, 100.5);
	trace.measure('h:guestgc', -3, 1);
	assert.deepEqual(marks.measured, [['h:guest', 100, 100.5], ['h:guestgc', 0, 1]], 'no time is before the clock began');
});

test('a timed call gives values and result through, and is measured when it throws', () => {
	const { marks, trace } = fixture();
	const slow = trace.timed((/** @type {number} */ a, /** @type {number} */ b) => {
		marks.time += 2;
		if (b === 0)
			throw new RangeError('by nothing');
		return a / b;
	});
	assert.equal(slow(6, 3), 2);
	assert.throws(() => slow(6, 0), { message: 'by nothing' });
	assert.deepEqual(marks.measured, [['h:guest', 0, 2], ['h:guest', 2, 4]]);
});

test('an untraced launch has the plain line', () => {
	const end = { postMessage: () => {}, onmessage: null };
	assert.equal(createLine(end, null).constructor, Line);
	assert.equal(createLine(end, fixture().trace).constructor, TracedLine);
});

for (const traced of [false, true]) {
	test(`a ${traced ? 'traced' : 'plain'} line tells samples from messages, and takes the time before it looks`, () => {
		const { marks, trace } = fixture();
		/** @type {unknown[]} */
		const posted = [];
		/** @type {import('../../web/line.js').LineEnd} */
		const end = { postMessage: (message, options) => posted.push([message, options]), onmessage: null };
		const line = createLine(end, traced ? trace : null);
		/** @type {unknown[]} */
		const got = [];
		line.onSample = (index, time) => got.push(index, time <= looked);
		line.onMessage = (message) => got.push(message);
		let looked = 0;
		/** @param {unknown} data */
		const receive = (data) => end.onmessage?.(/** @type {any} */ ({ get data() {
			looked = performance.now();
			return data;
		} }));
		trace.open();
		receive(7);
		receive({ answer: 1 });
		assert.deepEqual(got, [7, true, { answer: 1 }]);
		line.post(3);
		line.send({ command: 'x' });
		assert.deepEqual(posted, [[3, undefined], [{ command: 'x' }, { transfer: [] }]]);
		assert.equal(trace.close(), traced ? 2 : 0);
		trace.open();
		assert.equal(trace.close(), 0, 'counted from open()');
		assert.deepEqual(marks.measured, []);
	});
}

test('a message that takes long to post or to look at is measured', () => {
	const { marks, trace } = fixture();
	const spin = () => {
		for (const end = performance.now() + 1; performance.now() < end;);
	};
	/** @type {import('../../web/line.js').LineEnd} */
	const end = { postMessage: spin, onmessage: null };
	const line = new TracedLine(end, trace);
	line.post(1);
	line.send({ command: 'x' });
	end.onmessage?.(/** @type {any} */ ({ get data() {
		spin();
		return 1;
	} }));
	assert.deepEqual(marks.measured.map(([name]) => name), ['h:serialise', 'h:serialise', 'h:deserialise']);
	assert.ok(marks.measured.every(([, start, stop]) => stop - start >= 1));
});
