import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { traceGo } from '../../workers/guest_go_trace.js';
import { ThreadTrace } from '../../web/thread_trace.js';

const LINE = 'gc 5 @0.486s 14%: 0.060+13+0.020 ms clock, 0.060+2.0/2.2/9.1+0.020 ms cpu, 3->3->1 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 1 P\n';

/**
 * A program whose every call takes 2 ms of a clock that a test sees.
 * @param {Record<string, string>} env
 * @param {object} importObject
 */
function fixture(env, importObject = {}) {
	let time = 1000;
	/** @type {string[]} */
	const measured = [];
	const marks = { now: () => time, mark: () => {}, measure: (/** @type {string} */ name) => measured.push(name) };
	/** @type {unknown[]} */
	const calls = [];
	const call = (/** @type {unknown[]} */ ...what) => {
		calls.push(what);
		time += 2;
	};
	const go = { env, importObject, exit: () => {}, _inst: { exports: { go_scheduler: () => call('scheduler') } },
		run: async (/** @type {object} */ instance) => call('run', instance), _resume: () => call('resume') };
	/** @type {string[]} */
	const written = [];
	const decoder = new TextDecoder();
	globalThis.fs = { writeSync: (fd, bytes) => written.push(`${fd}: ${decoder.decode(bytes)}`) };
	traceGo(go, new ThreadTrace('worker', marks));
	return { go, calls, measured, written };
}

test('every way into the program is measured', async () => {
	const { go, calls, measured } = fixture({}, { gojs: { 'runtime.sleepTicks': assert.fail } });
	await go.run({ an: 'instance' });
	go._resume();
	/** @type {any} */ (go.importObject).gojs['runtime.sleepTicks'](1);
	await sleep(20);
	assert.deepEqual(calls, [['run', { an: 'instance' }], ['resume'], ['scheduler']]);
	assert.deepEqual(measured, ['h:guest', 'h:guest', 'h:guest']);
});

test('a glue script without the timer gets none', () => {
	assert.deepEqual(fixture({}, { gojs: {} }).go.importObject, { gojs: {} });
	assert.deepEqual(fixture({}, {}).go.importObject, {});
});

/** @type {[Record<string, string>, Record<string, string>][]} */
const ENVIRONMENTS = [
	[{}, { GODEBUG: 'gctrace=1' }],
	[{ GOGC: '50' }, { GOGC: '50', GODEBUG: 'gctrace=1' }],
	[{ GODEBUG: 'madvdontneed=0' }, { GODEBUG: 'madvdontneed=0,gctrace=1' }],
];

for (const [given, wanted] of ENVIRONMENTS) {
	test(`${JSON.stringify(given)} asks for gctrace too`, () => {
		assert.deepEqual(fixture(given).go.env, wanted);
	});
}

test("the runtime's lines become measures, all else stays output", (t) => {
	/** @type {string[]} */
	const printed = [];
	t.mock.method(console, 'log', (/** @type {string} */ line) => printed.push(line));
	const { measured, written } = fixture({});
	const bytes = new TextEncoder().encode(`${LINE}panic: café\n`);
	for (const byte of bytes)
		assert.equal(globalThis.fs.writeSync(2, Uint8Array.of(byte)), 1);
	globalThis.fs.writeSync(1, new TextEncoder().encode(LINE));
	assert.deepEqual(measured, ['h:guestgc']);
	assert.deepEqual(printed, ['panic: café']);
	assert.deepEqual(written, [`1: ${LINE}`]);
});
