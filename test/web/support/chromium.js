/**
 * A headless Chromium driven over --remote-debugging-pipe: NUL-ended JSON on descriptors 3 and 4, so no
 * WebSocket library is needed. Tests only; measurements go through the daemon.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @typedef {Object} TraceEvent
 * @property {string} name
 * @property {string} cat
 * @property {string} ph
 * @property {number} ts µs
 * @property {number} pid
 * @property {number} tid
 * @property {any} args
 * @property {{local: string}} [id2]
 */

const BROWSER = process.env.CHROMIUM ?? 'chromium';
const FLAGS = ['--headless=new', '--remote-debugging-pipe', '--no-first-run', '--no-default-browser-check',
	'--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-gpu',
	'--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup'];

export class Chromium {
	/** @type {import('node:child_process').ChildProcess} */
	#process;
	#profile;
	#nextId = 1;
	/** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
	#pending = new Map();
	#received = '';
	/** @type {Map<string, (params: any) => void>} by method */
	#listeners = new Map();

	/**
	 * @param {import('node:child_process').ChildProcess} process
	 * @param {string} profile
	 */
	constructor(process, profile) {
		this.#process = process;
		this.#profile = profile;
		const input = /** @type {import('node:stream').Readable} */ (process.stdio[4]);
		input.setEncoding('utf8');
		input.on('data', (text) => this.#onData(text));
		process.on('exit', (code, signal) => this.#failAll(new Error(`${BROWSER} ended: ${code ?? signal}`)));
		process.on('error', (error) => this.#failAll(error));
	}

	/** @returns {Promise<Chromium>} */
	static async launch() {
		const profile = await mkdtemp(join(tmpdir(), 'wasmograph-web-test-'));
		// Root cannot have Chromium's sandbox; the daemon changes user instead, a test need not.
		const flags = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
		const child = spawn(BROWSER, [...flags, `--user-data-dir=${profile}`],
			{ stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
		return new Chromium(child, profile);
	}

	/**
	 * @param {string} url
	 * @returns {Promise<Page>} after its load event
	 */
	async open(url) {
		const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
		const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
		const page = new Page(this, sessionId);
		const { errorText } = await page.send('Page.navigate', { url });
		if (errorText)
			throw new Error(`${url}: ${errorText}`);
		await page.evaluate(`new Promise((resolve) => document.readyState === 'complete' ? resolve(0) : addEventListener('load', () => resolve(0)))`);
		return page;
	}

	/**
	 * @param {string} method
	 * @param {object} params
	 * @param {string} [sessionId]
	 * @returns {Promise<any>}
	 */
	send(method, params, sessionId) {
		const id = this.#nextId++;
		const output = /** @type {import('node:stream').Writable} */ (this.#process.stdio[3]);
		output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
		return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
	}

	/**
	 * Records a trace of all there is while `work` runs.
	 * @param {string[]} categories
	 * @param {() => Promise<void>} work
	 * @returns {Promise<TraceEvent[]>}
	 */
	async trace(categories, work) {
		/** @type {TraceEvent[]} */
		const events = [];
		this.#listeners.set('Tracing.dataCollected', ({ value }) => events.push(...value));
		const complete = new Promise((resolve) => this.#listeners.set('Tracing.tracingComplete', resolve));
		await this.send('Tracing.start', { traceConfig: { includedCategories: categories, excludedCategories: ['*'] } });
		try {
			await work();
		} finally {
			await this.send('Tracing.end', {});
		}
		const { dataLossOccurred } = await complete;
		if (dataLossOccurred)
			throw new Error('the trace lost events');
		return events;
	}

	/** Kills the browser and deletes its profile. */
	async close() {
		const gone = new Promise((resolve) => this.#process.once('exit', resolve));
		await this.send('Browser.close', {}).catch(() => {});
		await gone;
		await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
	}

	/** @param {string} text */
	#onData(text) {
		const messages = (this.#received + text).split('\0');
		this.#received = messages.pop() ?? '';
		for (const message of messages)
			this.#onMessage(JSON.parse(message));
	}

	/** @param {{id?: number, method?: string, params?: any, result?: any, error?: {message: string}}} message */
	#onMessage(message) {
		if (message.method)
			this.#listeners.get(message.method)?.(message.params);
		const waiting = this.#pending.get(message.id ?? 0);
		if (!waiting)
			return;
		this.#pending.delete(message.id ?? 0);
		if (message.error)
			waiting.reject(new Error(message.error.message));
		else
			waiting.resolve(message.result);
	}

	/** @param {Error} error */
	#failAll(error) {
		for (const { reject } of this.#pending.values())
			reject(error);
		this.#pending.clear();
	}
}

export class Page {
	#browser;
	#session;

	/**
	 * @param {Chromium} browser
	 * @param {string} session
	 */
	constructor(browser, session) {
		this.#browser = browser;
		this.#session = session;
	}

	/**
	 * @param {string} method
	 * @param {object} params
	 */
	send(method, params) {
		return this.#browser.send(method, params, this.#session);
	}

	/**
	 * As the daemon does: one Runtime.evaluate, awaited, by value.
	 * @param {string} expression
	 * @returns {Promise<any>}
	 */
	async evaluate(expression) {
		const reply = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
		if (reply.exceptionDetails)
			throw new Error(reply.exceptionDetails.exception?.description ?? reply.exceptionDetails.text);
		return reply.result.value;
	}
}
