/** @param {import('../../../../web/context.js').Harness} harness */
export async function prepare(harness) {
	return { load: harness.manifest.load };
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function measure(harness) {
	const { calls, manifest } = harness;
	if (manifest.load === 'build') {
		calls.observe('builds', manifest.guest?.wasm !== null);
		calls.fact('stderr', manifest.guest?.build.stderr);
	} else if (manifest.load === 'hang') {
		calls.observe('ended', await calls.onThread('part.js', manifest.load, 500).then(() => false, () => true));
	} else {
		const found = await calls.onThread('part.js', manifest.load);
		calls.metric('answer', found.answer);
		calls.metric('call_us', 1000 * found.total_ms / found.n);
		calls.observe('in_worker', found.inWorker);
		calls.series('call_us', 'us', found.each.map((/** @type {number} */ ms) => 1000 * ms));
		calls.ran('calls', found.n, found.planned);
		if (manifest.load === 'typo')
			calls.metric('anwser', 1);
	}
	return {};
}

/** @param {import('../../../../web/context.js').Harness} harness */
export async function finish(harness) {
	return harness.calls.upload();
}
