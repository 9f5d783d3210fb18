/** @param {import('../../../../web/place.js').Place} place */
export async function run(place) {
	const guest = /** @type {any} */ ((await place.startGuest()).object);
	performance.mark('spin begins');
	guest.spin(300);
	performance.measure('spin', { start: 'spin begins', detail: { chain_depth: 7 } });
	// For the snapshot, which is of the page: found by its class.
	/** @type {any} */ (globalThis).planted = new PlantedForTheSnapshot();
	return { inWorker: typeof document === 'undefined' };
}

class PlantedForTheSnapshot {
	text = 'planted';
}
