/**
 * @param {import('../../../../web/place.js').Place} place
 * @param {string} load
 */
export async function run(place, load) {
	if (load === 'throw')
		throw new Error('this part fails on purpose');
	while (load === 'hang');
	const guest = place.manifest.guest ? await place.startGuest() : null;
	const answer = /** @type {any} */ (guest?.object)?.answer ?? (() => 7);
	const repeated = await place.repeat({ count: 500, share_ms: place.number('share_ms'), warmup: 3 }, answer);
	return { ...repeated, answer: answer(), inWorker: typeof document === 'undefined' };
}
