/**
 * Drives Playwright for the bench (clients.py has the protocol): its own launch, startTracing() and stopTracing().
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { answer, mark, obey } from './answer.mjs';

/** @type {any} */
let browser;
/** @type {any} */
let page;
let profile = '';

/** @param {{ program: string, flags: string[], url: string }} order */
async function launch({ program, flags, url }) {
	const begin = mark();
	// Without Playwright's own flags it brings neither profile nor pipe.
	profile = fs.mkdtempSync(path.join(os.tmpdir(), 'playwright-'));
	browser = await chromium.launch({ executablePath: program, ignoreDefaultArgs: true,
		args: ['--remote-debugging-pipe', ...flags, `--user-data-dir=${profile}`] });
	page = await browser.newPage();
	await page.goto(url);
	return { marks: { begin, loaded: mark() } };
}

async function close() {
	const begin = mark();
	await browser.close();
	fs.rmSync(profile, { recursive: true, force: true });
	return { marks: { begin, closed: mark() } };
}

/** @param {{ categories: string[], path: string, expression: string }} order */
async function trace({ categories, path: file, expression }) {
	/** @type {Record<string, number[]>} */
	const marks = { begin: mark() };
	await browser.startTracing(page, { path: file, categories });
	marks.started = mark();
	await page.reload();
	marks.reloaded = mark();
	const result = await page.evaluate(expression);
	marks.window_end = mark();
	await browser.stopTracing();
	marks.disk = mark();
	return { marks, page: result, data_loss: null };
}

await obey({ launch, close, trace, answer });
