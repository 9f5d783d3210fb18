/**
 * SHA-256 of 10 MB in a worker: the article's code as it stands, then corrected; and whether the worker answers while it
 * hashes.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 */

/** SHA-256 of guests/hash's input, its first four bytes, as Python's hashlib has it. */
const DIGEST = 0xf295161d;
const DEADLINE_MS = 30000;
/** Between two pings. */
const PING_MS = 5;

/** @param {Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {Harness} harness */
export async function measure(harness) {
	const file = harness.manifest.load === 'literal' ? 'literal_worker.js' : 'hash_worker.js';
	const worker = new Worker(new URL(file, import.meta.url), { type: 'module', name: 'hash' });
	try {
		await (harness.manifest.load === 'literal' ? tryLiteral(harness, worker) : pingAndHash(harness, worker));
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
 * The worker's next message for which `take` gives something.
 * @template T
 * @param {Worker} worker
 * @param {(data: any) => T | undefined} take
 * @returns {Promise<T>}
 */
function next(worker, take) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`the worker did not answer within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
		worker.onerror = (event) => reject(new Error(event.message || 'the worker could not be loaded'));
		worker.onmessage = ({ data }) => {
			const found = 'failed' in data ? undefined : take(data);
			if ('failed' in data)
				reject(new Error(data.failed));
			if (found === undefined)
				return;
			clearTimeout(timer);
			resolve(found);
		};
	});
}

/**
 * @param {Harness} harness
 * @param {Worker} worker
 */
async function tryLiteral({ calls, manifest }, worker) {
	worker.postMessage({ wasm: new URL(`../${manifest.guest?.wasm}`, import.meta.url).href });
	const steps = await next(worker, (data) => data);
	calls.observe('literal_code_works', steps.called === 'yes');
	calls.fact('what happened', steps);
}

/**
 * Pings all the time, a hash in the middle. A pong that the worker sent before the hash's end, of a ping that came after its
 * beginning, shows a worker that answers while it hashes.
 * @param {Harness} harness
 * @param {Worker} worker
 */
async function pingAndHash(harness, worker) {
	const { calls, manifest } = harness;
	worker.postMessage({ manifest });
	const { exports } = await next(worker, (data) => data);
	worker.postMessage({ hash: true });
	await next(worker, ({ hashed }) => hashed); // the first one runs code that is not yet optimised
	/** @type {number[][]} when each ping was sent, answered by the worker, and back: ms of one clock */
	const [sentMs, pongMs, answeredMs] = [[], [], []];
	const rounds = harness.number('rounds', 1);
	/** @type {{beginMs: number, endMs: number, digest: number}[]} */
	const hashes = [];
	for (let round = 0; round < rounds; round++)
		hashes.push(await oneRound(worker, sentMs, pongMs, answeredMs));
	for (const { digest } of hashes) {
		if (digest !== DIGEST)
			throw new Error(`the guest's SHA-256 begins with ${digest.toString(16)} and not with ${DIGEST.toString(16)}`);
	}
	const during = sentMs.flatMap((ms, i) => hashes.some(({ beginMs, endMs }) => ms > beginMs && ms < endMs - PING_MS) ? [i] : []);
	const early = during.filter((i) => hashes.some(({ beginMs, endMs }) => sentMs[i] > beginMs && pongMs[i] < endMs));
	calls.observe('answers_while_it_hashes', during.length > 0 && early.length === during.length);
	calls.observe('exports_hash_bytes', exports);
	calls.metric('hash_ms', mean(hashes.map(({ beginMs, endMs }) => endMs - beginMs)));
	calls.metric('worst_answer_ms', Math.max(...sentMs.map((ms, i) => answeredMs[i] - ms)));
	calls.series('worst_answer_ms', 'ms', sentMs.map((ms, i) => answeredMs[i] - ms));
	calls.fact('pings', { sent: sentMs.length, duringHash: during.length, answeredDuringHash: early.length });
}

/**
 * @param {Worker} worker
 * @param {number[]} sentMs
 * @param {number[]} pongMs
 * @param {number[]} answeredMs
 */
async function oneRound(worker, sentMs, pongMs, answeredMs) {
	const now = () => performance.timeOrigin + performance.now();
	const timer = setInterval(() => worker.postMessage({ ping: sentMs.push(now()) - 1 }), PING_MS);
	try {
		const done = next(worker, ({ hashed, pong, atMs }) => {
			if (hashed === undefined) {
				pongMs[pong] = atMs;
				answeredMs[pong] = now();
			}
			return hashed;
		});
		worker.postMessage({ hash: true });
		const hashed = await done;
		clearInterval(timer);
		await next(worker, ({ pong, atMs }) => {
			pongMs[pong] = atMs;
			answeredMs[pong] = now();
			return pong === sentMs.length - 1 ? true : undefined;
		});
		return hashed;
	} finally {
		clearInterval(timer);
	}
}

/** @param {number[]} values */
function mean(values) {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
