/**
 * How many samples a profile in pprof's format holds: top-level fields 2 of the protobuf message Profile
 * (github.com/google/pprof, proto/profile.proto).
 * @param {Uint8Array} profile gzip
 * @returns {Promise<number>}
 */
export async function countSamples(profile) {
	const stream = new Blob([/** @type {BlobPart} */ (profile)]).stream().pipeThrough(new DecompressionStream('gzip'));
	return countField(new Uint8Array(await new Response(stream).arrayBuffer()), 2);
}

/**
 * @param {Uint8Array} message of fields that are varints or have a length
 * @param {number} wanted
 * @returns {number}
 */
export function countField(message, wanted) {
	let at = 0, count = 0;
	const varint = () => {
		let value = 0;
		for (let scale = 1; ; scale *= 128) {
			const byte = message[at++];
			if (byte === undefined)
				throw new Error('the profile ends inside a field');
			value += (byte & 127) * scale;
			if (byte < 128)
				return value;
		}
	};
	while (at < message.length) {
		const key = varint(), kind = key % 8;
		if (kind !== 0 && kind !== 2)
			throw new Error(`the profile has a field of wire type ${kind}`);
		const value = varint();
		at += kind === 2 ? value : 0;
		count += Math.floor(key / 8) === wanted ? 1 : 0;
	}
	return count;
}
