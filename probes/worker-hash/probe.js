/**
 * The article's SHA-256 of 10 MB in a Worker: whether its code runs as it is printed, and whether a worker that hashes
 * answers.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 * @typedef {import('./answers.js').Exchange} Exchange
 */
import { duringHash } from './answers.js';

/** For any answer of the worker's: then the launch has failed. */
const DEADLINE_MS = 30000;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure(harness) {
	const literal = harness.manifest.load === 'literal';
	const worker = new Worker(new URL(literal ? 'literal_worker.js' : 'hash_worker.js', import.meta.url), { type: 'module', name: 'hash' });
	try {
		await (literal ? tryLiteral(harness, worker) : hashAndAsk(harness, worker));
	} finally {
		worker.terminate();
	}
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}

/**
 * @param {Harness} harness
 * @param {Worker} worker
 */
async function tryLiteral({ calls, manifest }, worker) {
	const found = await ask(worker, { wasm: new URL(`../${manifest.guest?.wasm}`, import.meta.url).href });
	calls.observe('literal_code_works', found.reached === 'the end');
	calls.fact('literal code', found);
}

/**
 * @param {Harness} harness
 * @param {Worker} worker
 */
async function hashAndAsk(harness, worker) {
	const { calls, manifest } = harness;
	await ask(worker, { ask: 'start', manifest });
	const rounds = [];
	for (let i = harness.number('hashes', 1); i > 0; i--)
		rounds.push(await round(worker, harness.number('ping_ms', 1)));
	report(calls, rounds);
}

/**
 * One hash, with messages from before it begins until it has ended.
 * @param {Worker} worker
 * @param {number} pingMs
 */
async function round(worker, pingMs) {
	/** @type {Exchange[]} */
	const exchanges = [];
	/** @param {MessageEvent} event */
	const onAnswer = ({ data }) => {
		if ('ping' in data)
			Object.assign(exchanges[data.ping], { takenMs: data.takenMs, answeredMs: now() });
	};
	worker.addEventListener('message', onAnswer);
	const timer = setInterval(() => {
		worker.postMessage({ ping: exchanges.length });
		exchanges.push({ sentMs: now(), takenMs: Infinity, answeredMs: Infinity });
	}, pingMs);
	try {
		const hashed = await ask(worker, { ask: 'hash' });
		clearInterval(timer);
		await allAnswered(worker, exchanges);
		return { ...hashed, during: duringHash(hashed, exchanges) };
	} finally {
		clearInterval(timer);
		worker.removeEventListener('message', onAnswer);
	}
}

/**
 * @param {Worker} worker
 * @param {Exchange[]} exchanges
 */
async function allAnswered(worker, exchanges) {
	while (exchanges.some(({ answeredMs }) => answeredMs === Infinity))
		await next(worker, ({ ping }) => ping !== undefined);
}

/** @returns {number} ms since the epoch, by this thread's clock */
function now() {
	return performance.timeOrigin + performance.now();
}

/**
 * @param {Worker} worker
 * @param {object} question
 * @returns {Promise<any>} the answer that is none to a ping
 */
function ask(worker, question) {
	const answer = next(worker, ({ ping }) => ping === undefined);
	worker.postMessage(question);
	return answer;
}

/**
 * The worker's next message of a kind, or a failure.
 * @param {Worker} worker
 * @param {(data: any) => boolean} wanted
 * @returns {Promise<any>}
 */
function next(worker, wanted) {
	const listening = new AbortController();
	const { signal } = listening;
	const message = new Promise((resolve, reject) => {
		worker.addEventListener('message', ({ data }) => {
			if ('failed' in data)
				reject(new Error(data.failed));
			else if (wanted(data))
				resolve(data);
		}, { signal });
		worker.addEventListener('error', (event) => reject(new Error(event.message || 'the worker could not be loaded')), { signal });
		const timer = setTimeout(() => reject(new Error(`the worker did not answer within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
		signal.addEventListener('abort', () => clearTimeout(timer));
	});
	return message.finally(() => listening.abort());
}

/**
 * @param {import('../../web/calls.js').Calls} calls
 * @param {any[]} rounds
 */
function report(calls, rounds) {
	const sent = sum(rounds.map(({ during }) => during.sent));
	const taken = sum(rounds.map(({ during }) => during.taken));
	if (sent === 0)
		throw new Error('no message was sent while the worker hashed: the hash is too short for its ping_ms');
	calls.metric('messages_during_hash', sent);
	calls.metric('answers_during_hash', taken);
	calls.observe('answered_during_hash', taken > 0);
	const collected = rounds.map((each) => each.collected);
	if (!collected.includes(null)) {
		calls.observe('no_collection', sum(collected) === 0);
		calls.observe('collections_came', sum(collected) > 0);
	}
	calls.series('hash_ms', 'ms', rounds.map(({ beginMs, endMs }) => endMs - beginMs));
	calls.series('wait_ms', 'ms', rounds.flatMap(({ during }) => during.waitsMs));
	calls.fact('collections in each hash', collected);
}

/** @param {number[]} values */
function sum(values) {
	return values.reduce((total, value) => total + value, 0);
}
