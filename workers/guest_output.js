/** Lines kept, and characters of each: enough for a Go panic with the start of its traceback. */
const LINES_MAX = 40;
const LINE_LENGTH_MAX = 300;

/**
 * Keeps what the guest prints instead of letting it reach the console: a console message costs time on both
 * threads, and a Go panic is only ever printed. Both compilers' glue scripts print by console.
 */
export class GuestOutput {
	lines = 0;
	/** @type {string[]} */
	last = [];
	/** @type {string | null} */
	#panic = null;

	/** @param {Pick<Console, 'log' | 'warn' | 'error'>} console whose methods are replaced for good */
	capture(console) {
		/** @param {unknown[]} parts */
		const keep = (...parts) => this.add(parts.map(String).join(' '));
		console.log = keep;
		console.warn = keep;
		console.error = keep;
	}

	/** @param {string} text one or more lines */
	add(text) {
		for (const line of text.split('\n')) {
			const kept = line.slice(0, LINE_LENGTH_MAX);
			this.lines++;
			if (this.#panic === null && /^(panic|fatal error): /.test(kept))
				this.#panic = kept;
			this.last.push(kept);
			if (this.last.length > LINES_MAX)
				this.last.shift();
		}
	}

	/** @returns {string} " (it printed: panic: …)", to end a sentence about a lost guest; or "" */
	clue() {
		const line = this.#panic ?? this.last.findLast((text) => text.trim() !== '');
		return line === undefined ? '' : ` (it printed: ${line})`;
	}
}
