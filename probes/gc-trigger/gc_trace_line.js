/**
 * What one line of Go's GODEBUG=gctrace=1 says (golang/go go1.22, runtime/extern.go, "gctrace").
 *
 * @typedef {Object} GcTraceLine
 * @property {boolean} forced by runtime.GC()
 * @property {number[]} clockMs sweep termination, mark, mark termination: the first and the last with the world stopped
 * @property {number} startMb heap at the collection's start, whole MB
 * @property {number} liveMb what it left
 * @property {number} goalMb the heap goal that it was to keep
 */

const LINE = /gc \d+ @[\d.]+s \d+%: ([\d.]+)\+([\d.]+)\+([\d.]+) ms clock, .* (\d+)->(\d+)->(\d+) MB, (\d+) MB goal,.*$/;

/**
 * @param {string} line
 * @returns {GcTraceLine | null} null of any other line
 */
export function readGcTraceLine(line) {
	const found = LINE.exec(line);
	if (!found)
		return null;
	const [sweepEnd, mark, markEnd, start, , live, goal] = found.slice(1).map(Number);
	return { forced: line.includes('(forced)'), clockMs: [sweepEnd, mark, markEnd], startMb: start, liveMb: live, goalMb: goal };
}
