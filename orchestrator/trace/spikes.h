/* What became of a launch's slow samples: each spike with its parts, episodes of them, the share of each cause.
 *
 * Words as in docs/METHOD.md §2. Pure. Ownership: explain_spikes_release(). */
#ifndef WASMOGRAPH_TRACE_SPIKES_H
#define WASMOGRAPH_TRACE_SPIKES_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/cause.h"

/* With a smaller largest part a spike is a mixture. */
#define EXPLAIN_MAIN_SHARE 0.6

/* Why a spike has no cause. */
enum explain_refusal {
	EXPLAIN_TOLD,            /* it has one */
	EXPLAIN_UNANSWERED,
	EXPLAIN_CONTRADICTORY,   /* its moments contradict each other */
	EXPLAIN_OUTSIDE,         /* it leaves the trace */
	EXPLAIN_UNHANDLED,       /* the trace knows no message handled when it was received, or its reply */
	EXPLAIN_NO_CLOCK,        /* no clock marks, or too late ones */
	EXPLAIN_TOO_MUCH,        /* the trace holds more up to there than is kept */
	EXPLAIN_LAUNCH,          /* nothing of the launch is told; the result says why */
	EXPLAIN_REFUSALS,
};
const char *explain_refusal_text(enum explain_refusal refusal); /* "it was never answered"; "" for EXPLAIN_TOLD */

struct explain_part {
	int cause;
	double ms;
};

struct explain_spike {
	size_t sample;           /* index */
	double due_us, returned_us; /* on the trace's clock; NAN unknown */
	double response_ms;      /* NAN when never answered */
	enum explain_refusal refusal;
	int cause;               /* of the largest part; TRACE_NO_CAUSE when refused */
	bool mixed;              /* that is less than EXPLAIN_MAIN_SHARE of the response: `second` is the next */
	int second;
	struct explain_part *parts; /* the largest first; each cause once */
	size_t part_count;
	size_t episode;
};

/* A run of spikes not separated by a sample on time. */
struct explain_episode {
	size_t first, count;     /* spikes */
	double due_us, end_us;   /* of the first, of the one that returned last; NAN unknown */
	double stalled_ms;       /* union of [due, returned] of its spikes, less what the episode before has of it */
	double worst_ms;
	size_t worst;            /* spike */
	int cause, second;       /* of the largest sum of parts; TRACE_NO_CAUSE: no spike of it has a cause */
	bool mixed;
};

struct explain_share {
	size_t spikes, episodes; /* whose cause this is */
	double ms;               /* stalled time */
	double share;            /* of the stalled time that has causes; NAN when there is none */
	double fast_share;       /* of the responses of samples on time; NAN when there is none */
};

struct explain_spikes {
	struct explain_spike *items;
	size_t count, room;
	struct explain_episode *episodes;
	size_t episode_count;
	struct explain_share shares[TRACE_CAUSES];
	size_t explained;        /* spikes with a cause */
	double stalled_ms;       /* all, refused ones included */
	double refused_ms;       /* of episodes without a cause */
	size_t fast;             /* samples on time that were charged */
	double fast_ms[TRACE_CAUSES];
};

void explain_spikes_release(struct explain_spikes *spikes);

/* Adds a spike, whose sample is after the one before; with a refusal `sums_ms` (of each cause) is not looked at. */
void explain_spikes_add(struct explain_spikes *spikes, const struct explain_spike *spike,
	const double sums_ms[TRACE_CAUSES]);

/* Takes back the causes of all. */
void explain_spikes_refuse(struct explain_spikes *spikes, enum explain_refusal refusal);

/* When all are there, in the order of their samples: makes episodes and shares. */
void explain_spikes_end(struct explain_spikes *spikes);

#endif
