/** The whole page in a real Chromium: what the daemon does to it, without the daemon. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import * as pingInJs from '../../probes/ping/guests/js/guest.js';
import { Random } from '../../web/random.js';
import { buildGo, buildGuests, buildWat } from './support/build.js';
import { Chromium } from './support/chromium.js';
import { guestOf, manifestOf } from './support/manifest.js';
import { serveLaunch } from './support/server.js';
import { readUpload } from './support/upload.js';

/**
 * @typedef {import('./support/server.js').Launch} Launch
 * @typedef {import('./support/server.js').LaunchServer} LaunchServer
 * @typedef {import('./support/chromium.js').Page} Page
 */

/** @param {string} path relative to the repository */
const place = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Probe ping's Go source by either compiler, and what a test does to keep gc's collector quiet.
 * @param {string} compiler
 * @param {Record<string, string>} [environment]
 */
function pingInGo(compiler, environment = {}) {
	const { start, wasm, glue } = buildGuests('ping')[compiler];
	return { guest: guestOf({ name: compiler, start, wasm: 'guest/guest.wasm', glue: 'guest/glue.js', environment }), files: { 'guest.wasm': wasm, 'glue.js': glue } };
}

/** @type {Chromium} */
let browser;
before(async () => {
	browser = await Chromium.launch();
});
after(() => browser?.close());

/**
 * @param {Launch} launch
 * @param {(page: Page, server: LaunchServer) => Promise<void>} use
 */
async function withPage(launch, use) {
	const server = await serveLaunch(launch);
	try {
		await use(await browser.open(server.url), server);
	} finally {
		await server.close();
	}
}

/**
 * A launch as the daemon drives it.
 * @param {Launch} launch
 */
async function measure(launch) {
	/** @type {{measured: any, finished: any, upload: ReturnType<typeof readUpload>, bytes: number, requests: string[]} | undefined} */
	let outcome;
	await withPage(launch, async (page, server) => {
		await page.evaluate('wasmograph.prepare()');
		const before = server.requests.length;
		const measured = await page.evaluate('wasmograph.measure()');
		assert.equal(server.requests.length, before, 'a request inside the measured window');
		const finished = await page.evaluate('wasmograph.finish()');
		outcome = { measured, finished, upload: readUpload(server.uploads[0]), bytes: server.uploads[0].length, requests: server.requests };
	});
	assert.ok(outcome);
	return outcome;
}

/** @type {('worker' | 'main')[]} */
const THREADS = ['worker', 'main'];

for (const { thread, pacer } of THREADS.flatMap((thread) => ['task', 'worker'].map((pacer) => ({ thread, pacer })))) {
	test(`idle, without a guest, on thread ${thread}, pacer ${pacer}`, async () => {
		const manifest = manifestOf({ thread }, { pacer });
		const { measured, finished, upload, bytes, requests } = await measure({ manifest, probe: place('probes/null') });
		assert.deepEqual(measured, { samples: 100, unanswered: 0 });
		assert.deepEqual(finished, { uploaded: true, bytes });
		assert.equal(upload.bytes, bytes);
		assert.deepEqual([upload.magic, upload.version, upload.samples, upload.cold, upload.columns], ['WGUP', 1, 152, 52, 5]);
		assert.equal(requests.filter((request) => request === 'GET /manifest.json').length, 1);
		assert.equal(requests.filter((request) => request.startsWith('POST')).length, 1);
		checkTimes(upload);
		checkSchedule(upload, manifest);
		checkIdleReport(upload.report, pacer);
	});
}

/** @param {ReturnType<typeof readUpload>} upload all answered */
function checkTimes({ samples, due, sent, received, replied, returned, senderOrigin, targetOrigin, drainEnd }) {
	// The difference of two threads' timeOrigin is good to a step of the clock; a millisecond is ample.
	const toSender = targetOrigin - senderOrigin;
	for (let i = 0; i < samples; i++) {
		assert.ok(sent[i] >= due[i], `sample ${i} was sent before it was due`);
		assert.ok(i === 0 || due[i] > due[i - 1], `due times of ${i}`);
		assert.ok(received[i] + toSender > sent[i] - 1 && replied[i] >= received[i], `sample ${i} at the target`);
		assert.ok(returned[i] + 1 > replied[i] + toSender && returned[i] <= drainEnd, `sample ${i} back at the sender`);
	}
}

/**
 * @param {ReturnType<typeof readUpload>} upload
 * @param {import('../../web/manifest.js').Manifest} manifest
 */
function checkSchedule({ due, cold, samples }, manifest) {
	const random = new Random(manifest.seeds.schedule);
	const measured = Array.from({ length: samples - cold }, () => random.unit());
	const start = due[cold] - measured[0] * 5;
	measured.forEach((u, i) => assert.ok(Math.abs(due[cold + i] - (start + (i + u) * 5)) < 1e-6, `sample ${i}`));
	const early = Array.from({ length: cold }, () => random.unit());
	const coldStart = due[0] - early[0] * 5;
	early.forEach((u, i) => assert.ok(Math.abs(due[i] - (coldStart + (i + u) * 5)) < 1e-6, `cold sample ${i}`));
	assert.ok(start - coldStart >= 260 + 50, 'the window begins after warm-up and lead-in');
}

/**
 * @param {any} report
 * @param {string} pacer
 */
function checkIdleReport({ work, metrics, environment, warnings }, pacer) {
	assert.deepEqual(work, { load: 'idle', steps_due: 0, steps_done: 0, guest: null });
	const { sender_delay_p95, ...others } = metrics;
	assert.deepEqual(others, { busy_ms: 0, busy_share: 0 });
	assert.ok(pacer === 'task' ? sender_delay_p95 === undefined : sender_delay_p95 >= 0);
	assert.deepEqual(warnings, []);
	const { user_agent, hardware_concurrency, ...rest } = environment;
	assert.match(user_agent, /Chrome\//);
	assert.ok(hardware_concurrency >= 1);
	assert.deepEqual(rest, { isolated_page: true, isolated_worker: true, clock_grain_us: 5, visibility: 'visible' });
}

test('a guest of plain wasm exports gets load, seed and size, and does every step', async () => {
	const guest = guestOf({ start: 'wasm-exports', wasm: 'guest/guest.wasm' });
	const seeds = { ...manifestOf().seeds, load: [0xFFFFFFFF, 2, 3, 0x80000001] };
	const manifest = manifestOf({ guest, seeds, load: 'churn' });
	const { upload } = await measure({ manifest, guest: { 'guest.wasm': buildWat('counter') } });
	const { work, metrics } = upload.report;
	const digest = (0xFFFFFFFF + 2 * 2 + 4 * 3 + 8 * 0x80000001) % 2 ** 32;
	assert.deepEqual(work.guest, { steps: work.steps_done, digest, load: 1, size: 10000, answers: 0, initialized: 1 });
	// At least the warm-up and the window passed, at one step per 10 ms.
	assert.ok(work.steps_due >= 75 && work.steps_done <= work.steps_due);
	assert.ok(metrics.step_min_ms <= metrics.step_median_ms && metrics.step_median_ms <= metrics.step_max_ms);
	assert.ok(metrics.busy_share >= 0 && metrics.busy_share <= 1);
});

const COMPILERS = ['gc', 'tinygo'];
const LOADS = ['idle', 'churn', 'hash'];

for (const { compiler, thread, load } of COMPILERS.flatMap((compiler) => THREADS.flatMap((thread) => LOADS.map((load) => ({ compiler, thread, load }))))) {
	test(`the ping guest by ${compiler} on thread ${thread} under ${load} does the same work as its twin in JavaScript`, async () => {
		const { guest, files } = pingInGo(compiler, compiler === 'gc' ? { GOGC: 'off' } : {});
		const manifest = manifestOf({ guest, load, thread }, { hash_bytes: 100000 });
		const { upload } = await measure({ manifest, guest: files });
		const { work, warnings } = upload.report;
		const size = { idle: 0, churn: 10000, hash: 100000 }[load] ?? NaN;
		const [w0, w1, w2, w3] = manifest.seeds.load;
		pingInJs.init(load, w0, w1, w2, w3, size);
		for (let i = 0; i < work.steps_done; i++)
			pingInJs.step();
		const twin = pingInJs.result();
		assert.deepEqual({ ...twin, ...work.guest }, { ...work.guest, ...twin });
		assert.equal(work.guest.steps, work.steps_done);
		assert.ok(load === 'idle' || work.steps_done > 0);
		assert.ok(work.guest.collections >= 0 && work.guest.pause_ns >= 0 && work.guest.gc_ns >= 0);
		if (compiler === 'gc')
			assert.equal(work.guest.collections, 0, 'GOGC=off reached the Go program');
		assert.deepEqual(warnings, [], 'what is printed at the start disturbs nothing');
	});
}

/** How many samples the guest says it answered; null: it does not count. */
const ANSWERING = [
	{ what: 'plain wasm exports', answered: (/** @type {any} */ guest) => guest.answers,
		make: () => ({ guest: guestOf({ start: 'wasm-exports', wasm: 'guest/guest.wasm' }), files: { 'guest.wasm': buildWat('counter') } }) },
	{ what: 'JavaScript', answered: () => null, make: () => moduleGuest('probes/ping/guests/js/guest.js') },
	{ what: 'Go', answered: () => null, make: () => pingInGo('gc') },
	{ what: 'TinyGo', answered: () => null, make: () => pingInGo('tinygo') },
];

for (const { what, answered, make, thread } of ANSWERING.flatMap((row) => THREADS.map((thread) => ({ ...row, thread })))) {
	test(`a guest of ${what} on thread ${thread} answers by itself`, async () => {
		const { guest, files } = make();
		const manifest = manifestOf({ guest, thread, load: 'churn', responder: 'guest' });
		const { measured, upload } = await measure({ manifest, guest: /** @type {Record<string, string>} */ (files) });
		assert.deepEqual(measured, { samples: 100, unanswered: 0 });
		checkTimes(upload);
		assert.ok([null, upload.samples].includes(answered(upload.report.work.guest)));
	});
}

for (const thread of THREADS) {
	test(`a load that is too much for thread ${thread} builds a backlog, and messages are answered all the same`, async () => {
		const guest = guestOf({ module: 'guest/guest.js' });
		const manifest = manifestOf({ guest, thread, load: 'hash' }, { hash_period_ms: 10, hash_bytes: 30 });
		const { measured, upload } = await measure({ manifest, guest: { 'guest.js': place('test/web/fixtures/busy.js') } });
		const { work, metrics } = upload.report;
		assert.equal(measured.unanswered, 0);
		assert.ok(work.steps_due > work.steps_done, `${work.steps_due} due, ${work.steps_done} done`);
		assert.equal(work.guest.steps, work.steps_done);
		assert.ok(metrics.busy_share > 0.5 && metrics.step_min_ms >= 30);
	});
}

test('a guest that blocks the page does not stop the sender in its worker', async () => {
	const guest = guestOf({ module: 'guest/guest.js' });
	// Each step blocks the page for eight samples' time, and answering one message takes a step's time at most.
	const manifest = manifestOf({ guest, thread: 'main', load: 'hash' }, { pacer: 'worker', hash_period_ms: 100, hash_bytes: 40 });
	const { upload } = await measure({ manifest, guest: { 'guest.js': place('test/web/fixtures/busy.js') } });
	const { sent, received, samples } = upload;
	const toPage = upload.senderOrigin - upload.targetOrigin;
	const waited = received.filter((time, i) => time > sent[i] + toPage + 10).length;
	const sentMeanwhile = sent.filter((time, i) => i > 0 && time + toPage < received[i - 1]).length;
	assert.ok(waited > samples / 10, `${waited} of ${samples} samples waited for the page`);
	assert.ok(sentMeanwhile > samples / 10, `${sentMeanwhile} of ${samples} were sent while one before them waited`);
});

test('replies that come after the drain time are missing, and counted', async () => {
	const guest = guestOf({ module: 'guest/guest.js' });
	// The first step, due at once, blocks its thread for longer than the whole window.
	const manifest = manifestOf({ guest, load: 'hash', seeds: { ...manifestOf().seeds, warmup_extra_ms: 0 } },
		{ samples: 10, warmup_ms: 0, drain_ms: 50, hash_period_ms: 10, hash_bytes: 2000 });
	const { measured, upload } = await measure({ manifest, guest: { 'guest.js': place('test/web/fixtures/busy.js') } });
	assert.deepEqual(measured, { samples: 10, unanswered: 10 });
	assert.equal(upload.cold, 0);
	assert.ok(upload.returned.every(Number.isNaN));
	assert.ok(upload.sent.every((time, i) => time >= upload.due[i] && time <= upload.drainEnd));
	assert.ok(upload.drainEnd >= upload.due[9] + 50);
});

/** @param {string} die */
function dyingGo(die) {
	const { wasm, glue } = buildGo('test/web/fixtures/go', 'dying');
	return {
		guest: guestOf({ name: 'dying', start: 'go-js', wasm: 'guest/guest.wasm', glue: 'guest/glue.js', environment: { DIE: die } }),
		files: { 'guest.wasm': wasm, 'glue.js': glue },
	};
}

/** @param {string} path of a file to serve as a guest that is a module */
function moduleGuest(path) {
	return { guest: guestOf({ module: 'guest/guest.js' }), files: { 'guest.js': place(path) } };
}

/**
 * Each row: a guest that is lost, under which load, and the sentence of the first call that is rejected.
 * @type {{what: string, load: string, says: RegExp, responder?: 'guest', parameters?: Record<string, number>,
 *   make: () => {guest: import('../../web/manifest.js').ManifestGuest | null, files: object}}[]}
 */
const LOST = [
	{ what: 'a wasm trap in step 12', load: 'hash', says: /^Error: guest trapped in step 12: RuntimeError: unreachable$/m,
		make: () => ({ guest: guestOf({ start: 'wasm-exports', wasm: 'guest/guest.wasm' }), files: { 'guest.wasm': buildWat('counter') } }) },
	{ what: 'a wasm trap in an answer', load: 'hash', responder: 'guest', parameters: { hash_bytes: 60, warmup_ms: 400 },
		says: /^Error: guest trapped in answer: RuntimeError: unreachable$/m,
		make: () => ({ guest: guestOf({ start: 'wasm-exports', wasm: 'guest/guest.wasm' }), files: { 'guest.wasm': buildWat('counter') } }) },
	{ what: 'one that answers what was not asked', load: 'idle', responder: 'guest', make: () => moduleGuest('test/web/fixtures/wrong_answer.js'),
		says: /^Error: the guest replied to sample 1, which does not wait for a reply$/m },
	{ what: 'one that is to answer and cannot', load: 'idle', responder: 'guest', make: () => moduleGuest('test/web/fixtures/busy.js'),
		says: /^Error: the guest has no function 'answer', which responder 'guest' needs$/m },
	{ what: 'none that is to answer', load: 'idle', responder: 'guest', make: () => ({ guest: null, files: {} }),
		says: /^Error: arm none\/.*\/idle: responder 'guest' needs a guest$/m },
	{ what: 'a Go panic in an answer', load: 'idle', responder: 'guest', make: () => dyingGo('answer'),
		says: /^Error: guest ended in answer: exit code 2 \(it printed: panic: no answer\)$/m },
	{ what: 'a Go panic in step 3', load: 'churn', make: () => dyingGo('step'),
		says: /^Error: guest ended in step 3: exit code 2 \(it printed: panic: the third step is too much\)$/m },
	{ what: 'a Go panic in a goroutine', load: 'idle', make: () => dyingGo('goroutine'),
		says: /^Error: guest ended between calls: exit code 2 \(it printed: panic: in a goroutine\)$/m },
	{ what: 'a Go program that exits at once', load: 'idle', make: () => dyingGo('start'),
		says: /^Error: guest dying did not start: .*before it set wasmographGuest: exit code 7/m },
	{ what: 'a Go program whose main returns', load: 'idle', make: () => dyingGo('return'),
		says: /^Error: guest dying did not start: .*before it set wasmographGuest: exit code 0/m },
	{ what: 'an exception between calls', load: 'idle', make: () => moduleGuest('test/web/fixtures/lost.js'),
		says: /^Error: guest failed outside a call: TypeError: no such thing$/m },
	{ what: 'a module without the functions', load: 'idle', make: () => moduleGuest('web/deadline.js'),
		says: /^Error: guest fixture did not start: Error: guest\/guest.js exports no function 'init'$/m },
	{ what: 'a file that is not there', load: 'idle', says: /guest fixture did not start: Error: guest\/guest.wasm could not be fetched: HTTP status 404$/m,
		make: () => ({ guest: guestOf({ start: 'wasm-exports', wasm: 'guest/guest.wasm' }), files: {} }) },
];

for (const { what, load, make, says, responder = 'js', parameters, thread } of LOST.flatMap((row) => THREADS.map((thread) => ({ ...row, thread })))) {
	test(`a guest lost on thread ${thread}: ${what}`, async () => {
		const { guest, files } = make();
		const manifest = manifestOf({ guest, load, thread, responder }, { hash_bytes: 12, hash_period_ms: 10, ...parameters });
		await assert.rejects(measure({ manifest, guest: /** @type {Record<string, string>} */ (files) }), (/** @type {Error} */ error) => {
			assert.match(error.message, says);
			return true;
		});
	});
}

for (const thread of THREADS) {
	test(`a trap on thread ${thread} inside the window rejects measure(), and the page says so`, async () => {
		const guest = guestOf({ start: 'wasm-exports', wasm: 'guest/guest.wasm' });
		// 200 steps of 10 ms: long after the warm-up of 260 ms, long before the window's 5 s are over.
		const manifest = manifestOf({ guest, thread, load: 'hash' }, { samples: 1000, hash_bytes: 200, hash_period_ms: 10 });
		await withPage({ manifest, guest: { 'guest.wasm': buildWat('counter') } }, async (page) => {
			await page.evaluate('wasmograph.prepare()');
			await assert.rejects(page.evaluate('wasmograph.measure()'), /^Error: Error: guest trapped in step 200: RuntimeError: unreachable/);
			assert.match(await page.evaluate('document.getElementById("state").textContent'), /guest trapped in step 200/);
			await assert.rejects(page.evaluate('wasmograph.finish()'), /guest trapped in step 200/);
		});
	});
}

/** @typedef {import('./support/chromium.js').TraceEvent} TraceEvent */

const TRACED = ['blink.user_timing', 'devtools.timeline'];

/** The guest of phases.wat, whose host sees its collections. */
function phasesGuest() {
	return {
		guest: guestOf({ name: 'phases', start: 'go-js', wasm: 'guest/guest.wasm', glue: 'guest/glue.js' }),
		files: { 'guest.wasm': buildWat('phases'), 'glue.js': place('test/web/fixtures/phases_glue.js') },
	};
}

/**
 * A traced launch: its upload's report and what of it stands in the browser's trace.
 * @param {object} changes of the manifest
 * @param {Record<string, string>} files of the guest
 * @param {Record<string, number>} [parameters]
 */
async function traceLaunch(changes, files, parameters) {
	/** @type {TraceEvent[]} */
	let events = [];
	/** @type {any} */
	let upload;
	await withPage({ manifest: manifestOf({ traced: true, ...changes }, parameters), guest: files }, async (page, server) => {
		events = await browser.trace(TRACED, async () => {
			for (const part of ['prepare', 'measure', 'finish'])
				await page.evaluate(`wasmograph.${part}()`);
		});
		upload = readUpload(server.uploads[0]);
	});
	return { events, upload, report: upload.report };
}

/**
 * @param {TraceEvent[]} events
 * @param {string} name
 */
const named = (events, name) => events.filter((event) => event.name === name).sort((a, b) => a.ts - b.ts);

/**
 * The measures of a name: begin and end events, paired in their order by thread and id.
 * @param {TraceEvent[]} events
 * @param {string} name
 */
function measures(events, name) {
	const ofName = named(events, name).filter(({ cat }) => cat === 'blink.user_timing');
	/** @param {TraceEvent} event */
	const key = ({ tid, id2 }) => `${tid}/${id2?.local}`;
	const ends = ofName.filter(({ ph }) => ph === 'e');
	return ofName.filter(({ ph }) => ph === 'b').map((begin) => {
		const at = ends.findIndex((end) => key(end) === key(begin));
		return { tid: begin.tid, start: begin.ts, end: ends.splice(at, 1)[0].ts };
	});
}

/**
 * Messages from thread to thread that were taken up between two moments, by the pairs of their two events. The moment
 * is the receiver's: the sender's event is written some time after the message was handed over.
 * @param {TraceEvent[]} events
 * @param {number} from
 * @param {number} to
 * @param {number} startTs
 * @param {number} endTs
 */
function messages(events, from, to, startTs, endTs) {
	const sent = new Set(events.filter(({ name, ph, tid }) => name === 'SchedulePostMessage' && ph === 'I' && tid === from)
		.map(({ args }) => args.data.traceId));
	return events.filter(({ name, ph, tid, ts, args }) => name === 'HandlePostMessage' && ph === 'X' && tid === to
		&& ts > startTs && ts < endTs && sent.has(args.data.traceId)).length;
}

for (const thread of THREADS) {
	test(`a traced launch on thread ${thread}: marks, counted messages, calls and collections stand in the trace`, async () => {
		const { guest, files } = phasesGuest();
		// Long enough for a mark in the middle.
		const { events, report } = await traceLaunch({ guest, thread, load: 'churn' }, files, { samples: 400, churn_step_ms: 50 });
		const main = named(events, 'align:main');
		const worker = named(events, 'align:worker');
		for (const marks of [main, worker]) {
			const seconds = (marks[marks.length - 1].ts - marks[0].ts) / 1e6;
			assert.ok(marks.length >= 5 && marks.length <= 4 + seconds / 1.5, `${marks.length} marks in ${seconds} s`);
			assert.equal(new Set(marks.map(({ tid }) => tid)).size, 1);
		}
		assert.notEqual(main[0].tid, worker[0].tid);
		const [startTs, endTs] = [main[0].ts, main[main.length - 1].ts];
		assert.ok(startTs < worker[0].ts && worker[worker.length - 1].ts < endTs, "the page's marks enclose the worker's");

		const [sender, target] = thread === 'main' ? [worker[0].tid, main[0].tid] : [main[0].tid, worker[0].tid];
		assert.deepEqual(report.trace, {
			to_target: messages(events, sender, target, startTs, endTs),
			to_sender: messages(events, target, sender, startTs, endTs),
		});

		const calls = measures(events, 'h:guest');
		const collections = measures(events, 'h:guestgc');
		// One when it started, one in init, one a step; each spins for some milliseconds.
		assert.equal(collections.length, report.work.steps_done + 2);
		assert.equal(report.work.guest.collections, report.work.steps_done);
		assert.equal(report.work.guest.ticks, 42, 'the replaced clock still tells the time');
		for (const { tid, start, end } of collections)
			assert.ok(tid === target && end - start >= 499, `${end - start} µs`);
		const inSteps = collections.filter(({ start, end }) => calls.some((call) => call.start <= start + 10 && call.end >= end - 10));
		assert.ok(inSteps.length >= report.work.steps_done, 'collections lie inside calls');
	});
}

for (const { compiler, thread } of COMPILERS.flatMap((compiler) => THREADS.map((thread) => ({ compiler, thread })))) {
	test(`collections of ${compiler} on thread ${thread} stand in the trace of a traced launch`, async () => {
		const { guest, files } = pingInGo(compiler, compiler === 'gc' ? { GODEBUG: 'madvdontneed=0' } : {});
		const { events, report } = await traceLaunch({ guest, thread, load: 'churn' }, files, { churn_rate_mb_s: 40 });
		const collections = measures(events, 'h:guestgc');
		// Counted since init, which itself collects; and a collection of the live heap takes milliseconds.
		assert.ok(report.work.guest.collections > 0 && collections.length >= report.work.guest.collections,
			`${collections.length} in the trace of ${report.work.guest.collections}`);
		assert.ok(measures(events, 'h:guest').length > 0);
		assert.ok(report.observations.guest_output.every((/** @type {string} */ line) => !line.startsWith('gc ')), "the runtime's lines are not the guest's output");
		assert.deepEqual(report.warnings, []);
	});
}

for (const thread of THREADS) {
	test(`an untraced launch on thread ${thread} puts nothing into the trace, and counts collections all the same`, async () => {
		const { guest, files } = phasesGuest();
		const { events, report } = await traceLaunch({ guest, thread, load: 'churn', traced: false }, files);
		assert.deepEqual(events.filter(({ name }) => /^(h:|align:)/.test(name)), []);
		assert.equal('trace' in report, false);
		assert.ok(report.work.steps_done > 0);
		assert.equal(report.work.guest.collections, report.work.steps_done);
		assert.ok(report.work.guest.pause_ns > 0);
	});
}

test('a page that is not isolated is refused', async () => {
	await withPage({ manifest: manifestOf(), isolated: false }, async (page) => {
		await assert.rejects(page.evaluate('wasmograph.prepare()'), /the page is not crossOriginIsolated/);
	});
});

test('where isolation varies, the coarse clock is measured and reported', async () => {
	const { upload } = await measure({ manifest: manifestOf({ isolation: 'varied' }), isolated: false });
	const { isolated_page, isolated_worker, clock_grain_us } = upload.report.environment;
	assert.deepEqual([isolated_page, isolated_worker, clock_grain_us], [false, false, 100]);
});

test('the parts are called once each, in order', async () => {
	await withPage({ manifest: manifestOf({}, { samples: 5 }) }, async (page) => {
		await assert.rejects(page.evaluate('wasmograph.measure()'), /measure\(\) was called out of turn/);
		await page.evaluate('wasmograph.prepare()');
		await assert.rejects(page.evaluate('wasmograph.prepare()'), /prepare\(\) was called out of turn/);
		await page.evaluate('wasmograph.measure()');
		await page.evaluate('wasmograph.finish()');
		await assert.rejects(page.evaluate('wasmograph.finish()'), /finish\(\) was called out of turn/);
	});
});

test('a probe without its functions, and a manifest that cannot be done, are told by prepare()', async () => {
	await withPage({ manifest: manifestOf(), probe: place('test/web/fixtures/empty_probe') }, async (page) => {
		await assert.rejects(page.evaluate('wasmograph.prepare()'), /probe.js of probe ping exports no function 'measure'/);
		assert.equal(await page.evaluate('wasmograph.ready'), false);
	});
	await withPage({ manifest: manifestOf({ thread: /** @type {any} */ ('gpu') }) }, async (page) => {
		await assert.rejects(page.evaluate('wasmograph.prepare()'), /not on thread 'gpu'/);
	});
});

test('the page says what it is to a person who opens it', async () => {
	await withPage({ manifest: manifestOf() }, async (page) => {
		await page.evaluate('wasmograph.loaded.then(() => 0)');
		assert.equal(await page.evaluate('wasmograph.ready'), true);
		assert.equal(await page.evaluate('document.title'), 'none/worker/idle · ping · wasmograph');
		assert.match(await page.evaluate('document.body.innerText'), /measures one configuration[^]*ping[^]*Loaded/);
		assert.equal(await page.evaluate('getComputedStyle(document.querySelector("main")).maxWidth'), '640px', 'harness.css applies');
	});
});
