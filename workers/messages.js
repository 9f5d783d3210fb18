/**
 * What page and guest host say to each other. A sample's message is a bare number, its index, and so is the
 * reply: the smallest payload there is, the same in every arm, and told apart without a property look-up.
 * Everything else is an object and is sent outside the measured window, but for `failed`.
 *
 * @typedef {Object} StartCommand loads and starts the guest, gives it its input
 * @property {'start'} command
 * @property {import('../web/manifest.js').Manifest} manifest
 * @property {number} samples of the whole launch, cold ones included
 *
 * @typedef {{command: 'beginLoad'}} BeginLoadCommand
 * @typedef {{command: 'endLoad'}} EndLoadCommand
 *
 * @typedef {Object} CollectCommand
 * @property {'collect'} command
 * @property {{startMs: number, endMs: number}} window the measured one, on the worker's clock
 *
 * @typedef {StartCommand | BeginLoadCommand | EndLoadCommand | CollectCommand} Command
 *
 * @typedef {Object} Started the answer to `start`
 * @property {number} timeOrigin
 * @property {boolean} isolated
 * @property {number} guestStartMs from the first fetch to a guest that can be called; 0 without one
 *
 * @typedef {Object} LoadReport
 * @property {number} steps_due until the load ended
 * @property {number} steps_done
 * @property {number} busy_ms the sum of all steps' durations, warm-up included
 * @property {number} busy_share of the measured window
 * @property {number | null} step_min_ms of all steps; null, like the next two, without one
 * @property {number | null} step_median_ms
 * @property {number | null} step_max_ms
 *
 * @typedef {Object} Collected the answer to `collect`
 * @property {Float64Array} received
 * @property {Float64Array} replied
 * @property {LoadReport} load
 * @property {Record<string, unknown> | null} guest guest.result(); null without a guest
 * @property {{lines: number, last: string[]}} output what the guest printed
 *
 * @typedef {{answer: unknown}} AnswerMessage to the command sent last
 * @typedef {{failed: string}} FailedMessage at any time: the launch is lost, one sentence says why
 * @typedef {number | AnswerMessage | FailedMessage} HostMessage
 */
export {};
