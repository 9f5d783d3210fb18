import assert from 'node:assert/strict';
import test from 'node:test';

import { Crossings, namesFunction } from '../../../probes/calls/crossings.js';

test('each call of an import is counted once, also where two modules are one object', () => {
	const crossings = new Crossings();
	const gojs = { 'syscall/js.valueGet': (/** @type {number} */ x) => x + 1, 'runtime.nanotime1': () => 7, version: 1 };
	/** @type {any} */
	const importObject = { gojs, env: gojs };
	crossings.watch(importObject);
	assert.equal(importObject.env['syscall/js.valueGet'](4), 5);
	assert.equal(importObject.gojs['runtime.nanotime1'](), 7);
	assert.equal(importObject.gojs.version, 1);
	assert.deepEqual(crossings.counts, { 'syscall/js.valueGet': 1, 'runtime.nanotime1': 1 });
	assert.equal(crossings.js, 1);
	crossings.reset();
	assert.equal(crossings.js, 0);
});

test('a name is looked for in the name section', () => {
	const name = new TextEncoder().encode('name');
	const body = new TextEncoder().encode('main.add');
	const module = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 1 + name.length + body.length, name.length, ...name, ...body));
	assert.equal(namesFunction(module, 'main.add'), true);
	assert.equal(namesFunction(module, 'wasmCall'), false);
	assert.equal(namesFunction(new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)), 'main.add'), null);
});
