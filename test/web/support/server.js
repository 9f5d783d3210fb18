/**
 * Stands in for the daemon's listener: one launch beneath /l/NONCE/, the daemon's headers on every response,
 * nothing that is not in its tables.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const ISOLATION = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
};
const HEADERS = {
	'Cross-Origin-Resource-Policy': 'same-origin',
	'X-Content-Type-Options': 'nosniff',
	'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'",
};
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css',
	'.json': 'application/json', '.wasm': 'application/wasm' };

/**
 * @typedef {Object} Launch
 * @property {object} manifest
 * @property {string} [probe] folder of probe.js; default probes/ping
 * @property {Record<string, string>} [guest] files by their name under guest/
 * @property {boolean} [isolated] false: without COOP and COEP
 *
 * @typedef {Object} LaunchServer
 * @property {string} url of the harness page
 * @property {Buffer[]} uploads
 * @property {string[]} requests methods and paths below the nonce, in order
 * @property {() => Promise<void>} close
 */

/**
 * @param {Launch} launch
 * @returns {Promise<LaunchServer>}
 */
export async function serveLaunch(launch) {
	/** @type {Buffer[]} */
	const uploads = [];
	/** @type {string[]} */
	const requests = [];
	const server = createServer((request, response) => {
		const path = (request.url ?? '').replace(/^\/l\/test/, '');
		requests.push(`${request.method} ${path}`);
		if (request.method === 'POST' && path === '/samples')
			takeUpload(request, response, uploads, launch);
		else
			send(response, path, launch);
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
	const address = /** @type {import('node:net').AddressInfo} */ (server.address());
	return {
		url: `http://127.0.0.1:${address.port}/l/test/web/harness.html`,
		uploads,
		requests,
		close: () => new Promise((resolve) => {
			server.closeAllConnections();
			server.close(() => resolve());
		}),
	};
}

/** @param {Launch} launch */
function headersOf(launch) {
	return launch.isolated === false ? HEADERS : { ...HEADERS, ...ISOLATION };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {Buffer[]} uploads
 * @param {Launch} launch
 */
async function takeUpload(request, response, uploads, launch) {
	const chunks = await request.toArray();
	const again = uploads.length > 0;
	if (!again)
		uploads.push(Buffer.concat(chunks));
	response.writeHead(again ? 409 : 204, headersOf(launch)).end();
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {string} path
 * @param {Launch} launch
 */
function send(response, path, launch) {
	if (path === '/manifest.json') {
		response.writeHead(200, { ...headersOf(launch), 'Content-Type': TYPES['.json'] });
		response.end(JSON.stringify(launch.manifest));
		return;
	}
	const file = fileOf(path, launch);
	const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(path))];
	if (!file || !existsSync(file) || !type) {
		response.writeHead(404, headersOf(launch)).end();
		return;
	}
	response.writeHead(200, { ...headersOf(launch), 'Content-Type': type });
	createReadStream(file).pipe(response);
}

/**
 * @param {string} path
 * @param {Launch} launch
 * @returns {string | undefined}
 */
function fileOf(path, launch) {
	const [, folder, name, ...more] = path.split('/');
	if (!name || more.length > 0)
		return undefined;
	const folders = { web: join(ROOT, 'web'), workers: join(ROOT, 'workers'), probe: launch.probe ?? join(ROOT, 'probes/ping') };
	if (folder === 'guest')
		return launch.guest?.[name];
	const place = folders[/** @type {keyof typeof folders} */ (folder)];
	return place && join(place, basename(name));
}
