import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkManifest, numberParameter } from '../../web/manifest.js';
import { createPacer } from '../../web/pacer.js';
import { taskDelay } from '../../web/task_delay.js';
import { loadOf } from '../../workers/load.js';
import { manifestOf } from './support/manifest.js';

/**
 * What the daemon's launch_spec_step_size() makes of the same parameters.
 * @type {{load: string, parameters: Record<string, number>, periodMs: number, size: number}[]}
 */
const LOADS = [
	{ load: 'idle', parameters: {}, periodMs: Infinity, size: 0 },
	{ load: 'churn', parameters: { churn_rate_mb_s: 16, churn_step_ms: 8 }, periodMs: 8, size: 128000 },
	{ load: 'churn', parameters: { churn_rate_mb_s: 1, churn_step_ms: 1.0006 }, periodMs: 1.0006, size: 1001 },
	{ load: 'hash', parameters: { hash_bytes: 10000000, hash_period_ms: 1000 }, periodMs: 1000, size: 10000000 },
];

for (const { load, parameters, periodMs, size } of LOADS) {
	test(`${load} with ${JSON.stringify(parameters)}`, () => {
		assert.deepEqual(loadOf(manifestOf({ load }, parameters)), { name: load, periodMs, size });
	});
}

/** @type {[() => unknown, RegExp][]} */
const REFUSED = [
	[() => loadOf(manifestOf({ load: 'sort' })), /has no load 'sort'; it has idle, churn and hash/],
	[() => loadOf(manifestOf({ load: 'churn' }, { churn_step_ms: 0 })), /parameter churn_step_ms of probe ping is 0; a number of at least 1/],
	[() => numberParameter(manifestOf(), 'missing', 0), /parameter missing of probe ping is undefined/],
	[() => numberParameter(manifestOf({}, { samples: '5' }), 'samples', 1), /parameter samples of probe ping is "5"/],
	[() => numberParameter(manifestOf({}, { samples: NaN }), 'samples', 1), /a number of at least 1 is needed/],
	[() => checkManifest(manifestOf({ schema: /** @type {any} */ (2) })), /has schema 2; this harness reads schema 1/],
	[() => checkManifest(manifestOf({ thread: /** @type {any} */ ('gpu') })), /not on thread 'gpu'/],
	[() => checkManifest(manifestOf({ responder: /** @type {any} */ ('page') })), /no responder 'page', only 'js' and 'guest'/],
	[() => createPacer('timer'), /parameter pacer is "timer"; it must be "task" or "worker"/],
];

for (const [attempt, says] of REFUSED) {
	test(`refuses: ${says.source}`, () => {
		assert.throws(attempt, says);
	});
}

test('a good manifest passes', () => {
	checkManifest(manifestOf());
	checkManifest(manifestOf({ thread: 'main', responder: 'guest' }));
});

/** @type {[number, number][]} */
const DELAYS = [[-3, 1], [0, 1], [0.2, 1], [1, 1], [1.01, 2], [4.7, 5]];

test('task delays are whole, never 0, never early', () => {
	for (const [wait, delay] of DELAYS)
		assert.equal(taskDelay(wait), delay, `wait ${wait}`);
});
