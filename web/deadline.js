/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
export function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Sleeps until performance.now() has reached `endMs`. setTimeout drops fractions of a millisecond, so one
 * of it alone may end too soon.
 * @param {number} endMs
 */
export async function sleepUntil(endMs) {
	for (let leftMs = endMs - performance.now(); leftMs > 0; leftMs = endMs - performance.now())
		await sleep(Math.ceil(leftMs));
}

/**
 * The promise's outcome, or a rejection with `message` when it takes longer than `ms`.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {string} message
 * @returns {Promise<T>}
 */
export function withDeadline(promise, ms, message) {
	/** @type {ReturnType<typeof setTimeout>} */
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(message)), ms);
	});
	return Promise.race([promise, /** @type {Promise<never>} */ (late)]).finally(() => clearTimeout(timer));
}
