/**
 * What both clients that run in node do with a trace, and how they take their orders (clients.py has the protocol).
 */
import fs from 'node:fs';
import readline from 'node:readline';

/** @returns {number[]} monotonic µs, CPU µs of this process, its voluntary switches: so far */
export function mark() {
	const usage = process.resourceUsage();
	return [Number(process.hrtime.bigint() / 1000n), usage.userCPUTime + usage.systemCPUTime,
		usage.voluntaryContextSwitches];
}

/**
 * Events by name, collections, and how long messages took: as a user of such a library would do it.
 * @param {{ path: string }} order
 */
export async function answer({ path }) {
	const begin = mark();
	/** @type {{ name: string, ts: number, args?: { data?: { traceId?: string } } }[]} */
	const events = JSON.parse(fs.readFileSync(path, 'utf8')).traceEvents;
	/** @type {Map<string, number>} */
	const counts = new Map();
	/** @type {Map<string, number>} */
	const posted = new Map();
	/** @type {[string, number][]} */
	const handled = [];
	for (const { name, ts, args } of events) {
		counts.set(name, (counts.get(name) ?? 0) + 1);
		const id = args?.data?.traceId;
		if (name === 'SchedulePostMessage' && id)
			posted.set(id, ts);
		else if (name === 'HandlePostMessage' && id)
			handled.push([id, ts]);
	}
	const latencies = handled.filter(([id]) => posted.has(id)).map(([id, ts]) => ts - Number(posted.get(id)));
	latencies.sort((a, b) => a - b);
	return { marks: { begin, answered: mark() }, names: counts.size, messages: latencies.length,
		median_us: latencies[Math.floor(latencies.length / 2)] ?? null,
		collections: (counts.get('MinorGC') ?? 0) + (counts.get('MajorGC') ?? 0) };
}

/** @param {Record<string, (order: any) => Promise<unknown>>} commands */
export async function obey(commands) {
	for await (const line of readline.createInterface({ input: process.stdin })) {
		const order = JSON.parse(line);
		try {
			process.stdout.write(JSON.stringify(await commands[order.do](order)) + '\n');
		} catch (error) {
			process.stdout.write(JSON.stringify({ error: String(error) }) + '\n');
		}
	}
}
