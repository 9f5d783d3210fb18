/** The worker that sends the samples of an arm whose guest runs on the page. */
import { Sender } from '../web/sender.js';
import { serveParty } from './serve.js';

serveParty((manifest, { line }) => new Sender(manifest, (index) => line.post(index)));
