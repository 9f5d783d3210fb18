/** Fills the heap of the thread that imports it, page or worker, without end: some MB of arrays a turn. */
const kept = [];
setInterval(() => kept.push(Array.from({ length: 200_000 }, (_, i) => ({ i }))), 0);
