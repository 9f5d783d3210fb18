/**
 * How many samples a profile in pprof's format holds: top-level fields 2 of the protobuf message Profile
 * (github.com/google/pprof, proto/profile.proto).
 */
const SAMPLE = 2;

/**
 * @param {Uint8Array} profile gzip
 * @returns {Promise<Uint8Array>}
 */
export async function unpack(profile) {
	const stream = new Blob([/** @type {BlobPart} */ (profile)]).stream().pipeThrough(new DecompressionStream('gzip'));
	return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {import('../../workers/byte_reader.js').ByteReader} profile unpacked: fields that are varints or have a length
 * @returns {number}
 */
export function countSamples(profile) {
	let count = 0;
	while (profile.more) {
		const key = profile.unsigned(), kind = key % 8;
		if (kind !== 0 && kind !== 2)
			throw new Error(`the profile has a field of wire type ${kind}`);
		const value = profile.unsigned();
		profile.skip(kind === 2 ? value : 0);
		count += Math.floor(key / 8) === SAMPLE ? 1 : 0;
	}
	return count;
}
