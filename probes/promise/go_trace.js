/**
 * Go 1.22's execution trace: what user logs say and when, and how often goroutines blocked (golang/go go1.22,
 * src/internal/trace/v2/batch.go, event/go122/event.go).
 *
 * @typedef {import('../../workers/byte_reader.js').ByteReader} ByteReader
 * @typedef {{category: string, message: string, ns: number}} UserLog on Go's monotonic clock
 * @typedef {{logs: UserLog[], blocks: number, events: number}} GoTrace
 */
const HEADER = 'go 1.22 trace\0\0\0';
const EVENT_BATCH = 1, STACKS = 2, STRINGS = 4, STRING = 5, FREQUENCY = 8, GO_BLOCK = 20, USER_LOG = 44;

/** How many numbers follow an event, from ProcsChange (9) on; the first is the time since the event before. */
const FIRST_TIMED = 9;
const ARGUMENTS = [3, 3, 1, 4, 3, 4, 2, 3, 1, 1, 3, 3, 4, 3, 1, 1, 4, 3, 1, 2, 3, 2, 2, 2, 3, 2, 2, 1, 2, 2, 2, 5, 3, 4, 4, 5];

/**
 * @param {ByteReader} reader of the whole trace
 * @returns {GoTrace}
 */
export function readGoTrace(reader) {
	const batches = [];
	if (reader.text(HEADER.length) !== HEADER)
		throw new Error("Go's trace is none of Go 1.22");
	while (reader.more)
		batches.push(readBatch(reader));
	const perSecond = batches.find(({ type }) => type === FREQUENCY)?.body.unsigned();
	if (!perSecond)
		throw new Error("Go's trace does not state its clock's frequency");
	/** @type {Map<string, string>} by generation and number */
	const strings = new Map();
	for (const { generation, body } of batches.filter(({ type }) => type === STRINGS))
		readStrings(body, generation, strings);
	const events = batches.filter(({ type }) => type >= FIRST_TIMED).flatMap(readEvents);
	const logs = events.filter(({ type }) => type === USER_LOG).map(({ generation, time, values }) => ({
		category: strings.get(`${generation}:${values[2]}`) ?? '', message: strings.get(`${generation}:${values[3]}`) ?? '',
		ns: 1e9 * time / perSecond }));
	return { logs, blocks: events.filter(({ type }) => type === GO_BLOCK).length, events: events.length };
}

/**
 * @typedef {{generation: number, time: number, type: number, body: ByteReader}} Batch its type is the first event's
 * @param {ByteReader} reader
 * @returns {Batch}
 */
function readBatch(reader) {
	if (reader.byte() !== EVENT_BATCH)
		throw new Error("Go's trace does not go on with a batch");
	const generation = reader.unsigned();
	reader.unsigned(); // the thread
	const time = reader.unsigned(), body = reader.part(reader.unsigned()), type = body.next ?? STACKS;
	if (body.more && type < FIRST_TIMED)
		body.byte();
	return { generation, time, type, body };
}

/**
 * @param {ByteReader} body
 * @param {number} generation
 * @param {Map<string, string>} strings
 */
function readStrings(body, generation, strings) {
	while (body.more) {
		if (body.byte() !== STRING)
			throw new Error("Go's trace has something else among its strings");
		const id = body.unsigned();
		strings.set(`${generation}:${id}`, body.text(body.unsigned()));
	}
}

/**
 * @param {Batch} batch
 * @returns {{generation: number, type: number, time: number, values: number[]}[]}
 */
function readEvents({ generation, time, body }) {
	const events = [];
	while (body.more) {
		const type = body.byte(), count = ARGUMENTS[type - FIRST_TIMED];
		if (count === undefined)
			throw new Error(`Go's trace has an event of the unknown type ${type}`);
		const values = Array.from({ length: count }, () => body.unsigned());
		time += values[0];
		events.push({ generation, type, time, values });
	}
	return events;
}
