#include "report/score_controls.h"

void score_control_add(struct score_control *control, const struct explain_result *result)
{
	control->launches++;
	control->refused += result->spikes.explained == 0;
	control->spikes += result->spikes.count;
	control->told += result->spikes.explained;
}

static bool is_guest(int cause)
{
	enum trace_what what = cause == TRACE_NO_CAUSE ? TRACE_IDLE : trace_cause_what(cause);
	return what == TRACE_GUEST || what == TRACE_GUEST_GC;
}

static size_t count_guests(const struct explain_spikes *spikes)
{
	size_t count = 0;
	for (size_t i = 0; i < spikes->count; i++)
		count += is_guest(spikes->items[i].cause);
	return count;
}

/* JavaScript on the thread of the guest that was planted. */
static int js_of(int cause)
{
	int main = trace_cause(trace_cause_what(cause), TRACE_MAIN);
	return trace_cause(TRACE_JS, cause == main ? TRACE_MAIN : TRACE_WORKER);
}

static void count_js(struct score_tally *tally, const struct score_owner *owner)
{
	int cause = owner->plants[0]->cause, js = is_guest(cause) ? js_of(cause) : TRACE_NO_CAUSE;
	if (js == TRACE_NO_CAUSE || owner->plant_count > 1 || owner->told == 0)
		return;
	bool largest = true;
	for (int other = 0; other < TRACE_CAUSES; other++)
		largest &= owner->sums_ms[other] <= owner->sums_ms[js];
	tally->n++;
	tally->k += largest;
}

void score_controls_add_bare(struct score_controls *controls, const struct trace_truth *truth,
	const struct explain_result *with, const struct explain_result *without)
{
	struct score_match match;
	controls->bare++;
	controls->guest_spikes += count_guests(&with->spikes);
	controls->bare_guest_spikes += count_guests(&without->spikes);
	if (without->refusal[0])
		return;
	score_match_init(&match, truth, without);
	for (size_t i = 0; i < match.count; i++)
		count_js(&controls->bare_js, &match.owners[i]);
	score_match_release(&match);
}

enum score_target_state score_control_state(const struct score_control *control)
{
	if (control->spikes == 0)
		return SCORE_NOT_JUDGED;
	return control->refused == control->launches ? SCORE_MET : SCORE_MISSED;
}

/* That no guest is named would prove nothing where none was named before. */
enum score_target_state score_controls_bare_state(const struct score_controls *controls)
{
	if (controls->guest_spikes == 0 || controls->bare_js.n == 0)
		return SCORE_NOT_JUDGED;
	return controls->bare_guest_spikes == 0 ? SCORE_MET : SCORE_MISSED;
}
