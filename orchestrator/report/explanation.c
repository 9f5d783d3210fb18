#include "report/explanation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void explanation_cause(int cause, int second, char out[EXPLANATION_CAUSE_SIZE])
{
	if (cause == TRACE_NO_CAUSE)
		snprintf(out, EXPLANATION_CAUSE_SIZE, "–");
	else if (second == TRACE_NO_CAUSE)
		snprintf(out, EXPLANATION_CAUSE_SIZE, "%s", trace_cause_name(cause));
	else
		snprintf(out, EXPLANATION_CAUSE_SIZE, "mixed: %s + %s", trace_cause_name(cause), trace_cause_name(second));
}

static void add_launch(struct explanation_arm *arm, const struct explain_result *result, double fast_ms[TRACE_CAUSES])
{
	const struct explain_spikes *spikes = &result->spikes;
	arm->launches++;
	arm->samples += result->samples - result->cold;
	arm->spikes += spikes->count;
	arm->episodes += spikes->episode_count;
	arm->explained_spikes += spikes->explained;
	arm->stalled_ms += spikes->stalled_ms;
	arm->refused_ms += spikes->refused_ms;
	for (size_t i = 0; i < spikes->episode_count; i++)
		arm->explained_episodes += spikes->episodes[i].cause != TRACE_NO_CAUSE;
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		arm->shares[cause].spikes += spikes->shares[cause].spikes;
		arm->shares[cause].episodes += spikes->shares[cause].episodes;
		arm->shares[cause].ms += spikes->shares[cause].ms;
		/* Of a launch of which nothing is told the fast samples tell nothing either. */
		fast_ms[cause] += result->refusal[0] ? 0 : spikes->fast_ms[cause];
	}
}

static void set_shares(struct explanation_arm *arm, const double fast_ms[TRACE_CAUSES])
{
	double told_ms = 0, fast_sum_ms = 0;
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		told_ms += arm->shares[cause].ms;
		fast_sum_ms += fast_ms[cause];
	}
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		struct explain_share *share = &arm->shares[cause];
		share->share = told_ms > 0 ? share->ms / told_ms : NAN;
		share->fast_share = fast_sum_ms > 0 ? fast_ms[cause] / fast_sum_ms : NAN;
	}
}

/* Insertion: there are 32 causes. */
static void sort_causes(struct explanation_arm *arm)
{
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		const struct explain_share *share = &arm->shares[cause];
		if (!(share->ms > 0) && !(share->fast_share > 0))
			continue;
		size_t place = arm->order_count++;
		while (place > 0 && share->ms > arm->shares[arm->order[place - 1]].ms) {
			arm->order[place] = arm->order[place - 1];
			place--;
		}
		arm->order[place] = cause;
	}
}

static void fill_arm(const struct explanation *explanation, struct explanation_arm *arm)
{
	double fast_ms[TRACE_CAUSES] = { 0 };
	for (size_t i = 0; i < explanation->launch_count; i++) {
		if (strcmp(explanation->launches[i].arm, arm->arm) != 0)
			continue;
		add_launch(arm, explanation->launches[i].result, fast_ms);
		arm->unrepresentative |= explanation->launches[i].unrepresentative;
	}
	set_shares(arm, fast_ms);
	sort_causes(arm);
}

static bool is_known(const struct explanation_arm *arms, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(arms[i].arm, name) == 0)
			return true;
	}
	return false;
}

struct explanation_arm *explanation_arms(const struct explanation *explanation, size_t *count)
{
	struct explanation_arm *arms = mem_alloc_zero(explanation->launch_count + 1, sizeof *arms);
	*count = 0;
	for (size_t i = 0; i < explanation->launch_count; i++) {
		const char *name = explanation->launches[i].arm;
		if (is_known(arms, *count, name))
			continue;
		arms[*count].arm = name;
		fill_arm(explanation, &arms[(*count)++]);
	}
	return arms;
}
