/**
 * @param {number} count
 * @returns {object[]} small objects of numbers, texts and lists: what takes structured cloning its time
 */
export function makeItems(count) {
	return Array.from({ length: count }, (_, i) => ({ a: i, b: `x${i}`, c: [i, i + 1] }));
}
