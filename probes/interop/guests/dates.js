/** The same call in plain JavaScript: what the boundary adds is the rest. */
export function call() {
	return new Date().getTime();
}

/** @param {number} n */
export function loop(n) {
	let last = 0;
	for (; n > 0; n--)
		last = call();
	return last;
}
