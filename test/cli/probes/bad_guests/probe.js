const DEADLINE_MS = 2000;

/** @param {import('../../../../web/context.js').Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function measure({ calls, manifest }) {
	const found = await calls.onThread('part.js', manifest.load, manifest.load === 'hang' ? DEADLINE_MS : undefined);
	calls.metric('answer', found.answer);
	return {};
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}
