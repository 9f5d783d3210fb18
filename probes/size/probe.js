/**
 * How big a program becomes. A build is all there is to see: nothing is started.
 *
 * @typedef {import('../../web/context.js').Harness} Harness
 */
import { acceptedByTinyGo0281, goMinor, shippedBytes, sizeMetrics } from './sizes.js';

export async function prepare() {
	return {};
}

/** @param {Harness} harness */
export async function measure({ manifest, calls }) {
	const { build } = /** @type {import('../../web/manifest.js').ManifestGuest} */ (manifest.guest);
	for (const [name, value] of Object.entries(sizeMetrics(shippedBytes(build))))
		calls.metric(name, value);
	calls.observe('accepted_by_tinygo_0_28_1', acceptedByTinyGo0281(goMinor(build.versions)));
	calls.fact('versions', build.versions);
	return {};
}

/** @param {Harness} harness */
export async function finish({ calls }) {
	return calls.upload();
}
