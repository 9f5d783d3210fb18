import assert from 'node:assert/strict';
import test from 'node:test';
import { watchGo } from '../../workers/guest_watch.js';

/** A glue as both compilers' are: it makes its imports in the constructor, TinyGo's env being its gojs once more. */
const GLUE = `globalThis.Go = class {
	constructor() {
		const gojs = { 'runtime.ticks': () => 7, add: (a, b) => a + b };
		this.importObject = { wasi_snapshot_preview1: { fd_write: () => 0 }, gojs, env: gojs };
	}
	run(instance) { return instance; }
};`;

test('calls of imports are counted, once each', async () => {
	const glue = `data:text/javascript,${encodeURIComponent(GLUE)}`;
	const watch = await watchGo(/** @type {any} */ ({ glue }));
	const { importObject: { gojs, env, wasi_snapshot_preview1: wasi } } = /** @type {any} */ (new globalThis.Go());
	/** @type {string[]} */
	const heard = [];
	watch.on('add', () => heard.push('add'));
	assert.equal(gojs.add(1, 2), 3);
	assert.equal(env.add(2, 2), 4);
	wasi.fd_write();
	assert.equal(gojs['runtime.ticks'](), 7);
	assert.deepEqual(watch.calls(), { add: 2, fd_write: 1, 'runtime.ticks': 1 });
	assert.deepEqual(heard, ['add', 'add']);
	watch.reset();
	assert.deepEqual(watch.calls(), {});
});

test('the instance that ran last', async () => {
	const glue = `data:text/javascript,${encodeURIComponent(GLUE)}//again`;
	const watch = await watchGo(/** @type {any} */ ({ glue }));
	assert.throws(() => watch.instance(), /no guest was started/);
	const instance = /** @type {any} */ ({});
	new globalThis.Go().run(instance);
	assert.equal(watch.instance(), instance);
});
