/**
 * @param {import('../../../../web/place.js').Place} place
 * @param {string} what
 */
export async function run(place, what) {
	const { object } = await place.startGuest();
	return { answer: /** @type {any} */ (object)[what]() };
}
