/**
 * The worker that holds a guest: starts it, answers samples, drives its load, and hands back what was
 * recorded. Without a guest it only answers, by the very same code: that is the null arm.
 */
import { Random } from '../web/random.js';
import { errorText, Guest } from './guest.js';
import { GuestOutput } from './guest_output.js';
import { startGuest } from './guest_start.js';
import { loadOf } from './load.js';
import { LoadDriver } from './load_driver.js';
import { Responder } from './responder.js';

const output = new GuestOutput();
/** @type {Responder} */
let responder;
/** @type {Guest | null} */
let guest = null;
/** @type {LoadDriver} */
let driver;
let stepsDue = 0;

/**
 * @param {import('./messages.js').HostMessage} message
 * @param {Transferable[]} [transfer]
 */
function post(message, transfer = []) {
	postMessage(message, { transfer });
}

/** @param {unknown} error */
function fail(error) {
	post({ failed: error instanceof Error ? error.message : errorText(error) });
}

/**
 * @param {import('./messages.js').StartCommand} command
 * @returns {Promise<import('./messages.js').Started>}
 */
async function start({ manifest, samples }) {
	const load = loadOf(manifest);
	responder = new Responder(samples, (index) => postMessage(index));
	const guestStartMs = manifest.guest ? await startMeasuredGuest(manifest.guest) : 0;
	guest?.init(load, manifest.seeds.load);
	if (!guest && load.name !== 'idle')
		throw new Error(`arm ${manifest.arm}: load '${load.name}' needs a guest`);
	driver = new LoadDriver(load, new Random(manifest.seeds.load_schedule), () => guest?.step(), fail);
	return { timeOrigin: performance.timeOrigin, isolated: crossOriginIsolated, guestStartMs };
}

/**
 * @param {import('../web/manifest.js').ManifestGuest} spec
 * @returns {Promise<number>} how long it took, ms
 */
async function startMeasuredGuest(spec) {
	const begun = performance.now();
	output.capture(console);
	try {
		guest = new Guest(await startGuest(spec), output);
		guest.watch(fail);
	} catch (error) {
		throw new Error(`guest ${spec.name} did not start: ${errorText(error)}${output.clue()}`);
	}
	return performance.now() - begun;
}

/**
 * @param {import('./messages.js').CollectCommand} command
 * @returns {import('./messages.js').Collected}
 */
function collect({ window }) {
	const { received, replied } = responder;
	const durations = driver.log.durations();
	return {
		received,
		replied,
		load: {
			steps_due: stepsDue,
			steps_done: driver.log.count,
			busy_ms: driver.log.busyWithin(-Infinity, Infinity),
			busy_share: driver.log.busyWithin(window.startMs, window.endMs) / (window.endMs - window.startMs),
			step_min_ms: durations && durations.min,
			step_median_ms: durations && durations.median,
			step_max_ms: durations && durations.max,
		},
		guest: guest && guest.result(),
		output: { lines: output.lines, last: output.last },
	};
}

/** @param {import('./messages.js').Command} command */
async function execute(command) {
	switch (command.command) {
	case 'start':
		return post({ answer: await start(command) });
	case 'beginLoad':
		driver.begin();
		return post({ answer: null });
	case 'endLoad':
		stepsDue = driver.end();
		return post({ answer: null });
	case 'collect': {
		const collected = collect(command);
		return post({ answer: collected }, [collected.received.buffer, collected.replied.buffer]);
	}
	}
}

addEventListener('message', (event) => {
	const received = performance.now();
	const data = event.data;
	if (typeof data === 'number')
		responder.answer(data, received);
	else
		execute(data).catch(fail);
});

// What a guest throws in tasks of its own, a Go timer for example, comes out here.
addEventListener('error', (event) => {
	event.preventDefault();
	post({ failed: `guest failed outside a call: ${errorText(event.error ?? event.message)}${output.clue()}` });
});
addEventListener('unhandledrejection', (event) => {
	event.preventDefault();
	post({ failed: `guest failed outside a call: ${errorText(event.reason)}${output.clue()}` });
});
