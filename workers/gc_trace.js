// The lines that Go's runtime prints at the end of each collection under GODEBUG=gctrace=1 (golang/go go1.22,
// runtime/extern.go, "gctrace"; printed by gcMarkTermination, mgc.go):
// gc 7 @0.587s 15%: 0.056+20+0.021 ms clock, 0.056+1.3/5.1/13+0.021 ms cpu, 3->3->1 MB, 4 MB goal, …, 1 P
const LINE = /gc \d+ @[\d.]+s \d+%: ([\d.+]+) ms clock, ([\d.+/]+) ms cpu, .*$/;

/**
 * How long the collection kept the thread: the smaller of two sums. The clock's also holds what the program did while
 * a collection was under way; the CPU's (assists, background, idle) only what the collector did.
 * @param {string} text ends with such a line, or does not
 * @returns {{at: number, lengthMs: number} | null} where in the text the line begins
 */
export function findGcTrace(text) {
	const found = LINE.exec(text);
	if (!found)
		return null;
	const [clock, cpu] = found.slice(1).map((terms) => terms.split(/[+/]/).reduce((sum, term) => sum + Number(term), 0));
	const lengthMs = Math.min(clock, cpu);
	return Number.isFinite(lengthMs) ? { at: found.index, lengthMs } : null;
}

/**
 * Takes such lines out of a program's error output. They come in some 40 pieces, each a system call, and may begin in
 * the middle of a line of the program's own.
 */
export class GcTrace {
	#onCollection;
	#onLine;
	#text = '';
	#startMs = 0;

	/**
	 * @param {(endMs: number, lengthMs: number) => void} onCollection
	 * @param {(line: string) => void} onLine of the program's own
	 */
	constructor(onCollection, onLine) {
		this.#onCollection = onCollection;
		this.#onLine = onLine;
	}

	/**
	 * @param {string} piece
	 * @param {number} timeMs
	 */
	add(piece, timeMs) {
		// The collection ends before its line begins; until the line's end the thread may have been interrupted.
		if (piece.startsWith('gc '))
			this.#startMs = timeMs;
		this.#text += piece;
		if (piece.includes('\n'))
			this.#takeLines();
	}

	#takeLines() {
		const lines = this.#text.split('\n');
		const rest = lines.pop();
		let begun = '';
		for (const line of lines) {
			const found = findGcTrace(line);
			if (found) {
				begun += line.slice(0, found.at);
				this.#onCollection(this.#startMs, found.lengthMs);
			} else {
				this.#onLine(begun + line);
				begun = '';
			}
		}
		this.#text = begun + rest;
	}
}
