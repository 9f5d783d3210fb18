/**
 * Reads a trace with the engine of Chromium's DevTools, as its users do, and prints how many renderers it found:
 *
 *     trace_engine.mjs FOLDER FILE      FOLDER: where test/trace/engine/install put the engine
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// The engine uses it; Debian's own node, 18, has not got it.
Array.prototype.toSorted ??= function (compare) {
	return [...this].sort(compare);
};

const [folder, file] = process.argv.slice(2);
const engine = resolve(folder, 'node_modules/@paulirish/trace_engine/analyze-trace.mjs');
const { analyzeTrace } = await import(pathToFileURL(engine).href);
const { data } = (await analyzeTrace(file)).parsedTrace;
console.log(data.Renderer.processes.size);
