import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../web/random.js';
import { LoadDriver } from '../../workers/load_driver.js';

const SEED = [1, 2, 3, 4];
const PERIOD = 10;

/**
 * An event loop in small: tasks in order of their time, then of their posting; a step takes `stepMs`.
 */
class Loop {
	time = 1000;
	/** @type {{at: number, run: () => void}[]} */
	#tasks = [];
	/** @type {string[]} */
	events = [];
	/** Steps since the loop last started a task. */
	stepsInTask = 0;
	clock = { now: () => this.time };
	tasks = {
		/** @param {() => void} run @param {{delay?: number}} [options] */
		postTask: (run, options = {}) => {
			assert.ok(options.delay === undefined || (Number.isInteger(options.delay) && options.delay >= 1));
			this.at(this.time + (options.delay ?? 0), run);
		},
	};

	/** @param {number} at @param {() => void} run */
	at(at, run) {
		this.#tasks.push({ at, run });
	}

	/** @param {number} end */
	runUntil(end) {
		for (;;) {
			this.#tasks.sort((a, b) => a.at - b.at);
			if (this.#tasks.length === 0 || Math.max(this.#tasks[0].at, this.time) > end)
				break;
			const { at, run } = /** @type {{at: number, run: () => void}} */ (this.#tasks.shift());
			this.time = Math.max(this.time, at);
			this.stepsInTask = 0;
			run();
		}
		this.time = Math.max(this.time, end);
	}
}

/** @param {Loop} loop @param {number} stepMs @param {(error: unknown) => void} [onFailure] @param {number} [lastStep] */
function driverOf(loop, stepMs, onFailure = failTest, lastStep = Infinity) {
	let steps = 0;
	const step = () => {
		if (++steps > lastStep)
			throw new Error('guest trapped');
		if (++loop.stepsInTask > 1)
			throw new Error('two steps in one task: nothing is answered in between');
		loop.events.push('step');
		loop.time += stepMs;
	};
	return new LoadDriver({ name: 'churn', periodMs: PERIOD, size: 0 }, new Random(SEED), step, onFailure, loop);
}

/** @param {unknown} [error] */
function failTest(error) {
	assert.fail(String(error));
}

/** The due times as METHOD defines them. */
function dueTimes(start = 1000, count = 1000) {
	const random = new Random(SEED);
	return Array.from({ length: count }, (_, k) => start + (k + random.unit()) * PERIOD);
}

for (const stepMs of [0, 3, 25, 4000]) {
	test(`steps of ${stepMs} ms: due and done are counted from the schedule`, () => {
		const loop = new Loop();
		const driver = driverOf(loop, stepMs);
		driver.begin();
		loop.runUntil(1500);
		assert.equal(driver.end(), dueTimes().filter((due) => due <= loop.time).length);
		assert.equal(driver.log.count, loop.events.length);
		assert.equal(driver.log.busyWithin(-Infinity, Infinity), stepMs * driver.log.count);
	});
}

test('no step runs before it is due, and an unloaded thread runs each within the next millisecond', () => {
	const loop = new Loop();
	const driver = driverOf(loop, 0);
	/** @type {number[]} */
	const starts = [];
	loop.events.push = () => starts.push(loop.time);
	driver.begin();
	loop.runUntil(1300);
	driver.end();
	const due = dueTimes();
	assert.ok(starts.length >= 29);
	starts.forEach((start, k) => assert.ok(start >= due[k] && start < due[k] + 1 + 1e-9, `step ${k}`));
});

test('while it catches up, waiting messages are answered between any two steps', () => {
	const loop = new Loop();
	const driver = driverOf(loop, 25);
	for (let at = 1000; at < 1400; at += 5)
		loop.at(at, () => loop.events.push('message'));
	driver.begin();
	loop.runUntil(1400);
	assert.ok(driver.end() > driver.log.count, 'the load is more than the thread can do');
	assert.doesNotMatch(loop.events.join(' '), /step step/);
});

test('after the end no step runs', () => {
	const loop = new Loop();
	const driver = driverOf(loop, 1);
	driver.begin();
	loop.runUntil(1100);
	driver.end();
	const steps = loop.events.length;
	loop.runUntil(1500);
	assert.equal(loop.events.length, steps);
});

test('an idle load has no steps', () => {
	const loop = new Loop();
	const driver = new LoadDriver({ name: 'idle', periodMs: Infinity, size: 0 }, new Random(SEED), failTest, failTest, loop);
	driver.begin();
	loop.runUntil(5000);
	assert.equal(driver.end(), 0);
});

test('a trap ends the load and is told once', () => {
	const loop = new Loop();
	/** @type {unknown[]} */
	const failures = [];
	const driver = driverOf(loop, 1, (error) => failures.push(error), 4);
	driver.begin();
	loop.runUntil(1500);
	assert.equal(driver.log.count, 4);
	assert.equal(String(failures), 'Error: guest trapped');
});
