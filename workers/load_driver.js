import { taskDelay } from '../web/task_delay.js';
import { StepLog } from './step_log.js';

/** Steps to make room for at first: a minute of one step every 10 ms. */
const STEP_ROOM = 6000;

/**
 * Runs a load's steps on an open schedule, due_k = t_load + (k + u_k)·period, and catches up one step at a
 * time: after each it goes back to the event loop, so that waiting messages are answered in between. A
 * step itself blocks the thread; that is the load. Work that a guest puts off to tasks of its own is not in
 * the steps' durations.
 *
 * @typedef {Object} LoadDriverParts what a test replaces
 * @property {{now(): number}} clock
 * @property {{postTask(run: () => void, options?: {delay?: number}): unknown}} tasks
 */
export class LoadDriver {
	/** @type {LoadDriverParts} */
	#parts;
	/** @type {import('./load.js').Load} */
	#load;
	#random;
	#step;
	#onFailure;
	#log = new StepLog(STEP_ROOM);
	#startMs = 0;
	/** Of the next step that was not run. */
	#index = 0;
	#dueMs = Infinity;
	#running = false;

	/**
	 * @param {import('./load.js').Load} load
	 * @param {import('../web/random.js').Random} random the stream seeds.load_schedule
	 * @param {() => void} step runs one; throws when the guest is lost
	 * @param {(error: unknown) => void} onFailure the load has ended by that error
	 * @param {LoadDriverParts} [parts]
	 */
	constructor(load, random, step, onFailure, parts = { clock: performance, tasks: scheduler }) {
		this.#load = load;
		this.#random = random;
		this.#step = step;
		this.#onFailure = onFailure;
		this.#parts = parts;
	}

	/** @returns {StepLog} */
	get log() {
		return this.#log;
	}

	begin() {
		this.#startMs = this.#parts.clock.now();
		this.#running = Number.isFinite(this.#load.periodMs);
		if (this.#running) {
			this.#drawDue();
			this.#arm();
		}
	}

	/** @returns {number} steps due until now, done or not */
	end() {
		const now = this.#parts.clock.now();
		this.#running = false;
		while (this.#dueMs <= now) {
			this.#index++;
			this.#drawDue();
		}
		return this.#index;
	}

	#drawDue() {
		this.#dueMs = this.#startMs + (this.#index + this.#random.unit()) * this.#load.periodMs;
	}

	#arm() {
		const wait = this.#dueMs - this.#parts.clock.now();
		// Without a delay the task joins the end of the queue, behind messages that already wait.
		this.#parts.tasks.postTask(this.#onTask, wait > 0 ? { delay: taskDelay(wait) } : {});
	}

	#onTask = () => {
		if (!this.#running)
			return;
		try {
			if (this.#parts.clock.now() >= this.#dueMs)
				this.#runStep();
			this.#arm();
		} catch (error) {
			this.#running = false;
			this.#onFailure(error);
		}
	};

	#runStep() {
		const start = this.#parts.clock.now();
		this.#step();
		this.#log.add(start, this.#parts.clock.now());
		this.#index++;
		this.#drawDue();
	}
}
