// The page that all clients of the bench load: a worker that echoes, and a window of fixed length in which a given
// number of messages goes there and back, evenly spread. Tracing them makes a trace of about 4.7 kB per message.

const worker = new Worker('echo.js');
const ready = roundTrip();

/** @returns {Promise<void>} when the worker has answered once */
function roundTrip() {
	return new Promise((resolve) => {
		worker.onmessage = () => resolve();
		worker.postMessage({ index: -1 });
	});
}

/**
 * Sends `messages` over `windowMs`; ends when the window is over and every message was answered.
 * @param {number} windowMs
 * @param {number} messages
 * @returns {Promise<{ elapsed_ms: number, answered: number }>} what it took by the page's clock
 */
async function messageWindow(windowMs, messages) {
	await ready;
	const begin = performance.now();
	let sent = 0;
	let answered = 0;
	return new Promise((resolve) => {
		const step = () => {
			const elapsed = performance.now() - begin;
			const due = Math.min(messages, Math.floor((messages * elapsed) / windowMs));
			for (; sent < due; sent++)
				worker.postMessage({ index: sent });
			if (elapsed >= windowMs && answered === messages)
				resolve({ elapsed_ms: performance.now() - begin, answered });
			else
				setTimeout(step, 4);
		};
		worker.onmessage = () => answered++;
		step();
	});
}

Object.assign(globalThis, { bench: { window: messageWindow } });
