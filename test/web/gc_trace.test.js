import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findGcTrace, GcTrace } from '../../workers/gc_trace.js';

/** Lines that guests of Go 1.22.12 printed, and the smaller of clock and CPU sum. */
const REAL = [
	{ line: 'gc 1 @0.182s 20%: 0.53+52+0.67 ms clock, 0.53+32/14/4.6+0.67 ms cpu, 3->3->1 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 1 P',
		lengthMs: 0.53 + 32 + 14 + 4.6 + 0.67 },
	{ line: 'gc 2 @0.282s 16%: 0.14+22+0.023 ms clock, 0.14+0.69/2.0/19+0.023 ms cpu, 3->3->1 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 1 P',
		lengthMs: 0.14 + 0.69 + 2 + 19 + 0.023 },
	{ line: 'gc 10 @0.756s 14%: 0.057+12+0.017 ms clock, 0.057+0.69/1.0/10+0.017 ms cpu, 3->3->1 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 1 P',
		lengthMs: 0.057 + 0.69 + 1 + 10 + 0.017 },
	{ line: 'gc 28 @1.679s 16%: 0.063+8.3+0.014 ms clock, 0.063+0.68/1.0/6.5+0.014 ms cpu, 3->3->1 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 1 P',
		lengthMs: 0.063 + 0.68 + 1 + 6.5 + 0.014 },
	{ line: 'gc 2 @0.048s 21%: 4.1+0.42+0.014 ms clock, 4.1+0/0.40/0+0.014 ms cpu, 6->6->6 MB, 8532210231540 MB goal, 0 MB stacks, 0 MB globals, 1 P (forced)',
		lengthMs: 4.1 + 0.4 + 0.014 },
	{ line: 'gc 3 @0.055s 18%: 0.028+4.5+0.023 ms clock, 0.028+0/0.075/4.4+0.023 ms cpu, 9->9->9 MB, 8532210231540 MB goal, 0 MB stacks, 0 MB globals, 1 P (forced)',
		lengthMs: 0.028 + 0.075 + 4.4 + 0.023 },
];

/** The pieces of one line as the runtime wrote them, each a system call of its own. */
const PIECES = ['gc ', '1', ' @', '0.026', 's ', '19', '%: ', '2.3', '+', '5.9', '+', '0.59', ' ms clock, ', '2.3', '+', '0', '/', '4.0',
	'/', '1.3', '+', '0.59', ' ms cpu, ', '3', '->', '3', '->', '3', ' MB, ', '8532210231540', ' MB goal, ', '0', ' MB stacks, ', '0',
	' MB globals, ', '1', ' P', ' (forced)', '\n'];

/** @param {number} a @param {number} b */
const close = (a, b) => Math.abs(a - b) < 1e-9;

for (const { line, lengthMs } of REAL) {
	test(`reads ${line.slice(0, 40)}…`, () => {
		const found = findGcTrace(line);
		assert.ok(found && found.at === 0 && close(found.lengthMs, lengthMs), JSON.stringify(found));
		assert.equal(findGcTrace(`before ${line}`)?.at, 7);
	});
}

const NOT_LINES = ['', 'gc ', 'gc 1', 'panic: gc 1 @0.1s', 'gc 1 @0.182s 20%: 0.53+52+0.67 ms clock',
	'gc 1 @0.1s 2%: a+b+c ms clock, 0.53+32/14/4.6+0.67 ms cpu, 3->3->1 MB',
	'gc 1 @0.1s 2%: 0.53+5.2.1+0.67 ms clock, 0.53+3.2.4/14/4.6+0.67 ms cpu, 3->3->1 MB',
	'scav 0 KiB work (bg), 0 KiB work (eager), 24 KiB now, 0% util'];

for (const text of NOT_LINES) {
	test(`leaves alone: ${JSON.stringify(text)}`, () => {
		assert.equal(findGcTrace(text), null);
	});
}

/** @param {(trace: GcTrace) => void} use */
function collect(use) {
	/** @type {[number, number][]} */
	const collections = [];
	/** @type {string[]} */
	const lines = [];
	use(new GcTrace((endMs, lengthMs) => collections.push([endMs, lengthMs]), (line) => lines.push(line)));
	return { collections, lines };
}

test('a line in its real pieces ends when its first piece came', () => {
	const { collections, lines } = collect((trace) => PIECES.forEach((piece, i) => trace.add(piece, 100 + i)));
	assert.equal(collections.length, 1);
	assert.equal(collections[0][0], 100);
	assert.ok(close(collections[0][1], 2.3 + 4 + 1.3 + 0.59));
	assert.deepEqual(lines, []);
});

test('every way to cut several lines gives the same collections and the same other lines', () => {
	const text = `${REAL[0].line}\nits own\n${REAL[1].line}\n${REAL[4].line}\npanic: at last\n`;
	for (let cut = 1; cut <= text.length; cut++) {
		const { collections, lines } = collect((trace) => {
			for (let at = 0; at < text.length; at += cut)
				trace.add(text.slice(at, at + cut), at);
		});
		assert.deepEqual(collections.map(([, length]) => length), [0, 1, 4].map((i) => findGcTrace(REAL[i].line)?.lengthMs), `cut every ${cut}`);
		assert.deepEqual(lines, ['its own', 'panic: at last'], `cut every ${cut}`);
	}
});

test('a line of the program that a collection breaks into is whole afterwards', () => {
	const { collections, lines } = collect((trace) => ['half a line ', ...PIECES, 'half again ', ...PIECES, 'its end\n', 'more\n', 'unfinished']
		.forEach((piece, i) => trace.add(piece, i)));
	assert.deepEqual(collections.map(([end]) => end), [1, 2 + PIECES.length]);
	assert.deepEqual(lines, ['half a line half again its end', 'more']);
});
