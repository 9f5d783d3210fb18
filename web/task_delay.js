/**
 * The delay to ask of scheduler.postTask: it takes whole milliseconds and truncates, so anything under 1 would
 * become 0 and spin; rounding down would wake before the moment.
 * @param {number} waitMs until the moment; may be negative
 * @returns {number} whole ms
 */
export function taskDelay(waitMs) {
	return Math.max(1, Math.ceil(waitMs));
}
