#include "trace/parties.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "trace/value.h"

void trace_parties_init(struct trace_parties *parties)
{
	*parties = (struct trace_parties){ 0 };
	trace_names_init(&parties->names);
}

static void free_party(struct trace_party *party)
{
	trace_lane_release(&party->lane);
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		trace_clock_release(&party->clocks[role]);
	free(party);
}

void trace_parties_release(struct trace_parties *parties)
{
	for (size_t i = 0; i < parties->count; i++)
		free_party(parties->list[i]);
	free(parties->list);
	*parties = (struct trace_parties){ 0 };
}

static bool has_marks(const struct trace_party *party)
{
	return party->clocks[TRACE_MAIN].count + party->clocks[TRACE_WORKER].count > 0;
}

/* Both threads are known: all others are forgotten. */
static void drop_others(struct trace_parties *parties)
{
	size_t kept = 0;
	for (size_t i = 0; i < parties->count; i++) {
		if (has_marks(parties->list[i]))
			parties->list[kept++] = parties->list[i];
		else
			free_party(parties->list[i]);
	}
	parties->count = kept;
	parties->latest = 0;
}

static struct trace_party *add_party(struct trace_parties *parties, const struct trace_event *event)
{
	struct trace_party *party = mem_alloc_zero(1, sizeof *party);
	trace_lane_init(&party->lane, event->pid, event->tid);
	party->lane.windows = parties->windows;
	party->first_us = NAN;
	parties->list = mem_resize(parties->list, parties->count + 1, sizeof *parties->list);
	parties->list[parties->count] = party;
	parties->latest = parties->count++;
	return party;
}

static bool is_of(const struct trace_party *party, const struct trace_event *event)
{
	return party->lane.tid == event->tid && party->lane.pid == event->pid;
}

/* NULL for a thread that does not matter. */
static struct trace_party *party_of(struct trace_parties *parties, const struct trace_event *event, bool mark)
{
	if (parties->count > 0 && is_of(parties->list[parties->latest], event))
		return parties->list[parties->latest];
	for (size_t i = 0; i < parties->count; i++) {
		if (is_of(parties->list[i], event)) {
			parties->latest = i;
			return parties->list[i];
		}
	}
	bool may = !trace_parties_known(parties) && parties->count < TRACE_PARTIES_MAX;
	return may || (mark && parties->count < 2 * TRACE_PARTIES_MAX) ? add_party(parties, event) : NULL;
}

/* Of equals the later one, whatever the order in which their threads are told. */
static bool has_role_before(const struct trace_party *party, const struct trace_party *holder, enum trace_role role)
{
	size_t count = party->clocks[role].count, most = holder ? holder->clocks[role].count : 0;
	return count > most || (count == most && party->last_mark_us[role] >= holder->last_mark_us[role]);
}

static void take_mark(struct trace_parties *parties, struct trace_party *party, const struct trace_event *event,
	unsigned flags)
{
	enum trace_role role = flags & TRACE_NAME_MARK_MAIN ? TRACE_MAIN : TRACE_WORKER;
	struct trace_value start = trace_value_find(&event->args, "data.startTime");
	bool known = trace_parties_known(parties);
	trace_clock_add(&party->clocks[role], event->ts_us, trace_value_number(&start));
	party->last_mark_us[role] = fmax(party->last_mark_us[role], event->ts_us);
	if (party->clocks[role].count && has_role_before(party, parties->roles[role], role))
		parties->roles[role] = party;
	if (!known && trace_parties_known(parties))
		drop_others(parties);
}

static bool is_instant(const struct trace_event *event)
{
	return event->phase == 'I' || event->phase == 'i' || event->phase == 'R';
}

bool trace_parties_take(struct trace_parties *parties, const struct trace_event *event)
{
	struct trace_name name = trace_names_find(&parties->names, &event->name);
	bool bracket = event->phase == 'B' || event->phase == 'E';
	if (name.class == TRACE_IDLE && !name.flags && !bracket)
		return false;
	bool mark = (name.flags & TRACE_NAME_MARKS) && is_instant(event);
	struct trace_party *party = party_of(parties, event, mark);
	if (!party)
		return false;
	if (mark)
		take_mark(parties, party, event, name.flags);
	else if (!(name.flags & TRACE_NAME_MARKS))
		trace_lane_take(&party->lane, event, &name);
	if (!(party->first_us <= event->ts_us))
		party->first_us = event->ts_us;
	return mark;
}

void trace_parties_limit(struct trace_parties *parties, const struct trace_spans *windows)
{
	parties->windows = windows;
	for (size_t i = 0; i < parties->count; i++)
		trace_lane_limit(&parties->list[i]->lane, windows);
}

size_t trace_parties_slices(const struct trace_parties *parties)
{
	size_t sum = 0;
	for (size_t i = 0; i < parties->count; i++)
		sum += parties->list[i]->lane.count;
	return sum;
}

void trace_parties_end(struct trace_parties *parties)
{
	for (size_t i = 0; i < parties->count; i++)
		trace_lane_end(&parties->list[i]->lane);
}
