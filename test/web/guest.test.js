import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorText, Guest } from '../../workers/guest.js';
import { GuestOutput } from '../../workers/guest_output.js';

const LOAD = { name: 'churn', periodMs: 8, size: 128000 };

/**
 * @param {Partial<import('../../workers/guest.js').GuestObject>} object
 * @param {() => string | null} [ended]
 * @param {GuestOutput} [output]
 * @param {{memory?: WebAssembly.Memory, collector?: import('../../workers/guest.js').Collector}} [parts]
 */
function guestOf(object, ended = () => null, output = new GuestOutput(), { memory, collector } = {}) {
	const whole = { init: () => {}, step: () => {}, result: () => ({}), ...object };
	return new Guest({ object: whole, memory: memory ?? null, collector: collector ?? null, ended,
		end: new Promise(() => {}) }, output);
}

/** @param {unknown} thrown */
function thrower(thrown) {
	return () => {
		throw thrown;
	};
}

/** @type {[unknown, string][]} */
const ERRORS = [
	[new WebAssembly.RuntimeError('unreachable'), 'RuntimeError: unreachable'],
	[new RangeError('Maximum call stack size exceeded'), 'RangeError: Maximum call stack size exceeded'],
	[new Error(''), 'Error'],
	[new Error('two\n  lines'), 'Error: two lines'],
	['trying to exit with code 1', 'trying to exit with code 1'],
	[undefined, 'undefined'],
];

for (const [error, text] of ERRORS) {
	test(`thrown in a step: ${text}`, () => {
		assert.equal(errorText(error), text);
		const guest = guestOf({ step: thrower(error) });
		assert.throws(() => guest.step(), { message: `guest trapped in step 1: ${text}` });
	});
}

test('steps are counted from 1, over those that went well', () => {
	let calls = 0;
	const guest = guestOf({ step: () => {
		if (++calls === 12)
			throw new WebAssembly.RuntimeError('unreachable');
	} });
	for (let i = 0; i < 11; i++)
		guest.step();
	assert.throws(() => guest.step(), { message: 'guest trapped in step 12: RuntimeError: unreachable' });
});

test('a guest that cannot answer is told before it has to', () => {
	assert.throws(() => guestOf({}).checkAnswers(), { message: "the guest has no function 'answer', which responder 'guest' needs" });
	guestOf({ answer: () => {} }).checkAnswers();
});

test('answers go through, and the call is named when it fails', () => {
	/** @type {number[]} */
	const replies = [];
	guestOf({ answer: (index, reply) => reply(index) }).answer(7, (index) => replies.push(index));
	assert.deepEqual(replies, [7]);
	assert.throws(() => guestOf({ answer: thrower(new Error('c')) }).answer(1, () => {}), { message: 'guest trapped in answer: Error: c' });
	assert.throws(() => guestOf({ answer: () => {} }, () => 'exit code 2').answer(1, () => {}), { message: 'guest ended in answer: exit code 2' });
});

test('init and result are named', () => {
	const guest = guestOf({ init: thrower(new Error('a')), result: thrower(new Error('b')) });
	assert.throws(() => guest.init(LOAD, [1, 2, 3, 4]), { message: 'guest trapped in init: Error: a' });
	assert.throws(() => guest.result(), { message: 'guest trapped in result: Error: b' });
});

test('a Go program that panics throws nothing, and is found out', () => {
	const output = new GuestOutput();
	/** @type {string | null} */
	let why = null;
	const guest = guestOf({ step: () => {
		why = 'exit code 2';
		output.add('panic: runtime error: index out of range [5]\n\ngoroutine 1 [running]:\nmain.main()');
	} }, () => why, output);
	assert.throws(() => guest.step(),
		{ message: 'guest ended in step 1: exit code 2 (it printed: panic: runtime error: index out of range [5])' });
	assert.throws(() => guest.result(), /^Error: guest ended in result: exit code 2/);
});

test('a guest that is lost with its memory full says so; one that could grow does not', () => {
	const clues = /** @type {[number, string][]} */ ([[2000, ''], [4, '; its memory of 0.25 MiB cannot grow by 0.0625 MiB']]);
	for (const [maximum, clue] of clues) {
		const memory = new WebAssembly.Memory({ initial: 4, maximum });
		const guest = guestOf({ step: thrower(new Error('a')) }, () => null,
			new GuestOutput(), { memory });
		assert.throws(() => guest.step(), { message: `guest trapped in step 1: Error: a${clue}` });
	}
});

test('init is given load, four words and size', () => {
	/** @type {unknown[]} */
	let given = [];
	guestOf({ init: (...values) => { given = values; } }).init(LOAD, [5, 6, 7, 0xFFFFFFFF]);
	assert.deepEqual(given, ['churn', 5, 6, 7, 0xFFFFFFFF, 128000]);
});

test('result must be an object, and comes as plain data', () => {
	assert.throws(() => guestOf({ result: () => /** @type {any} */ (7) }).result(), /result\(\) is number and no object/);
	assert.deepEqual(guestOf({ result: () => ({ steps: 3, read: () => 1 }) }).result(), { steps: 3 });
});

test('collections that the host saw count from init to the call of result, and stand over what the guest says', () => {
	const collector = { collections: 3, pauseMs: 10 };
	const guest = guestOf({
		init: () => { collector.collections++; },
		result: () => {
			collector.collections += 100;
			return { steps: 1, collections: 0, frees: 9 };
		},
	}, undefined, undefined, { collector });
	guest.init(LOAD, [1, 2, 3, 4]);
	collector.collections += 2;
	collector.pauseMs += 1.5;
	assert.deepEqual(guest.result(), { steps: 1, frees: 9, collections: 2, pause_ns: 1500000, gc_ns: 1500000 });
});

/** @type {[string[], string][]} */
const CLUES = [
	[[], ''],
	[['one', 'two', '', ' '], ' (it printed: two)'],
	[['before', 'fatal error: out of memory', 'after'], ' (it printed: fatal error: out of memory)'],
	[['panic: first', ...Array(60).fill('frame')], ' (it printed: panic: first)'],
];

for (const [lines, clue] of CLUES) {
	test(`clue from ${lines.length} lines: ${clue}`, () => {
		const output = new GuestOutput();
		lines.forEach((line) => output.add(line));
		assert.equal(output.clue(), clue);
		assert.equal(output.lines, lines.length);
	});
}

test('output is bounded', () => {
	const output = new GuestOutput();
	for (let i = 0; i < 1000; i++)
		output.add(`${i} ${'x'.repeat(10000)}`);
	assert.equal(output.lines, 1000);
	assert.equal(output.last.length, 40);
	assert.match(output.last[39], /^999 x/);
	assert.ok(output.last.every((line) => line.length === 300));
});

test('captures the console', () => {
	const output = new GuestOutput();
	const console = { log: assert.fail, warn: assert.fail, error: assert.fail };
	output.capture(console);
	/** @type {Console['log']} */ (console.log)('a', 1);
	/** @type {Console['log']} */ (console.warn)('exit code:', 2);
	/** @type {Console['log']} */ (console.error)('two\nlines');
	assert.deepEqual(output.last, ['a 1', 'exit code: 2', 'two', 'lines']);
});

test('an end between calls is told by itself; one inside a call only by that call', async () => {
	for (const inCall of [false, true]) {
		/** @type {string[]} */
		const told = [];
		/** @type {string | null} */
		let why = null;
		/** @type {(why: string) => void} */
		let finish = () => {};
		const end = new Promise((resolve) => {
			finish = (text) => resolve(why = text);
		});
		const object = { init: () => {}, result: () => ({}), step: () => finish('exit code 2') };
		const guest = new Guest({ object, memory: null, collector: null, ended: () => why, end }, new GuestOutput());
		guest.watch((error) => told.push(error.message));
		if (inCall)
			assert.throws(() => guest.step(), { message: 'guest ended in step 1: exit code 2' });
		else
			finish('exit code 2');
		await new Promise(setImmediate);
		assert.deepEqual(told, inCall ? [] : ['guest ended between calls: exit code 2']);
	}
});
