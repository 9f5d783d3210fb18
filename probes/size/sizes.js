/**
 * What a build's record says of its size, and of who made it. Pure.
 *
 * @typedef {{raw: number, gzip: number, brotli: number}} Bytes
 * @typedef {{command: string, says: string}} Version
 * @typedef {{bytes: Bytes | null, compiled: {bytes: Bytes} | null, versions: Version[]}} Build
 */

/**
 * The compiler's own output: what runs here may have been rewritten since.
 * @param {Build} build
 * @returns {Bytes}
 */
export function shippedBytes(build) {
	const bytes = build.compiled?.bytes ?? build.bytes;
	if (!bytes)
		throw new Error('the build has no output, so there is nothing whose size could be told');
	return bytes;
}

/**
 * @param {Bytes} bytes
 * @returns {Record<string, number>} metrics
 */
export function sizeMetrics(bytes) {
	return {
		file_mb: bytes.raw / 1e6,
		file_kb: bytes.raw / 1e3,
		gzip_mb: bytes.gzip / 1e6,
		brotli_mb: bytes.brotli / 1e6,
	};
}

/**
 * The Go version 1.N that made a build, or that TinyGo compiled against.
 * @param {Version[]} versions
 * @returns {number} N
 */
export function goMinor(versions) {
	for (const { says } of versions) {
		const found = /\bgo1\.(\d+)/.exec(says);
		if (found)
			return Number(found[1]);
	}
	throw new Error('no version of the build names a release of Go');
}

/** "requires go version 1.18 through 1.20": the check at the beginning of each build, TinyGo 0.28.1 builder/config.go. */
const TINYGO_0_28_1 = { least: 18, most: 20 };

/** @param {number} minor of Go 1.minor */
export function acceptedByTinyGo0281(minor) {
	return minor >= TINYGO_0_28_1.least && minor <= TINYGO_0_28_1.most;
}
