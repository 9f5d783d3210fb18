/**
 * Runs a guest under node as workers/guest.js does in the browser: node run_guest.mjs < job.json prints
 * {"results": [...], "output": [...]}. job: {kind: "go-js" | "js-module" | "wasm-exports", file, glue?,
 * environment?,
 * runs: [{load, seed: [4 words], size, steps, collect?}]}; each run is init, steps, result on the same guest. With
 * collect there are that many full collections before the steps and after, and `retained` objects are those that the steps left.
 * An instrumented module's collections are listened to: "watch" in the job adds what was heard, {begins, ends, own
 * (calls that were not about a collection), log: [[frees, begins] after each step]}.
 */
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

const job = JSON.parse(readFileSync(0, 'utf8'));
const output = [];
const keep = (...parts) => output.push(parts.map(String).join(' '));
const stdout = process.stdout.write.bind(process.stdout);

const heard = { begins: 0, ends: 0, own: 0, log: [] };

/** Stands in for an import that the instrumented module calls with its phase set. */
function listen(imports) {
	const original = imports['runtime.ticks'];
	let phase = { value: 0 };
	imports['runtime.ticks'] = () => {
		if (phase.value === 1) heard.begins++;
		else if (phase.value === 2) heard.ends++;
		else heard.own++;
		return original();
	};
	return (exports) => { phase = exports['wasmograph.phase'] ?? phase; };
}

async function startGo() {
	// The glue is a script without exports; in a file that node takes for a module it would be strict. Without require()
	// it takes node for a browser, and prints by console.
	globalThis.crypto ??= webcrypto; // node 18
	vm.runInThisContext(readFileSync(job.glue, 'utf8'), job.glue);
	console.log = console.error = keep;
	const go = new globalThis.Go();
	go.env = { ...job.environment };
	go.exit = (code) => keep(`exit ${code}`);
	const started = listen(go.importObject.gojs);
	const { instance } = await WebAssembly.instantiate(readFileSync(job.file), go.importObject);
	started(instance.exports);
	go.run(instance);
	return globalThis.wasmographGuest;
}

async function startExports() {
	const { instance: { exports } } = await WebAssembly.instantiate(readFileSync(job.file), {});
	const results = Object.keys(exports).filter((name) => name.startsWith('result_'));
	return {
		init: (load, ...numbers) => exports.init({ idle: 0, churn: 1, hash: 2 }[load], ...numbers),
		step: exports.step,
		result: () => Object.fromEntries(results.map((name) => [name.slice(7), exports[name]() >>> 0])),
	};
}

const starts = { 'go-js': startGo, 'js-module': () => import(pathToFileURL(job.file).href), 'wasm-exports': startExports };
const guest = await starts[job.kind]();
const results = [];
const retainedNow = (collections) => {
	for (let i = 0; i < collections; i++)
		guest.collect();
	const { allocations, frees } = guest.result();
	return allocations - frees;
};
for (const { load, seed, size, steps, collect } of job.runs) {
	try {
		guest.init(load, ...seed, size);
		const before = collect ? retainedNow(collect) : 0;
		for (let i = 0; i < steps; i++) {
			guest.step();
			if (job.watch)
				heard.log.push([guest.result().frees, heard.begins]);
		}
		const retained = collect ? { retained: retainedNow(collect) - before } : {};
		results.push({ ...guest.result(), ...retained });
	} catch (error) {
		results.push({ threw: String(error) });
	}
}
stdout(JSON.stringify({ results, output, ...(job.watch && { heard }) }), () => process.exit(0));
