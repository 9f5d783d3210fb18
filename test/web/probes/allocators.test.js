import assert from 'node:assert/strict';
import test from 'node:test';
import { collectsNothing, defaultCollector, endOf, hasThreads, lastPanic, needsOnlyWasi, panicked, stackBytes } from '../../../probes/allocators/findings.js';

test('the default collector, by tinygo info', () => {
	const says = 'LLVM triple:       wasm32-unknown-wasi\ngarbage collector: conservative\nscheduler:         asyncify\n';
	const reports = { wasm: { exit_status: 0, says, stderr: '' }, odd: { exit_status: 1, says: '', stderr: 'no such target' } };
	assert.equal(defaultCollector(reports, 'wasm'), 'conservative');
	for (const target of ['odd', 'absent'])
		assert.throws(() => defaultCollector(reports, target), /says nothing of the collector/);
	assert.deepEqual(['none', 'leaking', 'conservative', 'precise'].map(collectsNothing), [true, true, false, false]);
});

test('threads and WASI, by memories and imports', () => {
	const wasi = { module: 'wasi_snapshot_preview1', name: 'fd_write' };
	const glue = { module: 'gojs', name: 'syscall/js.valueGet' };
	const plain = { memories: [{ shared: false }], imports: [wasi, glue] };
	assert.equal(hasThreads(plain), false);
	assert.equal(hasThreads({ ...plain, memories: [{ shared: true }] }), true);
	assert.equal(hasThreads({ ...plain, imports: [{ module: 'wasi', name: 'thread-spawn' }] }), true);
	assert.equal(needsOnlyWasi(plain), false);
	assert.equal(needsOnlyWasi({ imports: [wasi] }), true);
});

test('how a recursion ended', () => {
	const fine = { wrong: 0, damaged: 0, thrown: '', panic: '' };
	/** @type {[Partial<Parameters<typeof endOf>[0]>, ReturnType<typeof endOf>][]} */
	const rows = [
		[{}, 'fine'],
		[{ wrong: 3 }, 'silent corruption'],
		[{ damaged: 1 }, 'silent corruption'],
		[{ damaged: null }, 'silent corruption'],
		[{ thrown: 'RuntimeError: unreachable', panic: 'panic: runtime error: stack overflow' }, 'stack overflow'],
		[{ thrown: 'RuntimeError: unreachable', panic: 'panic: invalid channel state' }, 'another panic'],
		[{ wrong: undefined, thrown: 'RuntimeError: memory access out of bounds' }, 'trap without a panic'],
		[{ wrong: undefined, thrown: 'RangeError: Maximum call stack size exceeded' }, "the engine's stack ended"],
	];
	for (const [end, expected] of rows)
		assert.equal(endOf({ ...fine, ...end }), expected);
	assert.equal(lastPanic(['panic: a', 'b', 'panic: c', 'd']), 'panic: c');
	assert.equal(lastPanic(['a panic: b']), '');
});

test('a panic and a trap are told from an exit', () => {
	const run = { end: { thrown: '', printed: ['made 1024'] }, text: '' };
	assert.equal(panicked(run), false);
	assert.equal(panicked({ ...run, end: { ...run.end, thrown: 'Error: exit 0' } }), false);
	assert.equal(panicked({ ...run, end: { ...run.end, thrown: 'RuntimeError: unreachable' } }), true);
	assert.equal(panicked({ ...run, end: { ...run.end, printed: ['panic: out of memory', 'more'] } }), true);
	assert.equal(panicked({ ...run, text: 'a\npanic: runtime error: out of memory\n' }), true);
});

test('sizes as -stack-size has them', () => {
	assert.deepEqual(['16KB', '1MB', '4096'].map(stackBytes), [16384, 1048576, 4096]);
	assert.throws(() => stackBytes('big'), /is no size/);
});
