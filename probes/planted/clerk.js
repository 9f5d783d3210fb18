/** The worker beside a party that sends it big messages, of as many items as it is asked for. */
import { makeItems } from './items.js';

/** @type {object[]} */
let items = [];

/** @param {MessageEvent<number>} event */
onmessage = ({ data }) => {
	if (items.length < data)
		items = makeItems(data);
	postMessage(items.slice(0, data));
};
