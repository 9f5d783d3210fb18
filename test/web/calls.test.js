import assert from 'node:assert/strict';
import test from 'node:test';

/** @type {any} */ (globalThis).document = { visibilityState: 'visible', addEventListener() {} };
/** @type {any} */ (globalThis).crossOriginIsolated = true;
/** @type {any} */ (globalThis).navigator ??= { userAgent: 'node', hardwareConcurrency: 2 };
const { Calls } = await import('../../web/calls.js');

/** @type {any} */
const manifest = { probe: 'p', arm: 'none/main/x', thread: 'main', upload: 'samples', parameters: {}, captures: ['trace'] };

/**
 * @param {InstanceType<typeof Calls>} calls
 * @returns {Promise<any>} the JSON that is uploaded
 */
async function uploaded(calls) {
	/** @type {ArrayBuffer | undefined} */
	let body;
	globalThis.fetch = /** @type {any} */ (async (/** @type {URL} */ _url, /** @type {any} */ options) => {
		body = options.body;
		return { status: 204 };
	});
	await calls.upload();
	const view = new DataView(/** @type {ArrayBuffer} */ (/** @type {unknown} */ (body)));
	assert.equal(view.getUint32(8, true), 0, 'samples');
	return JSON.parse(new TextDecoder().decode(new Uint8Array(view.buffer, 48, view.getUint32(20, true))));
}

test('everything that was reported is uploaded, and no samples', async () => {
	const calls = new Calls(manifest);
	calls.metric('call_us', 1.5);
	calls.observe('traps', false);
	calls.series('call_us', 'us', Float64Array.of(1.23456789, 2));
	calls.ran('calls', 2, 1000);
	calls.fact('panic', 'runtime error');
	calls.warn('w');
	const report = await uploaded(calls);
	assert.deepEqual(report.metrics, { call_us: 1.5 });
	assert.deepEqual(report.observations, { traps: false });
	assert.deepEqual(report.series, { call_us: { unit: 'us', n: 2, values: [1.234568, 2] } });
	assert.deepEqual(report.ran, { calls: { n: 2, planned: 1000 } });
	assert.deepEqual(report.facts, { panic: 'runtime error' });
	assert.deepEqual(report.warnings, ['w']);
	assert.equal(report.environment.visibility, 'visible');
});

test('a long series is thinned evenly', async () => {
	const calls = new Calls(manifest);
	calls.series('s', 'ms', Float64Array.from({ length: 20000 }, (_, i) => i));
	const { n, values } = (await uploaded(calls)).series.s;
	assert.equal(n, 20000);
	assert.equal(values.length, 5000);
	assert.deepEqual(values.slice(0, 3), [0, 4, 8]);
	assert.equal(values.at(-1), 19996);
});

test('what is no number or no boolean is refused at once', () => {
	const calls = new Calls(manifest);
	assert.throws(() => calls.metric('m', NaN), /metric m is NaN/);
	assert.throws(() => calls.observe('o', /** @type {any} */ (1)), /observation o is 1/);
});

test('only what probe.json says is captured can be read, and what could not be captured says so', async () => {
	const calls = new Calls(manifest);
	await assert.rejects(calls.capture('heapsnapshot'), /no heapsnapshot is captured in arm none\/main\/x/);
	/** @type {string[]} */
	const asked = [];
	globalThis.fetch = /** @type {any} */ (async (/** @type {URL} */ url) => {
		asked.push(url.pathname);
		return { ok: asked.length === 1 };
	});
	assert.ok((await calls.capture('trace')).ok);
	assert.match(asked[0], /captures\/trace$/);
	await assert.rejects(calls.capture('trace'), /could not be captured/);
});
