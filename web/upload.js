/**
 * The one upload of a launch. The layout is that of orchestrator/probe/upload.h, which reads it.
 *
 * @typedef {Object} Upload
 * @property {number} cold how many of the samples, the first ones, are warm-up
 * @property {number} senderOriginMs performance.timeOrigin of the thread that sent, ms
 * @property {number} targetOriginMs that of the thread that answered
 * @property {number} drainEndMs when the waiting for replies ended, sender's clock
 * @property {Float64Array[]} columns due, sent, received, replied, returned: ms, missing = NaN
 * @property {object} report work, metrics, observations, environment, warnings
 */

const MAGIC = 0x50554757; // "WGUP", little-endian
const VERSION = 1;
const HEADER_BYTES = 48;
const COLUMNS = 5;
const JSON_BYTES_MAX = 1 << 20; // UPLOAD_JSON_MAX
const SAMPLES_MAX = 1000000; // UPLOAD_SAMPLES_MAX

/**
 * @param {Upload} upload
 * @returns {ArrayBuffer}
 */
export function encodeUpload(upload) {
	const json = new TextEncoder().encode(JSON.stringify(upload.report));
	const samples = checkedSampleCount(upload);
	if (json.length > JSON_BYTES_MAX)
		throw new RangeError(`the launch's report takes ${json.length} bytes of JSON; at most ${JSON_BYTES_MAX} can be uploaded`);
	const columnsAt = HEADER_BYTES + Math.ceil(json.length / 8) * 8;
	const buffer = new ArrayBuffer(columnsAt + COLUMNS * samples * 8);
	writeHeader(new DataView(buffer), upload, samples, json.length);
	new Uint8Array(buffer).set(json, HEADER_BYTES);
	// Typed arrays have the machine's byte order: little-endian wherever Chromium runs.
	upload.columns.forEach((column, i) => {
		new Float64Array(buffer, columnsAt + i * samples * 8, samples).set(column);
	});
	return buffer;
}

/**
 * @param {Upload} upload
 * @returns {number}
 */
function checkedSampleCount(upload) {
	const samples = upload.columns[0]?.length ?? 0;
	if (upload.columns.length !== COLUMNS || upload.columns.some((column) => column.length !== samples))
		throw new RangeError(`an upload has ${COLUMNS} columns of one length`);
	if (samples > SAMPLES_MAX)
		throw new RangeError(`${samples} samples are more than the ${SAMPLES_MAX} that can be uploaded`);
	return samples;
}

/**
 * @param {DataView} view
 * @param {Upload} upload
 * @param {number} samples
 * @param {number} jsonBytes
 */
function writeHeader(view, upload, samples, jsonBytes) {
	[MAGIC, VERSION, samples, upload.cold, COLUMNS, jsonBytes]
		.forEach((word, i) => view.setUint32(4 * i, word, true));
	[upload.senderOriginMs, upload.targetOriginMs, upload.drainEndMs]
		.forEach((time, i) => view.setFloat64(24 + 8 * i, time, true));
}

/**
 * @param {URL} url
 * @param {ArrayBuffer} body
 */
export async function sendUpload(url, body) {
	const headers = { 'Content-Type': 'application/octet-stream' };
	const response = await fetch(url, { method: 'POST', headers, body });
	if (response.status !== 204)
		throw new Error(`the daemon refused the samples: HTTP status ${response.status}`);
}
