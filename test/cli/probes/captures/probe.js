/** @typedef {import('../../../../web/context.js').Harness} Harness */

/** @param {Harness} harness */
export async function prepare(harness) {
	return { captures: harness.manifest.captures };
}

/** @param {Harness} harness */
export async function measure(harness) {
	if (harness.manifest.load === 'missing')
		return {}; // No worker is made that could be profiled.
	const { inWorker } = await harness.calls.onThread('part.js');
	harness.calls.observe('in_worker', inWorker);
	return {};
}

/** @param {Harness} harness */
export async function finish(harness) {
	const { calls, manifest } = harness;
	if (manifest.load === 'missing') {
		calls.observe('missed', await calls.capture('cpuprofile').then(() => false, () => true));
		return calls.upload();
	}
	if (manifest.load === 'uncaptured')
		await calls.capture('trace');
	if (manifest.captures.includes('trace')) {
		const { traceEvents } = await (await calls.capture('trace')).json();
		const measure = traceEvents.find((/** @type {any} */ event) => event.name === 'spin' && event.args?.detail);
		calls.fact('detail', measure?.args.detail ?? null);
		calls.metric('events', traceEvents.length);
	}
	if (manifest.captures.includes('cpuprofile')) {
		const { nodes, samples } = await (await calls.capture('cpuprofile')).json();
		calls.fact('functions', nodes.map((/** @type {any} */ node) => node.callFrame.functionName).filter(
			(/** @type {string} */ name) => name.includes('wasmographSpin')));
		calls.metric('profiled', samples.length);
	}
	if (manifest.captures.includes('heapsnapshot')) {
		const { snapshot, strings } = await (await calls.capture('heapsnapshot')).json();
		calls.metric('nodes', snapshot.node_count);
		calls.observe('planted', strings.includes('PlantedForTheSnapshot'));
	}
	return calls.upload();
}
