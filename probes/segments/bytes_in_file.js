/**
 * How much of an array stands in the module's file. Pure.
 *
 * @param {import('../../workers/data_segments.js').Segment[]} segments
 * @param {{at: number, bytes: number}} array
 * @returns {number} bytes
 */
export function bytesInFile(segments, { at, bytes }) {
	return segments.reduce((sum, segment) => sum + overlap(segment, at, at + bytes), 0);
}

/**
 * @param {import('../../workers/data_segments.js').Segment} segment
 * @param {number} begin
 * @param {number} end
 */
function overlap({ offset, bytes }, begin, end) {
	return offset === null ? 0 : Math.max(0, Math.min(offset + bytes, end) - Math.max(offset, begin));
}

/**
 * @param {number} raw
 * @param {number} compressed
 */
export function savedPercent(raw, compressed) {
	return 100 * (1 - compressed / raw);
}

/**
 * @param {ArrayLike<number>} values at least one
 * @returns {number} the middle one, the lower of two
 */
export function median(values) {
	return Array.from(values).sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
