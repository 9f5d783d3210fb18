// Drives puppeteer-core for the bench: commands on stdin, one answer a line on stdout (clients.py has the protocol).
//
//   node puppeteer.mjs usual|tuned
//
// usual: page.tracing.start({ path }) and stop(), as its documentation shows. tuned: by a CDPSession, two IO.read of
// 128 KiB under way, straight to the file: the least that can be done with puppeteer-core.
import fs from 'node:fs';
import puppeteer from 'puppeteer-core';

import { answer, mark, obey } from './answer.mjs';

const READ_BYTES = 128 * 1024;
const READS_UNDER_WAY = 2;

/** @typedef {{ do: 'launch' | 'trace' | 'close', program: string, flags: string[], url: string,
 *   categories: string[], path: string, expression: string }} Order */
/** @typedef {Record<string, number[]>} Marks */

const tuned = process.argv[2] === 'tuned';
/** @type {any} */
let browser;
/** @type {any} */
let page;

/** @param {Order} order */
async function launch({ program, flags, url }) {
	const begin = mark();
	browser = await puppeteer.launch({ executablePath: program, args: flags, ignoreDefaultArgs: true,
		defaultViewport: null });
	[page] = await browser.pages();
	await page.goto(url);
	return { marks: { begin, loaded: mark() } };
}

async function close() {
	const begin = mark();
	await browser.close();
	return { marks: { begin, closed: mark() } };
}

/** @param {Order} order */
async function traceUsual({ categories, path, expression }) {
	/** @type {Marks} */
	const marks = { begin: mark() };
	await page.tracing.start({ path, categories });
	marks.started = mark();
	await page.reload();
	marks.reloaded = mark();
	const result = await page.evaluate(expression);
	marks.window_end = mark();
	// The library's own session; its users do not see this event.
	page._client?.().once('Tracing.tracingComplete', () => { marks.complete = mark(); });
	await page.tracing.stop();
	marks.disk = mark();
	return { marks, page: result, data_loss: null };
}

/**
 * Replies come in the order of the requests.
 * @param {any} session
 * @param {string} stream
 * @param {number} file
 */
async function pull(session, stream, file) {
	const read = () => session.send('IO.read', { handle: stream, size: READ_BYTES });
	const underWay = Array.from({ length: READS_UNDER_WAY }, read);
	for (;;) {
		const { data, eof, base64Encoded } = await underWay.shift();
		fs.writeSync(file, base64Encoded ? Buffer.from(data, 'base64') : data);
		if (eof)
			break;
		underWay.push(read());
	}
	await Promise.all(underWay);
	await session.send('IO.close', { handle: stream });
}

/** @param {Order} order */
async function traceTuned({ categories, path, expression }) {
	/** @type {Marks} */
	const marks = { begin: mark() };
	const session = await page.createCDPSession();
	await session.send('Tracing.start', { transferMode: 'ReturnAsStream',
		traceConfig: { includedCategories: categories } });
	marks.started = mark();
	await page.reload();
	marks.reloaded = mark();
	const result = await page.evaluate(expression);
	marks.window_end = mark();
	const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
	await session.send('Tracing.end');
	const { stream, dataLossOccurred } = await complete;
	marks.complete = mark();
	const file = fs.openSync(path, 'w');
	await pull(session, stream, file);
	fs.closeSync(file);
	marks.disk = mark();
	return { marks, page: result, data_loss: dataLossOccurred };
}

await obey({ launch, close, answer, trace: tuned ? traceTuned : traceUsual });
