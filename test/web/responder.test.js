import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GuestResponder, Responder } from '../../workers/responder.js';

/**
 * A responder of 5 samples whose guest is `answer`, with what it posted and what it told of failures.
 * @param {(index: number, reply: (index: number) => void) => void} answer
 */
function fixture(answer) {
	/** @type {number[]} */
	const posted = [];
	/** @type {string[]} */
	const failures = [];
	const responder = new GuestResponder(5, (index) => posted.push(index), { answer }, (error) => failures.push(String(error)));
	return { posted, failures, responder };
}

test('JavaScript replies at once, with both times', () => {
	/** @type {number[]} */
	const posted = [];
	const responder = new Responder(3, (index) => posted.push(index));
	const before = performance.now();
	responder.answer(1, before);
	assert.deepEqual(posted, [1]);
	assert.equal(responder.received[1], before);
	assert.ok(responder.replied[1] >= before && responder.replied[1] <= performance.now());
	assert.ok([0, 2].every((i) => Number.isNaN(responder.received[i]) && Number.isNaN(responder.replied[i])));
});

test('the guest replies: received is before its call, replied inside reply()', () => {
	let inside = 0;
	const { posted, failures, responder } = fixture((index, reply) => {
		while (performance.now() < before + 2);
		inside = performance.now();
		reply(index);
		assert.deepEqual(posted, [2]);
	});
	const before = performance.now();
	responder.answer(2, before);
	assert.equal(responder.received[2], before);
	assert.ok(responder.replied[2] >= inside && inside >= before + 2);
	assert.deepEqual(failures, []);
});

test('the guest may reply later, and in another order', () => {
	/** @type {(() => void)[]} */
	const later = [];
	const { posted, failures, responder } = fixture((index, reply) => later.unshift(() => reply(index)));
	responder.answer(0, 1);
	responder.answer(1, 2);
	assert.deepEqual(posted, []);
	later.forEach((run) => run());
	assert.deepEqual([posted, failures], [[1, 0], []]);
});

/** @type {[string, (index: number, reply: (index: number) => void) => void, string][]} */
const WRONG = [
	['another sample', (index, reply) => reply(index + 1), 'Error: the guest replied to sample 1, which does not wait for a reply'],
	['no sample', (_, reply) => reply(/** @type {any} */ (undefined)), 'Error: the guest replied to sample undefined, which does not wait for a reply'],
	['a sample beyond the last', (_, reply) => reply(5), 'Error: the guest replied to sample 5, which does not wait for a reply'],
	['the sample twice', (index, reply) => [index, index].forEach(reply), 'Error: the guest replied to sample 0, which does not wait for a reply'],
	['by throwing', () => {
		throw new TypeError('no');
	}, 'TypeError: no'],
];

for (const [what, answer, says] of WRONG) {
	test(`a guest that answers ${what} fails the launch, once`, () => {
		const { posted, failures, responder } = fixture(answer);
		responder.answer(0, 1);
		const after = posted.length;
		responder.answer(1, 2);
		responder.answer(2, 3);
		assert.deepEqual(failures, [says]);
		assert.equal(posted.length, after, 'a lost guest is asked nothing more');
	});
}
