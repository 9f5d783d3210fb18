/**
 * A .heapsnapshot file: {"snapshot": {"meta", "node_count", …}, "nodes": [integers], "edges", "strings": [texts]}. A node is a row of
 * integers, whose meaning "meta" tells.
 *
 * @typedef {any} Snapshot
 */

/**
 * The published script, word for word but for where it reads the file from.
 * @param {Snapshot} snapshot
 * @returns {string} what it prints as a percentage
 */
export function publishedScript(snapshot) {
	const total = snapshot.totalSize;
	const free = snapshot.nodes.filter((/** @type {any} */ n) => n.name === '(free)');
	const fragmentation = (free.reduce((/** @type {number} */ s, /** @type {any} */ n) => s + n.selfSize, 0) / total * 100).toFixed(2);
	return fragmentation;
}

/**
 * What the script means: how many nodes have this name.
 * @param {Snapshot} snapshot
 * @param {string} name
 * @returns {number}
 */
export function countNodes({ snapshot, nodes, strings }, name) {
	const fields = snapshot.meta.node_fields, wanted = strings.indexOf(name), nameAt = fields.indexOf('name');
	let count = 0;
	for (let at = nameAt; wanted >= 0 && at < nodes.length; at += fields.length)
		count += nodes[at] === wanted ? 1 : 0;
	return count;
}

/**
 * Whether a size of the whole is stated anywhere but in the rows.
 * @param {Snapshot} snapshot
 */
export function statesTotalSize(snapshot) {
	return 'totalSize' in snapshot || 'totalSize' in snapshot.snapshot || 'totalSize' in snapshot.snapshot.meta;
}

/**
 * @param {Snapshot} snapshot
 * @param {string} text
 */
export function holdsText({ strings }, text) {
	return strings.some((/** @type {string} */ string) => string.includes(text));
}
