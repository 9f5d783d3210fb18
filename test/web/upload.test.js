import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeUpload } from '../../web/upload.js';
import { readUpload } from './support/upload.js';

/** @param {number} samples */
function columnsOf(samples) {
	return Array.from({ length: 5 }, (_, column) => Float64Array.from({ length: samples }, (_, i) => 1000 * column + i + 0.125));
}

/** @param {Partial<import('../../web/upload.js').Upload>} changes */
function uploadOf(changes) {
	return { cold: 1, senderOriginMs: 1.7e12 + 0.25, targetOriginMs: 1.7e12 + 9.5, drainEndMs: 4321.125, columns: columnsOf(3),
		report: {}, ...changes };
}

/** JSON of every length modulo 8, with characters of more than one byte; no samples at all. */
const ROWS = [
	...Array.from({ length: 8 }, (_, i) => ({ samples: 3, report: { a: 'x'.repeat(i) } })),
	{ samples: 1, report: { text: 'µs – 秒' } },
	{ samples: 0, report: {} },
];

for (const { samples, report } of ROWS) {
	test(`${samples} samples with ${JSON.stringify(report)}`, () => {
		const columns = columnsOf(samples);
		const bytes = new Uint8Array(encodeUpload(uploadOf({ columns, report })));
		const read = readUpload(bytes);
		assert.deepEqual([read.magic, read.version, read.samples, read.cold, read.columns], ['WGUP', 1, samples, 1, 5]);
		assert.deepEqual([read.senderOrigin, read.targetOrigin, read.drainEnd], [1.7e12 + 0.25, 1.7e12 + 9.5, 4321.125]);
		assert.deepEqual(read.report, report);
		assert.ok(read.padding.every((byte) => byte === 0));
		assert.deepEqual([read.due, read.sent, read.received, read.replied, read.returned], columns.map((column) => [...column]));
		assert.equal(read.bytes, bytes.length);
	});
}

test('the header byte by byte', () => {
	const bytes = new Uint8Array(encodeUpload(uploadOf({ drainEndMs: 1 })));
	assert.deepEqual([...bytes.subarray(0, 24)],
		[0x57, 0x47, 0x55, 0x50, 1, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0]);
	assert.deepEqual([...bytes.subarray(40, 48)], [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
});

test('missing times are NaN', () => {
	const columns = columnsOf(2);
	columns[4][1] = NaN;
	assert.deepEqual(readUpload(new Uint8Array(encodeUpload(uploadOf({ columns })))).returned, [4000.125, NaN]);
});

const REFUSED = [
	{ what: 'columns of two lengths', changes: { columns: [...columnsOf(3).slice(1), new Float64Array(2)] }, says: /5 columns of one length/ },
	{ what: 'a column too few', changes: { columns: columnsOf(3).slice(1) }, says: /5 columns of one length/ },
	{ what: 'too many samples', changes: { columns: columnsOf(1000001) }, says: /1000001 samples are more than the 1000000/ },
	{ what: 'too long a report', changes: { report: { a: 'x'.repeat(1 << 20) } }, says: /1048584 bytes of JSON; at most 1048576/ },
];

for (const { what, changes, says } of REFUSED) {
	test(`refuses ${what}`, () => {
		assert.throws(() => encodeUpload(uploadOf(changes)), says);
	});
}
