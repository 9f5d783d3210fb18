/**
 * Reads traces with the engine of Chromium's DevTools and prints, as one JSON array, what that found in each:
 *
 *     engine.mjs FOLDER FILE…      FOLDER: where test/trace/engine/install put the engine
 *
 * {"file", "renderers": [pid], "workers": [{"tid", "url"}], "threads": {tid: {"name", "entries", "MinorGC", "MajorGC"}},
 *  "messages": [{"from", "to", "count", "linked"}], "marks": {name: {tid: count}}, "measures": {name: count}}
 * Messages are those posted between the first clock mark and the last of which the engine has both ends; "linked" are
 * those that it connects by itself, so that DevTools draws an arrow. An event that the engine cannot read makes it throw,
 * and this exit with 1.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// The engine uses it; Debian's own node, 18, has not got it.
Array.prototype.toSorted ??= function (compare) {
	return [...this].sort(compare);
};

const [folder, ...files] = process.argv.slice(2);
const engine = resolve(folder, 'node_modules/@paulirish/trace_engine/analyze-trace.mjs');
const { analyzeTrace } = await import(pathToFileURL(engine).href);

function count(object, key) {
	object[key] = (object[key] ?? 0) + 1;
}

function threadsOf(data) {
	const threads = {};
	for (const { threads: ofProcess } of data.Renderer.processes.values()) {
		for (const [tid, { name, entries }] of ofProcess) {
			const thread = threads[tid] = { name, entries: entries.length, MinorGC: 0, MajorGC: 0 };
			for (const entry of entries) {
				if (entry.name === 'MinorGC' || entry.name === 'MajorGC')
					thread[entry.name]++;
			}
		}
	}
	return threads;
}

function endsOf(data, name) {
	const threads = [...data.Renderer.processes.values()].flatMap((process) => [...process.threads.values()]);
	return threads.flatMap(({ entries }) => entries.filter((entry) => entry.name === name));
}

function messagesOf(data, alignMarks) {
	const times = alignMarks.map((mark) => mark.ts);
	const first = Math.min(...times), last = Math.max(...times);
	const handles = new Map(endsOf(data, 'HandlePostMessage').map((handle) => [handle.args.data.traceId, handle]));
	// Either end may be the other's initiator: Chromium writes the sending late.
	const areLinked = (one, other) => data.Initiators.eventToInitiator.get(one) === other;
	const routes = {};
	for (const post of endsOf(data, 'SchedulePostMessage')) {
		const handle = handles.get(post.args.data.traceId);
		if (!handle || post.ts < first || post.ts > last)
			continue;
		const route = routes[`${post.tid} ${handle.tid}`] ??= { from: post.tid, to: handle.tid, count: 0, linked: 0 };
		route.count++;
		route.linked += areLinked(post, handle) || areLinked(handle, post) ? 1 : 0;
	}
	return Object.values(routes);
}

function marksOf(marks) {
	const found = {};
	for (const { name, tid } of marks)
		count(found[name] ??= {}, tid);
	return found;
}

async function read(file) {
	const { data } = (await analyzeTrace(file)).parsedTrace;
	const alignMarks = data.UserTimings.performanceMarks.filter(({ name }) => name.startsWith('align:'));
	const measures = {};
	for (const { name } of data.UserTimings.performanceMeasures)
		count(measures, name);
	return {
		file,
		renderers: [...data.Renderer.processes.keys()],
		workers: [...data.Workers.workerIdByThread].map(([tid, id]) => ({ tid, url: data.Workers.workerURLById.get(id) })),
		threads: threadsOf(data),
		messages: messagesOf(data, alignMarks),
		marks: marksOf(alignMarks),
		measures,
	};
}

const found = [];
for (const file of files)
	found.push(await read(file));
console.log(JSON.stringify(found));
