/**
 * The worker beside a party that sends it big messages: as many items as a number asks for, or the bytes that an object does,
 * which it hands over.
 */
import { makeItems } from './items.js';

/** @type {object[]} */
let items = [];

/** @param {MessageEvent<number | {bytes: number}>} event */
onmessage = ({ data }) => {
	if (typeof data === 'number')
		sendItems(data);
	else
		handOver(new ArrayBuffer(data.bytes));
};

/** @param {number} count */
function sendItems(count) {
	if (items.length < count)
		items = makeItems(count);
	postMessage(items.slice(0, count));
}

/** @param {ArrayBuffer} bytes */
function handOver(bytes) {
	postMessage(bytes, { transfer: [bytes] });
}
