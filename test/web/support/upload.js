/**
 * Reads an upload by the offsets that orchestrator/probe/upload.h states, on its own: it shares nothing with
 * the writer that it checks.
 * @param {Uint8Array | Buffer} bytes
 */
export function readUpload(bytes) {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const samples = view.getUint32(8, true);
	const jsonBytes = view.getUint32(20, true);
	const columnsAt = 48 + jsonBytes + (8 - jsonBytes % 8) % 8;
	/** @param {number} column */
	const read = (column) => Array.from({ length: samples },
		(_, i) => view.getFloat64(columnsAt + 8 * (column * samples + i), true));
	return {
		magic: String.fromCharCode(...bytes.subarray(0, 4)),
		version: view.getUint32(4, true),
		samples,
		cold: view.getUint32(12, true),
		columns: view.getUint32(16, true),
		jsonBytes,
		senderOrigin: view.getFloat64(24, true),
		targetOrigin: view.getFloat64(32, true),
		drainEnd: view.getFloat64(40, true),
		report: JSON.parse(new TextDecoder().decode(bytes.subarray(48, 48 + jsonBytes))),
		padding: [...bytes.subarray(48 + jsonBytes, columnsAt)],
		due: read(0),
		sent: read(1),
		received: read(2),
		replied: read(3),
		returned: read(4),
		bytes: columnsAt + 5 * 8 * samples,
	};
}
