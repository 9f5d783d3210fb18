import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quietFinalizer } from '../../workers/guest_go.js';

test('TinyGo is told nothing new about finalizers, without a console message', () => {
	const said = () => assert.fail('it spoke');
	const tinygo = { gojs: { 'runtime.ticks': () => 0, 'syscall/js.finalizeRef': said } };
	quietFinalizer(tinygo);
	assert.equal(tinygo.gojs['syscall/js.finalizeRef'](), undefined);
});

test("gc's finalizers and modules without a Go runtime are left alone", () => {
	const implemented = () => {};
	const gc = { gojs: { 'syscall/js.finalizeRef': implemented } };
	quietFinalizer(gc);
	assert.equal(gc.gojs['syscall/js.finalizeRef'], implemented);
	quietFinalizer({});
});
