import assert from 'node:assert/strict';
import test from 'node:test';

import { Collections, gaps } from '../../../probes/interop/collections.js';

test("Go's lines count as collections at the call that they come in", () => {
	const collections = new Collections();
	collections.calls = 372;
	collections.add('gc 1 @0.182s 20%: 0.5+52+0.5 ms clock, 0.53+32/14/4.6+0.67 ms cpu, 3->3->1 MB, 4 MB goal, 1 P');
	collections.calls = 972;
	collections.add('something else that the guest prints');
	collections.add('gc 2 @0.282s 16%: 1+2+3 ms clock, 1+1/1/0+3 ms cpu, 3->3->1 MB, 4 MB goal, 1 P');
	assert.deepEqual(collections.all, [{ call: 372, ms: 53 }, { call: 972, ms: 6 }]);
	assert.deepEqual(gaps(collections.all), [600]);
	assert.deepEqual(gaps([]), []);
});

test("calls inside a guest are counted by their Dates, and the host's collections with them", () => {
	const RealDate = Date;
	const collections = new Collections();
	const collector = { collections: 3, pauseMs: 0 };
	collections.attach(collector);
	try {
		collections.countDates();
		new Date();
		collector.collections = 5;
		assert.ok(new Date().getTime() > 0);
	} finally {
		globalThis.Date = RealDate;
	}
	assert.equal(collections.calls, 2);
	assert.deepEqual(collections.all.map(({ call }) => call), [2, 2]);
});

test('a collection belongs to the call after which the host is asked', () => {
	const { log } = console;
	const collections = new Collections();
	const collector = { collections: 0, pauseMs: 0 };
	collections.attach(collector);
	try {
		collections.listen();
		collections.calls = 4;
		console.log('gc 1 @0.182s 20%: 0.5+52+0.5 ms clock, 0.53+32/14/4.6+0.67 ms cpu, 3->3->1 MB, 4 MB goal, 1 P');
	} finally {
		console.log = log;
	}
	collector.collections = 1;
	collections.calls = 5;
	collections.look();
	collections.look();
	assert.deepEqual(collections.all, [{ call: 4, ms: 53 }, { call: 5, ms: null }]);
});
