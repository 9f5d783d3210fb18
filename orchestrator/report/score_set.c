#include "report/score_set.h"

#include <stdlib.h>

#include "base/mem.h"

const char *score_set_name(const struct score_set *set)
{
	return set->held_out ? "held-out" : "tuning";
}

void score_set_add_run(struct score_set *set, const struct score_run *run)
{
	set->runs = mem_resize(set->runs, set->run_count + 1, sizeof *set->runs);
	set->runs[set->run_count++] = *run;
}

void score_set_add_refusal(struct score_set *set, const char *launch, const char *why)
{
	set->refusals = mem_resize(set->refusals, set->refusal_count + 1, sizeof *set->refusals);
	set->refusals[set->refusal_count++] = (struct score_refusal){ launch, why };
}

void score_set_release(struct score_set *set)
{
	score_release(&set->score);
	free(set->runs);
	free(set->refusals);
	*set = (struct score_set){ .held_out = set->held_out };
}
