import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EpisodeWatch } from '../../web/episode_watch.js';

/**
 * Plays replies in the order of their samples, the first of which is number 10, due every 4 ms.
 * @param {number[]} responsesMs
 * @param {'response' | 'length'} [of]
 * @returns {Promise<{found: boolean, last: number | null}>}
 */
async function play(responsesMs, of = 'response') {
	const watch = new EpisodeWatch({ trigger_ms: 20, of, threshold_ms: 5 });
	const over = watch.open(10);
	responsesMs.forEach((ms, i) => watch.take(10 + i, 4 * i, 4 * i + ms));
	return { found: watch.found, last: await Promise.race([over, new Promise((resolve) => setImmediate(resolve, null))]) };
}

test('an episode is over with the first sample on time behind one beyond the trigger', async () => {
	const rows = /** @type {[number[], boolean, number | null][]} */ ([
		[[1, 2, 3], false, null],
		[[1, 20, 5, 1], false, null], // late, and not beyond the trigger
		[[1, 21, 6, 1, 1], true, 13],
		[[6, 21, 6], true, null], // not over
		[[6, 4, 21, 5], true, 13], // at the threshold is on time
		[[30, 1, 40, 1], true, 11], // the first one counts
	]);
	for (const [responses, found, last] of rows)
		assert.deepEqual(await play(responses), { found, last }, String(responses));
});

test('an episode may be known by its length', async () => {
	const rows = /** @type {[number[], boolean, number | null][]} */ ([
		[[1, 19, 15, 11, 7, 3], false, null], // due at 4, the last return at 23
		[[1, 20, 16, 12, 8, 4], true, 15], // reached
		[[1, 8, 8, 8, 8, 1], true, 15], // due at 4, the last return at 24, and none waited long
		[[1, 8, 8, 8, 1, 8, 8, 8, 1], false, null], // two episodes
		[[1, 8, 8, 8, 8], true, null], // not over
		[[30, 1, 40, 1], true, 11],
	]);
	for (const [responses, found, last] of rows)
		assert.deepEqual(await play(responses, 'length'), { found, last }, String(responses));
});

test('cold samples start nothing', async () => {
	const watch = new EpisodeWatch({ trigger_ms: 20, of: 'response', threshold_ms: 5 });
	watch.open(10);
	watch.take(9, 0, 100);
	watch.take(10, 100, 101);
	assert.equal(watch.found, false);
});
