/**
 * What the page and its worker say to each other. One of them holds the sender of samples (web/sender.js), the other the host
 * of the guest (workers/host.js); the page commands the worker, whichever it holds. A sample's message is a bare
 * number, its index, and so is the reply: the smallest payload there is, the same in every arm, and told apart
 * without a property look-up. Everything else is an object and is sent outside the measured window, but for `failed`.
 *
 * @typedef {Object} Command
 * @property {string} command a method of the worker's party; the first command is "start", with the manifest; or
 *   "openTrace" and "closeTrace", or of a launch with plants "preparePlants", "beginPlants" and "endPlants" (workers/serve.js)
 * @property {any} argument
 *
 * @typedef {{answer: unknown}} AnswerMessage to the command sent last
 * @typedef {{failed: string}} FailedMessage at any time: the launch is lost, one sentence says why
 * @typedef {number | AnswerMessage | FailedMessage} WorkerMessage
 *
 * @typedef {Object} HostStarted
 * @property {number} timeOrigin
 * @property {boolean} isolated
 * @property {number} guestStartMs from the first fetch to a guest that can be called; 0 without one
 *
 * @typedef {Object} SenderStarted
 * @property {number} timeOrigin
 * @property {boolean} isolated
 * @property {number} clockGrainUs
 *
 * @typedef {Object} Measured
 * @property {number} startMs of the window, like the next on the sender's clock
 * @property {number} drainEndMs when the waiting for replies ended
 * @property {number} samples
 * @property {number} unanswered of these
 * @property {Recorded} [recorder] of a launch with a flight recorder
 *
 * @typedef {Object} Recorded
 * @property {boolean} episode there was one beyond the trigger: the recording is worth keeping
 * @property {number} counted samples, cold ones included, that the window holds: later ones fell due after the episode that ended it
 * @property {number | null} over_ms when the episode was over, on the sender's clock: the sample on time that ended it had returned; null
 *   when none ended the window
 *
 * @typedef {Object} SentColumns
 * @property {Float64Array} due
 * @property {Float64Array} sent
 * @property {Float64Array} returned
 * @property {number | null} delayP95Ms of the measured samples: how long the sender's thread took from being woken
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
 * @typedef {Object} Collected
 * @property {Float64Array} received
 * @property {Float64Array} replied
 * @property {LoadReport} load
 * @property {Record<string, unknown> | null} guest guest.result(); null without a guest
 * @property {{lines: number, last: string[], linesUnderLoad: number}} output what the guest printed
 *
 * @typedef {Object} SenderParty
 * @property {() => Promise<SenderStarted>} start
 * @property {() => Promise<void>} warmUp
 * @property {() => Promise<Measured>} measure
 * @property {() => SentColumns | Promise<SentColumns>} collect
 * @property {() => import('../web/planter.js').Planted[] | Promise<import('../web/planter.js').Planted[]>} oversleeps the plants
 *   of its pacer
 *
 * @typedef {Object} HostParty
 * @property {() => Promise<HostStarted>} start
 * @property {() => void | Promise<void>} beginLoad
 * @property {() => void | Promise<void>} endLoad no further step will run
 * @property {(window: {startMs: number, endMs: number}) => Collected | Promise<Collected>} collect the measured
 *   window on the host's clock
 */
export {};
