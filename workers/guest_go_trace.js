import { GcTrace } from './gc_trace.js';

/** Go's own word for "tell of every collection"; TinyGo's runtime does not know it. */
const GCTRACE = 'gctrace=1';

const STDERR = 2;

/**
 * Makes a Go program's calls and collections visible in a traced launch; after the glue script has been loaded, before
 * the program is instantiated. Calls into the program go by run() and _resume(), and under TinyGo by a timer of the
 * scheduler's.
 * @param {InstanceType<typeof globalThis.Go>} go
 * @param {import('../web/thread_trace.js').ThreadTrace} trace
 */
export function traceGo(go, trace) {
	const { run, _resume } = go;
	go.run = trace.timed((instance) => run.call(go, instance));
	go._resume = trace.timed(() => _resume.call(go));
	timeScheduler(go, trace);
	go.env = { ...go.env, GODEBUG: [go.env.GODEBUG, GCTRACE].filter(Boolean).join(',') };
	catchGcTrace(trace);
}

/**
 * As TinyGo 0.31's targets/wasm_exec.js has it, but measured.
 * @param {InstanceType<typeof globalThis.Go>} go
 * @param {import('../web/thread_trace.js').ThreadTrace} trace
 */
function timeScheduler(go, trace) {
	const { gojs } = go.importObject;
	if (!gojs?.['runtime.sleepTicks'])
		return;
	const schedule = trace.timed(() => go._inst.exports.go_scheduler());
	gojs['runtime.sleepTicks'] = (/** @type {number} */ ms) => setTimeout(schedule, ms);
}

/** @param {import('../web/thread_trace.js').ThreadTrace} trace */
function catchGcTrace(trace) {
	const { fs } = globalThis;
	const writeSync = fs.writeSync.bind(fs);
	const decoder = new TextDecoder();
	const lines = new GcTrace((endMs, lengthMs) => trace.measure('h:guestgc', endMs - lengthMs, endMs),
		(line) => console.log(line));
	fs.writeSync = (fd, bytes) => {
		const time = performance.now();
		if (fd !== STDERR)
			return writeSync(fd, bytes);
		lines.add(decoder.decode(bytes, { stream: true }), time);
		return bytes.length;
	};
}
