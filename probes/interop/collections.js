/**
 * Counts the calls that a guest makes, and remembers at which of them collections ended.
 *
 * @typedef {Object} Collection
 * @property {number} call how many calls had been begun when it ended
 * @property {number | null} ms that the runtime says it took; null where it does not tell
 */

/** golang/go go1.22, runtime/extern.go, "gctrace": clock of sweep termination, mark, mark termination. */
const GO_LINE = /^gc \d+ @[\d.]+s \d+%: ([\d.]+)\+([\d.]+)\+([\d.]+) ms clock/;

export class Collections {
	/** Begun so far; whoever makes them counts them, or countDates() does. */
	calls = 0;
	/** @type {Collection[]} */
	all = [];
	/** @type {import('../../workers/guest.js').Collector | null} TinyGo's, by the host */
	#collector = null;
	#seen = 0;

	/** Go tells its collections by what it prints, at the very call that they end in (GODEBUG=gctrace=1). */
	listen() {
		console.log = (/** @type {unknown} */ line) => this.add(String(line));
	}

	/**
	 * Makes the calls countable that a loop inside the guest makes. It replaces this thread's Date, so nothing is timed then; and
	 * gc's runtime asks that for the time of day, at the end of each collection.
	 */
	countDates() {
		const made = () => {
			this.calls++;
			this.look();
		};
		globalThis.Date = /** @type {any} */ (class extends Date {
			constructor() {
				super();
				made();
			}
		});
	}

	/** @param {string} line that the guest printed */
	add(line) {
		const found = GO_LINE.exec(line);
		if (found)
			this.all.push({ call: this.calls, ms: found.slice(1).reduce((sum, term) => sum + Number(term), 0) });
	}

	/** @param {import('../../workers/guest.js').Collector | null} collector */
	attach(collector) {
		this.#collector = collector;
		this.#seen = collector?.collections ?? 0;
	}

	/** TinyGo's are told by its host, when asked. */
	look() {
		const now = this.#collector?.collections ?? 0;
		for (; this.#seen < now; this.#seen++)
			this.all.push({ call: this.calls, ms: null });
	}
}

/**
 * Distances between collections, calls.
 * @param {Collection[]} collections
 * @returns {number[]}
 */
export function gaps(collections) {
	return collections.slice(1).map(({ call }, i) => call - collections[i].call);
}
