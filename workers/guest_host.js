/** The worker that holds the guest of an arm whose samples come from the page. */
import { Host } from './host.js';
import { serveParty } from './serve.js';

serveParty((manifest, { line, fail, trace }) => new Host(manifest, (index) => line.post(index), fail, trace));
